package io.fastmemory.evaluation.cli;

import io.fastmemory.evaluation.metric.EvaluationSettings;
import io.fastmemory.evaluation.reward.RewardWeights;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that computes confidence intervals. */
final class BootstrapOptions {
    @Option(
            names = "--resamples",
            paramLabel = "N",
            description = "Resamples of the bootstrap behind confidence intervals (default: 1000).")
    private int resamples = EvaluationSettings.DEFAULTS.resamples();

    @Option(names = "--bootstrap-seed", paramLabel = "N", description = "Seed of the bootstrap (default: 7).")
    private long seed = EvaluationSettings.DEFAULTS.bootstrapSeed();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    BootstrapOptions() {}

    /** How many; too few are a wrong call. */
    int resamples() {
        try {
            return new EvaluationSettings(RewardWeights.DEFAULTS, null, resamples, seed).resamples();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    long seed() {
        return seed;
    }
}
