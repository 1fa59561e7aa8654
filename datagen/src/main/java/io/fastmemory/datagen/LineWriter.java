package io.fastmemory.datagen;

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
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes dataset lines straight to bytes, field by field: the same lines as {@link
 * io.fastmemory.model.timeline.DatasetLines} writes from the records, several times as fast.
 */
final class LineWriter implements Closeable {
    private static final Map<Scope, byte[]> SCOPES = words(Scope.class);
    private static final Map<Urgency, byte[]> URGENCIES = words(Urgency.class);
    private static final Map<EventCategory, byte[]> CATEGORIES = words(EventCategory.class);
    private static final byte[] NONE = {};
    private static final byte[] COMMA = json(",");
    private static final byte[] BEGIN_EVENT = json("{'kind':'event','event_id':");
    private static final byte[] BEGIN_QUERY = json("{'kind':'query','query_id':");
    private static final byte[] END_LINE = json("}\n");
    private static final byte[] ENTITY_ID = json(",'entity_id':");
    private static final byte[] ENTITY_IDS = json(",'entity_ids':[");
    private static final byte[] SCOPE = json(",'scope':");
    private static final byte[] SESSION_ID = json(",'session_id':");
    private static final byte[] OFFSET_MS = json(",'offset_ms':");
    private static final byte[] EVENT_TIME = json(",'event_time':");
    private static final byte[] SOURCE = json(",'source':");
    private static final byte[] TEXT = json(",'text':");
    private static final byte[] URGENCY = json(",'urgency':");
    private static final byte[] ATTRIBUTES = json(",'attributes':{");
    private static final byte[] ASKS = json(",'asks':[");
    private static final byte[] BEGIN_WITH_ASK = json("{'ask_id':");
    private static final byte[] SUBJECT = json(",'subject':");
    private static final byte[] BEGIN_WITH_SUBJECT = json("{'subject':");
    private static final byte[] ATTRIBUTE = json(",'attribute':");
    private static final byte[] DEADLINE_MS = json(",'deadline_ms':");
    private static final byte[] CATEGORY = json(",'category':");
    private static final byte[] FACTS = json(",'facts':[");
    private static final byte[] FACT = json(",'fact':");
    private static final byte[] VALUE = json(",'value':");
    private static final byte[] ALIASES = json(",'aliases':[");
    private static final byte[] UNIT = json(",'unit':");
    private static final byte[] DUPLICATE_OF = json(",'duplicate_of':");
    private static final byte[] SUPERSEDES = json(",'supersedes':[");
    private static final byte[] GROUP = json(",'group':");
    private static final byte[] REQUIRED = json(",'required':[");
    private static final byte[] EVIDENCE = json(",'evidence':[");
    private static final byte[] FORBIDDEN = json("],'forbidden':[");
    private static final byte[] ABSTAIN = json("],'abstain':true");
    private static final byte[] DO_NOT_ABSTAIN = json("],'abstain':false");

    private final JsonBytes json;

    LineWriter(OutputStream out) {
        this.json = new JsonBytes(out);
    }

