package io.fastmemory.evaluation.chaos;

import java.time.Duration;
import java.time.Instant;

/**
 * When a commit's time in the rollouts agrees with the one in the store: all that may differ between a line and its row.
 *
 * <p>A row is committed with the time just before its commit, which is made exact soon after. Who is killed in between, or
 * reads it from another process, has the former.
 *
 * @param exact whether neither can have happened
 */
record Stamps(boolean exact) {
    private static final Duration LONGEST_COMMIT = Duration.ofSeconds(5);

    boolean agree(Instant line, Instant row) {
        return exact ? line.equals(row) : Duration.between(line, row).abs().compareTo(LONGEST_COMMIT) <= 0;
    }
}
