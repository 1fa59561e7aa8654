package io.fastmemory.model.timeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.Ask;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Event;
import io.fastmemory.model.Ids;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one line of {@code stream.jsonl} with one pass of the JSON parser. Never throws for what a line holds: a line
 * that cannot be used becomes a {@link DeadLetter} that names file, line, field, what was expected and what was found.
 *
 * <p>Events are read tolerantly: an unknown field becomes an attribute, scalars as their text and structures as compact
 * JSON; a null counts as absent. {@code scope} defaults to {@code user}, {@code urgency} to {@code normal} and
 * {@code source} to {@code unknown}. Unknown fields of a query are passed over.
 */
public final class TimelineParser {
    /** The longest timeline, ten thousand years: what is beyond is a mistake, such as a time in another unit. */
    public static final long MAX_OFFSET_MS = Duration.ofDays(3_652_425).toMillis();

    /** What {@code source} is when the line does not say. */
    public static final String DEFAULT_SOURCE = "unknown";

    private static final Set<String> EVENT_FIELDS = Set.of(
            "kind",
            "event_id",
            "entity_id",
            "scope",
            "session_id",
            "offset_ms",
            "event_time",
            "source",
            "text",
            "urgency",
            "attributes");

    private TimelineParser() {}

    /**
     * Reads a line.
     *
     * @param file name of the file, for errors
     * @param lineNumber from 1, for errors
     * @param line the bytes of the line, without its line break
     */
    public static TimelineLine parse(String file, long lineNumber, byte[] line) {
        String id = null;
        try {
            Fields fields = new Fields(LineText.object(line), "");
            String kind = fields.peek("kind");
            if ("event".equals(kind)) {
                id = fields.peek("event_id");
                return new TimelineLine.EventRead(event(fields));
            }
            if ("query".equals(kind)) {
                id = fields.peek("query_id");
                return new TimelineLine.QueryRead(query(fields));
            }
            Defect defect = fields.bad("kind", "event or query");
            throw new Defect(DeadLetterCode.UNKNOWN_KIND, "/kind", defect.expected(), defect.found());
        } catch (Defect defect) {
            return new TimelineLine.Unusable(deadLetter(file, lineNumber, line, defect, id));
        }
    }

    /** Refuses a line for its offset, which is far ahead of the lines around it. */
    public static TimelineLine refuseOffset(String file, long lineNumber, byte[] line) {
        return parse(file, lineNumber, line).match(new TimelineLine.Cases<TimelineLine>() {
            @Override
            public TimelineLine event(Event event) {
                return farAhead(event.eventId(), event.offsetMs());
            }

            @Override
            public TimelineLine query(Query query) {
                return farAhead(query.queryId(), query.offsetMs());
            }

            @Override
            public TimelineLine unusable(DeadLetter deadLetter) {
                return new TimelineLine.Unusable(deadLetter);
            }

            private TimelineLine farAhead(String id, long offsetMs) {
                Defect defect = new Defect(
                        DeadLetterCode.BAD_FIELD,
                        "/offset_ms",
                        "an offset not far ahead of the lines around it",
                        Long.toString(offsetMs));
                return new TimelineLine.Unusable(deadLetter(file, lineNumber, line, defect, id));
            }
        });
    }

    /** Reads a line that was decoded already; see {@link #parse(String, long, byte[])}. */
    public static TimelineLine parse(String file, long lineNumber, String line) {
        return parse(file, lineNumber, line.getBytes(StandardCharsets.UTF_8));
    }

    private static DeadLetter deadLetter(
            String file, long lineNumber, byte[] line, Defect defect, @Nullable String id) {
        return DeadLetter.of(
                defect.code(),
                file,
                lineNumber,
                defect.pointer(),
                LineException.message(file, lineNumber, defect),
                Ids.isValid(id) ? id : null,
                line);
    }

    private static Event event(Fields fields) {
        String eventId = fields.id("event_id");
        String entityId = fields.id("entity_id");
        Scope scope = fields.oneOf("scope", Scope.class, Scope.USER);
        String sessionId = fields.optionalId("session_id");
        if (scope == Scope.SESSION && sessionId == null) {
            throw fields.bad("session_id", "the session of an event of scope session");
        }
        String text = limitedText(fields);
        long offsetMs = fields.integer("offset_ms", 0, MAX_OFFSET_MS);
        Instant eventTime = fields.optionalInstant("event_time");
        String source = fields.textOr("source", DEFAULT_SOURCE);
        limitCharacters(fields, "source", source.length(), "source");
        return new Event(
                eventId,
                entityId,
                scope,
                sessionId,
                offsetMs,
                eventTime,
                source,
                text,
                fields.oneOf("urgency", Urgency.class, Urgency.NORMAL),
                attributes(fields, source.length()));
    }

