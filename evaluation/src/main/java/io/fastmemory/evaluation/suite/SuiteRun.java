package io.fastmemory.evaluation.suite;

/**
 * One run of a suite.
 *
 * @param dataset mode, or name of the dataset's folder
 */
public record SuiteRun(String policy, String dataset, long seed) {
    /** Its run id, which is the name of its folder. */
    public String runId() {
        return policy + "-" + dataset + "-seed-" + seed;
    }

    @Override
    public String toString() {
        return policy + " on " + dataset + ", seed " + seed;
    }
}
