package io.fastmemory.datagen;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes dataset lines straight to bytes, field by field: the same lines as {@link
 * io.fastmemory.model.timeline.DatasetLines} writes from the records, several times as fast.
 */
final class LineWriter implements Closeable {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .rootValueSeparator("\n")
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();
    private static final Map<Scope, SerializedString> SCOPES = words(Scope.class);
    private static final Map<Urgency, SerializedString> URGENCIES = words(Urgency.class);
    private static final Map<EventCategory, SerializedString> CATEGORIES = words(EventCategory.class);
    private static final SerializedString KIND = new SerializedString("kind");
    private static final SerializedString EVENT = new SerializedString("event");
    private static final SerializedString QUERY = new SerializedString("query");
    private static final SerializedString EVENT_ID = new SerializedString("event_id");
    private static final SerializedString QUERY_ID = new SerializedString("query_id");
    private static final SerializedString ENTITY_ID = new SerializedString("entity_id");
    private static final SerializedString ENTITY_IDS = new SerializedString("entity_ids");
    private static final SerializedString SCOPE = new SerializedString("scope");
    private static final SerializedString SESSION_ID = new SerializedString("session_id");
    private static final SerializedString OFFSET_MS = new SerializedString("offset_ms");
    private static final SerializedString EVENT_TIME = new SerializedString("event_time");
    private static final SerializedString SOURCE = new SerializedString("source");
    private static final SerializedString TEXT = new SerializedString("text");
    private static final SerializedString URGENCY = new SerializedString("urgency");
    private static final SerializedString ATTRIBUTES = new SerializedString("attributes");
    private static final SerializedString ASKS = new SerializedString("asks");
    private static final SerializedString ASK_ID = new SerializedString("ask_id");
    private static final SerializedString SUBJECT = new SerializedString("subject");
    private static final SerializedString ATTRIBUTE = new SerializedString("attribute");
    private static final SerializedString DEADLINE_MS = new SerializedString("deadline_ms");
    private static final SerializedString CATEGORY = new SerializedString("category");
    private static final SerializedString FACTS = new SerializedString("facts");
    private static final SerializedString FACT = new SerializedString("fact");
    private static final SerializedString VALUE = new SerializedString("value");
    private static final SerializedString ALIASES = new SerializedString("aliases");
    private static final SerializedString UNIT = new SerializedString("unit");
    private static final SerializedString DUPLICATE_OF = new SerializedString("duplicate_of");
    private static final SerializedString SUPERSEDES = new SerializedString("supersedes");
    private static final SerializedString GROUP = new SerializedString("group");
    private static final SerializedString REQUIRED = new SerializedString("required");
    private static final SerializedString EVIDENCE = new SerializedString("evidence");
    private static final SerializedString FORBIDDEN = new SerializedString("forbidden");
    private static final SerializedString ABSTAIN = new SerializedString("abstain");

    private final JsonGenerator json;
    private boolean empty = true;

    LineWriter(OutputStream out) throws IOException {
        this.json = FACTORY.createGenerator(out, JsonEncoding.UTF8);
    }

