package io.fastmemory.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One memory version as the vector index holds it: its metadata, less the vector.
 *
 * @param memoryId id of the memory and of its vector
 * @param version version of the memory, from 1
 * @param entityId the entity, which is the tenant
 * @param content the text that is embedded
 * @param facts what the content asserts
 * @param sourceEventIds events it rests on, oldest first, never empty
 * @param verbatim whether the content is the unchanged text of each of its sources
 * @param createdStreamMs stream time of the first version
 * @param updatedStreamMs stream time of this version
 * @param newestSourceMs offset on the timeline of the newest source event
 * @param eventTime the world's date of the newest source event
 * @param contentCut whether the index holds a shortened content because of the metadata limit
 */
public record IndexDocument(
        String memoryId,
        int version,
        String entityId,
        Scope scope,
        @Nullable String sessionId,
        Layer layer,
        String content,
        List<Fact> facts,
        List<String> sourceEventIds,
        boolean verbatim,
        long createdStreamMs,
        long updatedStreamMs,
        long newestSourceMs,
        @Nullable Instant eventTime,
        boolean contentCut) {
    public IndexDocument {
        facts = List.copyOf(facts);
        sourceEventIds = List.copyOf(sourceEventIds);
    }
}
