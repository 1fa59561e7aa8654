package io.fastmemory.job.step;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step in the life of events and the memories that rest on them, as scoring joins it with queries.
 *
 * @param eventIds the events
 * @param arrivedAt their intended arrivals, in the same order, when they were decided
 * @param visibleAt when a memory that rests on them became visible, or {@code null} if this is not about that
 */
public record MemoryLife(
        String entityId,
        List<String> eventIds,
        List<Instant> arrivedAt,
        @Nullable Instant visibleAt) {
    public MemoryLife {
        eventIds = List.copyOf(eventIds);
        arrivedAt = List.copyOf(arrivedAt);
    }
}
