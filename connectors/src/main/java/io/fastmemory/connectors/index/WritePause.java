package io.fastmemory.connectors.index;

/** A pause of all writes after one that may pass has failed; it doubles with each in a row. One thread. */
final class WritePause {
    private static final long SHORTEST_NANOS = 100_000_000L;
    private static final long LONGEST_NANOS = 5_000_000_000L;

    private long nextNanos = SHORTEST_NANOS;
    private long endsAt;
    private boolean under;

    /** How long it still lasts; not positive when there is none. */
    long leftNanos() {
        return under ? endsAt - System.nanoTime() : 0;
    }

    /** Starts a pause, or a longer one; those that fail during a pause were sent before it and change nothing. */
    void grow() {
        if (leftNanos() > 0) {
            return;
        }
        under = true;
        endsAt = System.nanoTime() + nextNanos;
        nextNanos = Math.min(LONGEST_NANOS, 2 * nextNanos);
    }

    /** Ends it: a write has succeeded. */
    void end() {
        under = false;
        nextNanos = SHORTEST_NANOS;
    }
}