    /** The text of an event or a query. */
    private static String limitedText(Fields fields) {
        String text = fields.text("text");
        int bytes = text.length() > Event.MAX_TEXT_BYTES / 3 ? text.getBytes(StandardCharsets.UTF_8).length : 0;
        if (bytes > Event.MAX_TEXT_BYTES) {
            throw new Defect(
                    DeadLetterCode.OVERSIZED,
                    fields.at("text"),
                    "at most " + Event.MAX_TEXT_BYTES + " bytes of UTF-8",
                    bytes + " bytes");
        }
        return text;
    }

    /** Refuses what would take more beside the text than the text may. */
    private static void limitCharacters(Fields fields, String name, long characters, String what) {
        if (characters > Event.MAX_TEXT_BYTES) {
            throw new Defect(
                    DeadLetterCode.OVERSIZED,
                    fields.at(name),
                    "at most " + Event.MAX_TEXT_BYTES + " characters of " + what,
                    characters + " characters");
        }
    }

    /** @param before characters that count already */
    private static Map<String, String> attributes(Fields fields, int before) {
        Map<String, String> attributes = new HashMap<>();
        if (fields.value("attributes") != null) {
            addAttributes(fields.object("attributes"), Set.of(), attributes);
        }
        addAttributes(fields, EVENT_FIELDS, attributes);
        long size = attributes.entrySet().stream()
                .mapToLong(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        limitCharacters(fields, "attributes", before + size, "source, attributes and unknown fields");
        return attributes;
    }

    private static void addAttributes(Fields fields, Set<String> but, Map<String, String> attributes) {
        for (Iterator<Map.Entry<String, JsonNode>> entries = fields.entries(); entries.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = entries.next();
            if (but.contains(entry.getKey()) || entry.getValue().isNull()) {
                continue;
            }
            String at = fields.at(entry.getKey());
            String name = Fields.wellFormed(at, entry.getKey());
            if (attributes.put(name, Fields.wellFormed(at, attribute(at, entry.getValue()))) != null) {
                throw Fields.bad(at, "a field that is not in attributes too", "both");
            }
        }
    }

    private static String attribute(String at, JsonNode value) {
        if (holdsNotANumber(value)) {
            throw Fields.bad(at, "numbers as JSON has them", Fields.describe(value));
        }
        if (value.isValueNode()) {
            return value.asText();
        }
        try {
            return LineText.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read must be writable", e);
        }
    }

    private static boolean holdsNotANumber(JsonNode value) {
        if (value.isContainerNode()) {
            for (JsonNode element : value) {
                if (holdsNotANumber(element)) {
                    return true;
                }
            }
            return false;
        }
        return value.isFloatingPointNumber() && !value.isBigDecimal() && !Double.isFinite(value.doubleValue());
    }

    private static Query query(Fields fields) {
        String queryId = fields.id("query_id");
        fields.atMost("entity_ids", Query.MAX_ENTITIES);
        List<String> entityIds = fields.ids("entity_ids", false);
        List<Ask> asks = asks(fields);
        return new Query(
                queryId,
                entityIds,
                fields.optionalId("session_id"),
                fields.integer("offset_ms", 0, MAX_OFFSET_MS),
                fields.optionalInstant("event_time"),
                limitedText(fields),
                asks,
                fields.optionalInteger("deadline_ms", 1));
    }

    private static List<Ask> asks(Fields fields) {
        fields.atMost("asks", Query.MAX_ASKS);
        List<Ask> asks = fields.objects(
                "asks", false, ask -> new Ask(ask.id("ask_id"), ask.text("subject"), ask.optionalText("attribute")));
        Set<String> askIds = new HashSet<>();
        long size = 0;
        for (int i = 0; i < asks.size(); i++) {
            Ask ask = asks.get(i);
            if (!askIds.add(ask.askId())) {
                throw Fields.bad(
                        fields.at("asks") + "/" + i + "/ask_id",
                        "an id no other ask of the query has",
                        '"' + ask.askId() + '"');
            }
            String attribute = ask.attribute() == null ? "" : ask.attribute();
            size += ask.askId().length() + ask.subject().length() + attribute.length();
        }
        limitCharacters(fields, "asks", size, "asks");
        return asks;
    }
}
