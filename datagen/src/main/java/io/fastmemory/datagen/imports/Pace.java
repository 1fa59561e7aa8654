package io.fastmemory.datagen.imports;

import java.time.Duration;

/**
 * How an imported source is laid out on the timeline.
 *
 * @param turnGap time between two events of a session; at least 1 ms
 * @param sessionGap time between the last event of a session and the first of the next; at least 1 ms
 * @param questionDelay time between the last event and the question; at least 1 ms
 * @param lanes how many histories run side by side, each held in memory; at least 1
 * @param force whether a target folder that holds other files may be used; they stay
 */
public record Pace(Duration turnGap, Duration sessionGap, Duration questionDelay, int lanes, boolean force) {
    public Pace {
        require(turnGap.toMillis() >= 1, "turn gap must be at least 1 ms: " + turnGap);
        require(sessionGap.toMillis() >= 1, "session gap must be at least 1 ms: " + sessionGap);
        require(questionDelay.toMillis() >= 1, "question delay must be at least 1 ms: " + questionDelay);
        require(lanes >= 1, "lanes must be at least 1: " + lanes);
    }

    /** Events every 2 s, 30 s between sessions, the question 5 s after the last event, 8 side by side. */
    public static Pace defaults() {
        return new Pace(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(5), 8, false);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
