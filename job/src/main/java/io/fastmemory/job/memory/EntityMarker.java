package io.fastmemory.job.memory;

import io.fastmemory.model.Query;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A place in an entity's order that travels the way of its memories, so that all before it is written and indexed when it
 * comes out: that of a query, or the end of the input.
 *
 * @param entityId the entity; a query of several entities has a marker in each
 * @param offsetMs the place on the timeline
 * @param query the query, or {@code null} for the end of the input
 * @param file name of the file it was read from, empty at the end of the input
 * @param line its line there, from 1; 0 at the end of the input
 * @param arrivalAt intended arrival
 */
public record EntityMarker(
        String entityId, long offsetMs, @Nullable Query query, String file, long line, Instant arrivalAt) {

    /** The end of an entity's input at a stream time. */
    public static EntityMarker endOfInput(String entityId, long streamMs) {
        return new EntityMarker(entityId, streamMs, null, "", 0, Instant.EPOCH);
    }
}
