package io.fastmemory.evaluation.report;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Milliseconds since the start of a run, to a tenth. */
record RunClock(Instant start) {
    /** When {@code at} was; negative before the start. */
    double millis(Instant at) {
        return Math.round(Duration.between(start, at).toNanos() / 1e5) / 10.0;
    }

    /** The same, or {@code null} where nothing was recorded. */
    @Nullable
    Double millisOrNull(@Nullable Instant at) {
        return at == null ? null : (Double) millis(at);
    }
}