    private static <E extends Enum<E>> Map<E, SerializedString> words(Class<E> type) {
        Map<E, SerializedString> words = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            words.put(constant, new SerializedString(constant.name().toLowerCase(Locale.ROOT)));
        }
        return words;
    }

    void write(Event event) throws IOException {
        begin(EVENT);
        text(EVENT_ID, event.eventId());
        text(ENTITY_ID, event.entityId());
        word(SCOPE, SCOPES.get(event.scope()));
        text(SESSION_ID, event.sessionId());
        number(OFFSET_MS, event.offsetMs());
        text(EVENT_TIME, event.eventTime() == null ? null : event.eventTime().toString());
        text(SOURCE, event.source());
        text(TEXT, event.text());
        word(URGENCY, URGENCIES.get(event.urgency()));
        if (!event.attributes().isEmpty()) {
            json.writeFieldName(ATTRIBUTES);
            json.writeStartObject();
            for (Map.Entry<String, String> attribute : new TreeMap<>(event.attributes()).entrySet()) {
                json.writeStringField(attribute.getKey(), attribute.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    void write(Query query) throws IOException {
        begin(QUERY);
        text(QUERY_ID, query.queryId());
        texts(ENTITY_IDS, query.entityIds());
        text(SESSION_ID, query.sessionId());
        number(OFFSET_MS, query.offsetMs());
        text(EVENT_TIME, query.eventTime() == null ? null : query.eventTime().toString());
        text(TEXT, query.text());
        json.writeFieldName(ASKS);
        json.writeStartArray();
        for (Ask ask : query.asks()) {
            json.writeStartObject();
            text(ASK_ID, ask.askId());
            text(SUBJECT, ask.subject());
            text(ATTRIBUTE, ask.attribute());
            json.writeEndObject();
        }
        json.writeEndArray();
        if (query.deadlineMs() != null) {
            number(DEADLINE_MS, query.deadlineMs());
        }
        json.writeEndObject();
    }

    void write(GoldEvent gold) throws IOException {
        begin(EVENT);
        text(EVENT_ID, gold.eventId());
        word(CATEGORY, CATEGORIES.get(gold.category()));
        json.writeFieldName(FACTS);
        json.writeStartArray();
        for (Fact fact : gold.facts()) {
            write(fact);
        }
        json.writeEndArray();
        text(DUPLICATE_OF, gold.duplicateOf());
        texts(SUPERSEDES, gold.supersedes());
        text(GROUP, gold.group());
        json.writeEndObject();
    }

    void write(GoldQuery gold) throws IOException {
        begin(QUERY);
        text(QUERY_ID, gold.queryId());
        text(CATEGORY, gold.category());
        json.writeFieldName(REQUIRED);
        json.writeStartArray();
        for (GoldQuery.Required required : gold.required()) {
            json.writeStartObject();
            text(ASK_ID, required.askId());
            json.writeFieldName(FACT);
            write(required.fact());
            texts(EVIDENCE, required.evidence());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeFieldName(FORBIDDEN);
        json.writeStartArray();
        for (GoldQuery.Forbidden forbidden : gold.forbidden()) {
            json.writeStartObject();
            text(ASK_ID, forbidden.askId());
            json.writeFieldName(FACT);
            write(forbidden.fact());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeFieldName(ABSTAIN);
        json.writeBoolean(gold.abstain());
        json.writeEndObject();
    }

    private void write(Fact fact) throws IOException {
        json.writeStartObject();
        text(SUBJECT, fact.subject());
        text(ATTRIBUTE, fact.attribute());
        text(VALUE, fact.value());
        if (!fact.aliases().isEmpty()) {
            texts(ALIASES, fact.aliases());
        }
        text(UNIT, fact.unit());
        json.writeEndObject();
    }

    private void begin(SerializedString kind) throws IOException {
        empty = false;
        json.writeStartObject();
        word(KIND, kind);
    }

    private void word(SerializedString field, @Nullable SerializedString word) throws IOException {
        json.writeFieldName(field);
        json.writeString(word);
    }

    private void text(SerializedString field, @Nullable String text) throws IOException {
        if (text != null) {
            json.writeFieldName(field);
            json.writeString(text);
        }
    }

    private void number(SerializedString field, long number) throws IOException {
        json.writeFieldName(field);
        json.writeNumber(number);
    }

    private void texts(SerializedString field, List<String> texts) throws IOException {
        json.writeFieldName(field);
        json.writeStartArray();
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    /** Ends the last line and closes the stream. */
    @Override
    public void close() throws IOException {
        if (!json.isClosed()) {
            if (!empty) {
                json.writeRaw('\n');
            }
            json.close();
        }
    }
}
