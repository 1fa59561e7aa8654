package io.fastmemory.job.step;

import io.fastmemory.model.rollout.IndexLine;
import java.util.List;

/**
 * An index operation that is done.
 *
 * @param sourceEventIds events the written memory rests on, empty for a removal
 */
public record IndexedMemory(IndexLine line, List<String> sourceEventIds) {
    public IndexedMemory {
        sourceEventIds = List.copyOf(sourceEventIds);
    }

    /** The record of the operation. */
    public String rollout() {
        return Rollouts.write(line);
    }

    /** What scoring joins with queries. */
    public MemoryLife life() {
        return new MemoryLife(line.entityId(), sourceEventIds, List.of(), line.visibleAt());
    }
}
