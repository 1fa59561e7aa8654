package io.fastmemory.evaluation.chaos;

import java.time.Instant;

/**
 * A time during which something was not there.
 *
 * @param struck before it was taken away
 * @param restored when it was there again
 */
record Outage(Instant struck, Instant restored) {
    /** Whether it lasted at that moment. */
    boolean covers(Instant moment) {
        return moment.isAfter(struck) && moment.isBefore(restored);
    }
}
