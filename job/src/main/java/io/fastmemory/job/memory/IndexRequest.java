package io.fastmemory.job.memory;

import io.fastmemory.model.IndexDocument;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the index is to do with one memory.
 *
 * @param version version to write, or the last one of a vector that leaves
 * @param action {@code index_now}, {@code delay_index}, {@code stale}, {@code compressed} or {@code expired}
 * @param document what to write, or {@code null} to remove the vector
 * @param requestedStreamMs stream time of the decision that asked for it
 * @param dueStreamMs stream time at which it is to happen
 * @param expiresStreamMs stream time at which a written vector leaves again, or {@code null} if never
 * @param arrivedAt intended arrival of the newest event of the decision that asked for it
 * @param requestedAt when the decision was logged
 * @param atEnd whether it happens before its time only because the input ended
 * @param takenBackAt when it was taken back, so that it is not to happen, or {@code null}
 * @param marker a place in the entity's order instead of a request, or {@code null}
 */
public record IndexRequest(
        String entityId,
        String memoryId,
        int version,
        long callSeq,
        String action,
        @Nullable IndexDocument document,
        long requestedStreamMs,
        long dueStreamMs,
        @Nullable Long expiresStreamMs,
        Instant arrivedAt,
        Instant requestedAt,
        boolean atEnd,
        @Nullable Instant takenBackAt,
        @Nullable EntityMarker marker) {
    /** A marker on its way through the index steps. */
    public static IndexRequest passing(EntityMarker marker) {
        return new IndexRequest(
                marker.entityId(),
                "",
                0,
                0,
                "pass",
                null,
                marker.offsetMs(),
                marker.offsetMs(),
                null,
                marker.arrivalAt(),
                marker.arrivalAt(),
                false,
                null,
                marker);
    }

    /** The same request, carried out because the input ended. */
    public IndexRequest flaggedAtEnd() {
        return with(true, null);
    }

    /** The same request, which is not carried out: by another decision, or because its memory expires sooner. */
    public IndexRequest takenBack(Instant at) {
        return with(false, at.isBefore(requestedAt) ? requestedAt : at);
    }

    private IndexRequest with(boolean newAtEnd, @Nullable Instant newTakenBackAt) {
        return new IndexRequest(
                entityId,
                memoryId,
                version,
                callSeq,
                action,
                document,
                requestedStreamMs,
                dueStreamMs,
                expiresStreamMs,
                arrivedAt,
                requestedAt,
                newAtEnd,
                newTakenBackAt,
                null);
    }

    /** The removal of the written vector when its time is over, of a memory that has one. */
    public IndexRequest expiry() {
        return new IndexRequest(
                entityId,
                memoryId,
                version,
                callSeq,
                "expired",
                null,
                requestedStreamMs,
                Objects.requireNonNull(expiresStreamMs),
                null,
                arrivedAt,
                requestedAt,
                false,
                null,
                null);
    }
}
