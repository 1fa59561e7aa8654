package io.fastmemory.evaluation.reward;

/**
 * What the terms of the reward weigh against a successful answer, which weighs 1.
 *
 * @param freshness λ_t, of a query's freshness loss
 * @param storage λ_s, of a call's added tokens ÷ storage budget
 * @param index λ_i, of a call's index operations ÷ indexing budget
 * @param rejected λ_e, of each rejected action
 */
public record RewardWeights(double freshness, double storage, double index, double rejected) {
    /** The weights when none are given. */
    public static final RewardWeights DEFAULTS = new RewardWeights(0.5, 0.1, 0.1, 0.05);

    public RewardWeights {
        check("freshness", freshness);
        check("storage", storage);
        check("index", index);
        check("rejected", rejected);
    }

    private static void check(String name, double weight) {
        if (!Double.isFinite(weight) || weight < 0) {
            throw new IllegalArgumentException("expected a reward weight '" + name + "' of at least 0: " + weight);
        }
    }
}
