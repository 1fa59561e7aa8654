package io.fastmemory.connectors.sqlite;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves one microsecond with each reading, so that every reading is told from the others. */
final class SteppingClock extends Clock {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong readings = new AtomicLong();

    @Override
    public Instant instant() {
        return START.plusNanos(readings.incrementAndGet() * 1000);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("one zone only: " + zone);
    }
}
