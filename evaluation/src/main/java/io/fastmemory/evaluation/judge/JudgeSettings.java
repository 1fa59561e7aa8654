package io.fastmemory.evaluation.judge;

import java.time.Duration;

/**
 * What is judged, and how patiently the judge is asked.
 *
 * @param all whether every answerable query is judged, rather than those with free-text gold
 * @param controls queries for which answers of known truth are judged too
 * @param seed seed of their choice and of the order of all
 * @param concurrency calls in flight at once
 * @param timeout wall time of one judgement, repairs and retries included
 * @param maxRepairs invalid answers of the judge that are sent back before it is given up
 */
public record JudgeSettings(boolean all, int controls, long seed, int concurrency, Duration timeout, int maxRepairs) {
    /** Free-text gold, controls for up to 100 queries, 8 calls at once, a minute each, 2 repairs. */
    public static final JudgeSettings DEFAULTS = new JudgeSettings(false, 100, 7, 8, Duration.ofMinutes(1), 2);

    public JudgeSettings {
        require(controls >= 0, "controls", "at least 0", controls);
        require(concurrency >= 1, "concurrency", "at least 1", concurrency);
        require(maxRepairs >= 0, "repairs", "at least 0", maxRepairs);
        require(timeout.toMillis() >= 1, "timeout", "at least 1 ms", timeout);
    }

    private static void require(boolean holds, String name, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + name + " of " + expected + ": " + found);
        }
    }
}
