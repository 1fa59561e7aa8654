package io.fastmemory.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
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
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> attributes) {
    /**
     * Longest text of an event or a query in UTF-8 bytes; a longer one is a dead letter. So many characters may the other texts
     * have together.
     */
    public static final int MAX_TEXT_BYTES = 256 * 1024;

    public Event {
        attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
    }

    /**
     * SHA-256, in hex, of what the event says: two lines with the same id are a redelivery when it agrees, and in
     * conflict when it does not. It covers every component except {@code eventId} (the id is what is compared) and
     * {@code offsetMs} (a redelivery comes at another time), and depends neither on key order nor on formatting.
     */
    public String contentSha256() {
        ContentDigest digest = new ContentDigest()
                .add(entityId)
                .add(scope.name())
                .add(sessionId)
                .add(eventTime == null ? null : eventTime.toString())
                .add(source)
                .add(text)
                .add(urgency.name());
        new TreeMap<>(attributes).forEach((name, value) -> digest.add(name).add(value));
        return digest.hex();
    }

    /** Characters of text, source and attributes: most of what an event takes in memory. */
    public long characters() {
        long characters = (long) text.length() + source.length();
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            characters += attribute.getKey().length() + attribute.getValue().length();
        }
        return characters;
    }

    /** The same with a date: its own, or else the one its offset has from {@code epoch} on. */
    public Event datedFrom(Instant epoch) {
        return eventTime != null
                ? this
                : new Event(
                        eventId,
                        entityId,
                        scope,
                        sessionId,
                        offsetMs,
                        epoch.plusMillis(offsetMs),
                        source,
                        text,
                        urgency,
                        attributes);
    }

    /** The same at another place on the timeline. */
    public Event at(long newOffsetMs) {
        return new Event(
                eventId, entityId, scope, sessionId, newOffsetMs, eventTime, source, text, urgency, attributes);
    }
}
