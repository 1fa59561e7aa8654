package io.fastmemory.job.memory;

import io.fastmemory.model.Event;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to its decision.
 *
 * @param arrivalAt intended arrival
 * @param rawCommittedAt when the raw store held it
 * @param redrivenAtMs stream time at which it is decided again after it was parked, or {@code null} the first time
 */
public record ArrivedEvent(
        Event event,
        Instant arrivalAt,
        Instant rawCommittedAt,
        @Nullable Long redrivenAtMs) {

    /** An event that is to be decided for the first time. */
    public ArrivedEvent(Event event, Instant arrivalAt, Instant rawCommittedAt) {
        this(event, arrivalAt, rawCommittedAt, null);
    }

    /** The same event, to be decided again behind all that its entity has seen. */
    public ArrivedEvent redrivenAt(long streamMs) {
        return new ArrivedEvent(event, arrivalAt, rawCommittedAt, Math.max(streamMs, event.offsetMs()));
    }

    /** Stream time at which a decision on it counts: its offset, or later if it is redriven. */
    public long streamMs() {
        return redrivenAtMs == null ? event.offsetMs() : redrivenAtMs;
    }
}
