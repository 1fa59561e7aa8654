package io.fastmemory.job.source;

import io.fastmemory.model.Event;
import io.fastmemory.model.Query;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event or a query at its place on the timeline; exactly one of the two is present.
 *
 * @param arrivalAt intended arrival: run start + offset ÷ speed
 */
public record TimelineRecord(
        String file,
        long line,
        @Nullable Event event,
        @Nullable Query query,
        long offsetMs,
        Instant arrivalAt) {
    /** Where it was read, such as {@code stream.jsonl:17}. */
    public String position() {
        return file + ":" + line;
    }
}
