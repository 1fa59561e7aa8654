package io.fastmemory.job.memory;

import io.fastmemory.model.ActionResult;
import io.fastmemory.model.MemoryVersion;
import java.util.List;

/**
 * What one decision did.
 *
 * @param versions new memory versions, in the order they were made
 * @param indexRequests what the index is to do, in order
 * @param results one for each action
 */
public record AppliedDecision(
        Decision decision, List<MemoryVersion> versions, List<IndexRequest> indexRequests, List<ActionResult> results) {
    public AppliedDecision {
        versions = List.copyOf(versions);
        indexRequests = List.copyOf(indexRequests);
        results = List.copyOf(results);
    }

    /** No decision, but a marker that follows the entity's decisions on their way. */
    public static AppliedDecision passing(EntityMarker marker) {
        return new AppliedDecision(
                Decision.none(marker.entityId()), List.of(), List.of(IndexRequest.passing(marker)), List.of());
    }
}
