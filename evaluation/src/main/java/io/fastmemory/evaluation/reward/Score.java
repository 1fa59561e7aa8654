package io.fastmemory.evaluation.reward;

/**
 * The environment score and its parts, each a rate from 0 to 1. A part that was not earned is 0, so that memory that keeps
 * nothing scores 0.
 *
 * <p>Score = 100 × clamp(0.30 answer correct + 0.25 evidence correct + 0.15 evidence recall + 0.10 citation precision + 0.20
 * freshness − 0.25 late decisions − 0.20 storage used − 0.20 stale answers − 0.15 duplicates), clamped to 0 … 1.
 *
 * @param answerCorrect of answerable queries, as with all parts up to freshness
 * @param evidenceRecall mean recall at 10
 * @param citationPrecision mean; a query without a citation counts 0
 * @param freshness mean of 1 − freshness loss
 * @param lateDecisions share of the events decided after the latency target; 0 where queries are settled
 * @param storageUsed mean over entities of active tokens ÷ storage budget, at most 1
 * @param staleAnswers of answerable queries
 * @param duplicates share of active memories that say nothing new
 */
public record Score(
        double answerCorrect,
        double evidenceCorrect,
        double evidenceRecall,
        double citationPrecision,
        double freshness,
        double lateDecisions,
        double storageUsed,
        double staleAnswers,
        double duplicates) {
    private static final double DECIMALS = 1e4;

    /** The score, from 0 to 100, to four decimals. */
    public double points() {
        double earned = 0.30 * answerCorrect
                + 0.25 * evidenceCorrect
                + 0.15 * evidenceRecall
                + 0.10 * citationPrecision
                + 0.20 * freshness;
        double lost = 0.25 * lateDecisions + 0.20 * storageUsed + 0.20 * staleAnswers + 0.15 * duplicates;
        return Math.round(100 * Math.max(0, Math.min(1, earned - lost)) * DECIMALS) / DECIMALS;
    }
}
