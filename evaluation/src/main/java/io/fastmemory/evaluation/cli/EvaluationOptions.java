package io.fastmemory.evaluation.cli;

import io.fastmemory.evaluation.metric.EvaluationSettings;
import io.fastmemory.evaluation.metric.EvaluationSettings.Prices;
import io.fastmemory.evaluation.reward.RewardWeights;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that evaluates a run. */
final class EvaluationOptions {
    @Option(
            names = "--weight-freshness",
            paramLabel = "W",
            description = "Reward: weight of a query's freshness loss (default: 0.5).")
    private double freshness = RewardWeights.DEFAULTS.freshness();

    @Option(
            names = "--weight-storage",
            paramLabel = "W",
            description = "Reward: weight of a call's added tokens / storage budget (default: 0.1).")
    private double storage = RewardWeights.DEFAULTS.storage();

    @Option(
            names = "--weight-index",
            paramLabel = "W",
            description = "Reward: weight of a call's index operations / indexing budget (default: 0.1).")
    private double index = RewardWeights.DEFAULTS.index();

    @Option(
            names = "--weight-rejected",
            paramLabel = "W",
            description = "Reward: weight of each rejected action (default: 0.05).")
    private double rejected = RewardWeights.DEFAULTS.rejected();

    @Option(
            names = "--price-prompt",
            paramLabel = "PRICE",
            description = "Price of a million prompt tokens; with it, cost is counted in money.")
    private @Nullable Double pricePrompt;

    @Option(
            names = "--price-completion",
            paramLabel = "PRICE",
            description = "Price of a million completion tokens; needs --price-prompt, as that needs this.")
    private @Nullable Double priceCompletion;

    @Mixin
    private BootstrapOptions bootstrap;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    EvaluationOptions() {}

    /** The settings; an option that makes no sense is a wrong call. */
    EvaluationSettings settings() {
        if ((pricePrompt == null) != (priceCompletion == null)) {
            throw new ParameterException(
                    spec.commandLine(), "expected --price-prompt and --price-completion together, found one of them");
        }
        try {
            return new EvaluationSettings(
                    new RewardWeights(freshness, storage, index, rejected),
                    pricePrompt == null || priceCompletion == null ? null : new Prices(pricePrompt, priceCompletion),
                    bootstrap.resamples(),
                    bootstrap.seed());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
