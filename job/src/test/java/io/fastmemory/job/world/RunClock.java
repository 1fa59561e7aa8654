package io.fastmemory.job.world;

import java.io.Serializable;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Wall time that never steps back, so that stamps of different threads can be compared. */
public final class RunClock extends Clock implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final Instant START = Instant.now();
    private static final long START_NANOS = System.nanoTime();

    @Override
    public Instant instant() {
        return START.plusNanos(System.nanoTime() - START_NANOS);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("stamps are UTC");
    }
}
