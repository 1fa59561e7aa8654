package io.fastmemory.connectors.sqlite;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The acknowledged commit times of this JVM's latest transactions, which the file may not hold exactly yet.
 *
 * <p>Written by the writer thread, read by any.
 */
final class CommitTimes {
    private static final int KEPT = 4096;

    private final ConcurrentSkipListMap<Long, Instant> latest = new ConcurrentSkipListMap<>();

    void acknowledged(long batchId, Instant committedAt) {
        latest.put(batchId, committedAt);
        if (latest.size() > KEPT) {
            latest.pollFirstEntry();
        }
    }

    /** The acknowledged time of a transaction if it is one of the latest here, else what the file says. */
    Instant of(long batchId, long storedMicros) {
        Instant exact = latest.get(batchId);
        return exact != null ? exact : fromMicros(storedMicros);
    }

    /** Microseconds since 1970; anything finer is cut off. */
    static long toMicros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    static Instant fromMicros(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
