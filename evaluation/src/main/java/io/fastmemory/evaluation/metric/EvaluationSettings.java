package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.reward.RewardWeights;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation is told beside the rollouts; it stands in the summary, so that the figures can be repeated.
 *
 * @param reward weights of the reward
 * @param prices of tokens, or {@code null} when cost is not counted in money
 * @param resamples of the bootstrap, at least 100
 * @param bootstrapSeed of the bootstrap
 */
public record EvaluationSettings(
        RewardWeights reward, @Nullable Prices prices, int resamples, long bootstrapSeed) {
    /** The settings when none are given. */
    public static final EvaluationSettings DEFAULTS =
            new EvaluationSettings(RewardWeights.DEFAULTS, null, Bootstrap.DEFAULT_RESAMPLES, 7);

    private static final int LEAST_RESAMPLES = 100;

    public EvaluationSettings {
        if (resamples < LEAST_RESAMPLES) {
            throw new IllegalArgumentException(
                    "expected at least " + LEAST_RESAMPLES + " resamples of the bootstrap: " + resamples);
        }
    }

    /**
     * What a million tokens cost, in whatever currency the reader thinks in.
     *
     * @param prompt of a million prompt tokens
     * @param completion of a million completion tokens
     */
    public record Prices(double prompt, double completion) {
        private static final double TOKENS = 1e6;

        public Prices {
            if (!Double.isFinite(prompt) || prompt < 0 || !Double.isFinite(completion) || completion < 0) {
                throw new IllegalArgumentException("expected prices of a million tokens of at least 0: prompt " + prompt
                        + ", completion " + completion);
            }
        }

        /** What some tokens cost, unrounded. */
        double of(long promptTokens, long completionTokens) {
            return (prompt * promptTokens + completion * completionTokens) / TOKENS;
        }
    }
}
