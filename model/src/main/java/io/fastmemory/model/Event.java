package io.fastmemory.model;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an entity and may be worth remembering.
 *
 * @param eventId unique in the dataset
 * @param entityId the entity it belongs to, which is the tenant
 * @param sessionId the session, or {@code null}
 * @param offsetMs place on the timeline in milliseconds from its start, not negative
 * @param eventTime the world's own date, or {@code null} for dataset epoch + offset
 * @param source where it comes from, e.g. {@code chat}
 * @param text untrusted text, at most 256 KiB in UTF-8
 * @param attributes further fields of the input, values as text
 */
public record Event(
        String eventId,
        String entityId,
        Scope scope,
        @Nullable String sessionId,
        long offsetMs,
        @Nullable Instant eventTime,
        String source,
        String text,
        Urgency urgency,
        Map<String, String> attributes) {
    /** Longest text of an event in UTF-8 bytes; a longer one is a dead letter. */
    public static final int MAX_TEXT_BYTES = 256 * 1024;

    public Event {
        attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
    }
}
