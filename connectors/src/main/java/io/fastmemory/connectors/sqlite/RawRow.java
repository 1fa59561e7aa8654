package io.fastmemory.connectors.sqlite;

/**
 * One event as it arrived.
 *
 * @param position where it was read, for example {@code stream.jsonl:17}; tells a replay from a redelivery
 * @param contentSha256 digest of the content, which decides whether two arrivals are the same
 * @param json the event
 */
public record RawRow(
        String runId, String eventId, String entityId, String position, String contentSha256, String json) {}
