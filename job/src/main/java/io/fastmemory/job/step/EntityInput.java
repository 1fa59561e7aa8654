package io.fastmemory.job.step;

import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.model.Urgency;
import org.jspecify.annotations.Nullable;

/**
 * What comes to one entity, in order: an event to decide on, or the marker of a query; exactly one of the two is present.
 */
public record EntityInput(
        String entityId,
        @Nullable ArrivedEvent event,
        @Nullable EntityMarker marker) {
    static EntityInput of(ArrivedEvent event) {
        return new EntityInput(event.event().entityId(), event, null);
    }

    static EntityInput of(EntityMarker marker) {
        return new EntityInput(marker.entityId(), null, marker);
    }

    /** Characters of an event, none of a marker. */
    long characters() {
        return event == null ? 0 : event.event().characters();
    }

    /** Whether it is an urgent event. */
    boolean isUrgent() {
        return event != null && event.event().urgency() == Urgency.URGENT;
    }
}
