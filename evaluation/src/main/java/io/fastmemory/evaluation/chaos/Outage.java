package io.fastmemory.evaluation.chaos;

import java.time.Instant;

/**
 * A time during which something was not there.
 *
 * @param struck before it was taken away
 * @param restored when it was there again
 */
record Outage(Instant struck, Instant restored) {}
