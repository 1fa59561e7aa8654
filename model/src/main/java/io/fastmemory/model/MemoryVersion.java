package io.fastmemory.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version of a memory, as the memory store keeps it; history is never rewritten.
 *
 * @param memoryId derived from (entity, call_seq, action index)
 * @param version from 1; a change of status is a version too
 * @param callSeq the call that made this version
 * @param tokens size of {@code content} and {@code facts} by {@link TokenEstimator}
 * @param sourceEventIds events it rests on, oldest first, never empty
 * @param verbatim whether the content is the unchanged text of each of its sources
 * @param fallback whether it was stored because the policy failed
 * @param supersededBy the memory that took its place, or {@code null}
 * @param createdStreamMs stream time of the first version
 * @param updatedStreamMs stream time of this version
 * @param newestSourceMs offset of the newest source event
 * @param eventTime the world's date of the newest source event
 * @param expiresStreamMs stream time at which it stops being active, or {@code null} if never
 * @param decidedAt when the decision that made it was logged
 */
public record MemoryVersion(
        String memoryId,
        int version,
        String entityId,
        Scope scope,
        @Nullable String sessionId,
        long callSeq,
        MemoryStatus status,
        Layer layer,
        String content,
        List<Fact> facts,
        int tokens,
        List<String> sourceEventIds,
        boolean verbatim,
        boolean fallback,
        @Nullable String supersededBy,
        long createdStreamMs,
        long updatedStreamMs,
        long newestSourceMs,
        @Nullable Instant eventTime,
        @Nullable Long expiresStreamMs,
        Instant decidedAt) {
    public MemoryVersion {
        facts = List.copyOf(facts);
        sourceEventIds = List.copyOf(sourceEventIds);
    }

    /** What the index holds of this version. */
    public IndexDocument toIndexDocument() {
        return new IndexDocument(
                memoryId,
                version,
                entityId,
                scope,
                sessionId,
                layer,
                content,
                facts,
                sourceEventIds,
                verbatim,
                createdStreamMs,
                updatedStreamMs,
                newestSourceMs,
                eventTime,
                false);
    }
}
