package io.fastmemory.job.step;

import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.model.rollout.IndexLine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An index operation that is done, or a marker behind which all operations of its entity are; exactly one of the two is
 * present.
 *
 * @param sourceEventIds events the written memory rests on, empty for a removal
 */
public record IndexedMemory(
        @Nullable IndexLine line,
        List<String> sourceEventIds,
        @Nullable EntityMarker marker) {
    public IndexedMemory {
        sourceEventIds = List.copyOf(sourceEventIds);
    }
}