    /** JSON written with single quotes, so that it can be read here. */
    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.US_ASCII);
    }

    private static <E extends Enum<E>> Map<E, byte[]> words(Class<E> type) {
        Map<E, byte[]> words = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            words.put(constant, json("'" + constant.name().toLowerCase(Locale.ROOT) + "'"));
        }
        return words;
    }

    void write(Event event) throws IOException {
        text(BEGIN_EVENT, event.eventId());
        text(ENTITY_ID, event.entityId());
        word(SCOPE, SCOPES.get(event.scope()));
        text(SESSION_ID, event.sessionId());
        number(OFFSET_MS, event.offsetMs());
        text(EVENT_TIME, event.eventTime() == null ? null : event.eventTime().toString());
        text(SOURCE, event.source());
        text(TEXT, event.text());
        word(URGENCY, URGENCIES.get(event.urgency()));
        if (!event.attributes().isEmpty()) {
            writeAttributes(event.attributes());
        }
        json.raw(END_LINE);
    }

    private void writeAttributes(Map<String, String> attributes) throws IOException {
        json.raw(ATTRIBUTES);
        byte[] separator = NONE;
        for (Map.Entry<String, String> attribute : new TreeMap<>(attributes).entrySet()) {
            text(separator, attribute.getKey());
            json.single(':');
            json.string(attribute.getValue());
            separator = COMMA;
        }
        json.single('}');
    }

    void write(Query query) throws IOException {
        text(BEGIN_QUERY, query.queryId());
        texts(ENTITY_IDS, query.entityIds());
        text(SESSION_ID, query.sessionId());
        number(OFFSET_MS, query.offsetMs());
        text(EVENT_TIME, query.eventTime() == null ? null : query.eventTime().toString());
        text(TEXT, query.text());
        json.raw(ASKS);
        byte[] separator = NONE;
        for (Ask ask : query.asks()) {
            json.raw(separator);
            text(BEGIN_WITH_ASK, ask.askId());
            text(SUBJECT, ask.subject());
            text(ATTRIBUTE, ask.attribute());
            json.single('}');
            separator = COMMA;
        }
        json.single(']');
        if (query.deadlineMs() != null) {
            number(DEADLINE_MS, query.deadlineMs());
        }
        json.raw(END_LINE);
    }

    void write(GoldEvent gold) throws IOException {
        text(BEGIN_EVENT, gold.eventId());
        word(CATEGORY, CATEGORIES.get(gold.category()));
        json.raw(FACTS);
        byte[] separator = NONE;
        for (Fact fact : gold.facts()) {
            json.raw(separator);
            write(fact);
            separator = COMMA;
        }
        json.single(']');
        text(DUPLICATE_OF, gold.duplicateOf());
        texts(SUPERSEDES, gold.supersedes());
        text(GROUP, gold.group());
        json.raw(END_LINE);
    }

    void write(GoldQuery gold) throws IOException {
        text(BEGIN_QUERY, gold.queryId());
        text(CATEGORY, gold.category());
        json.raw(REQUIRED);
        byte[] separator = NONE;
        for (GoldQuery.Required required : gold.required()) {
            json.raw(separator);
            writeAsked(required.askId(), required.fact());
            texts(EVIDENCE, required.evidence());
            json.single('}');
            separator = COMMA;
        }
        json.raw(FORBIDDEN);
        separator = NONE;
        for (GoldQuery.Forbidden forbidden : gold.forbidden()) {
            json.raw(separator);
            writeAsked(forbidden.askId(), forbidden.fact());
            json.single('}');
            separator = COMMA;
        }
        json.raw(gold.abstain() ? ABSTAIN : DO_NOT_ABSTAIN);
        json.raw(END_LINE);
    }

    private void writeAsked(String askId, Fact fact) throws IOException {
        text(BEGIN_WITH_ASK, askId);
        json.raw(FACT);
        write(fact);
    }

    private void write(Fact fact) throws IOException {
        text(BEGIN_WITH_SUBJECT, fact.subject());
        text(ATTRIBUTE, fact.attribute());
        text(VALUE, fact.value());
        if (!fact.aliases().isEmpty()) {
            texts(ALIASES, fact.aliases());
        }
        text(UNIT, fact.unit());
        json.single('}');
    }

    private void word(byte[] before, byte @Nullable [] word) throws IOException {
        json.raw(before);
        json.raw(Objects.requireNonNull(word));
    }

    private void text(byte[] before, @Nullable String text) throws IOException {
        if (text != null) {
            json.raw(before);
            json.string(text);
        }
    }

    private void number(byte[] before, long number) throws IOException {
        json.raw(before);
        json.number(number);
    }

    private void texts(byte[] before, List<String> texts) throws IOException {
        json.raw(before);
        byte[] separator = NONE;
        for (String text : texts) {
            text(separator, text);
            separator = COMMA;
        }
        json.single(']');
    }

    /** Writes what is left and closes the stream. */
    @Override
    public void close() throws IOException {
        json.close();
    }
}
