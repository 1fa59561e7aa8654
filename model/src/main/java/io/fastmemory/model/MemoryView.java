package io.fastmemory.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An active memory as a policy sees it.
 *
 * @param ageMs stream time since it was last written
 * @param indexDueMs stream time until its scheduled indexing, or {@code null} when none is scheduled
 */
public record MemoryView(
        String memoryId,
        String content,
        List<Fact> facts,
        Layer layer,
        int tokens,
        long ageMs,
        IndexState indexState,
        @Nullable Long indexDueMs,
        List<String> sourceEventIds) {
    public MemoryView {
        facts = List.copyOf(facts);
        sourceEventIds = List.copyOf(sourceEventIds);
    }
}
