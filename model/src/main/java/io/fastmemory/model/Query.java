package io.fastmemory.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question that arrives while data keeps coming.
 *
 * @param entityIds the entities whose memories may answer it, never empty
 * @param offsetMs place on the timeline in milliseconds from its start
 * @param eventTime the world's own date, or {@code null} for dataset epoch + offset
 * @param asks what the answer must fill in, never empty
 * @param deadlineMs an answer later than this after arrival is late, or {@code null} for none
 */
public record Query(
        String queryId,
        List<String> entityIds,
        @Nullable String sessionId,
        long offsetMs,
        @Nullable Instant eventTime,
        String text,
        List<Ask> asks,
        @Nullable Long deadlineMs) {
    /** Most entities one query may name; a line with more is a dead letter. */
    public static final int MAX_ENTITIES = 1_000;

    /** Most asks of one query; a line with more is a dead letter. */
    public static final int MAX_ASKS = 1_000;

    public Query {
        entityIds = List.copyOf(entityIds);
        asks = List.copyOf(asks);
    }

    /** The same with a date: its own, or else the one its offset has from {@code epoch} on. */
    public Query datedFrom(Instant epoch) {
        return eventTime != null
                ? this
                : new Query(
                        queryId, entityIds, sessionId, offsetMs, epoch.plusMillis(offsetMs), text, asks, deadlineMs);
    }

    /** The same at another place on the timeline. */
    public Query at(long newOffsetMs) {
        return new Query(queryId, entityIds, sessionId, newOffsetMs, eventTime, text, asks, deadlineMs);
    }

    /** The same, to be answered whenever memory is ready. */
    public Query withoutDeadline() {
        return new Query(queryId, entityIds, sessionId, offsetMs, eventTime, text, asks, null);
    }
}
