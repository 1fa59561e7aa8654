package io.fastmemory.connectors.index.pinecone;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.fastmemory.connectors.index.MetadataSize;
import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.model.Fact;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.Scope;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An index document as metadata of its vector: strings, numbers, booleans and lists of strings. A fact is one JSON
 * text, a time is a number of milliseconds, and what is absent has no field.
 *
 * <p>Metadata over the limit is shortened in this order: facts from the last ({@code facts_left_out} says how many),
 * then sources from the oldest but for the newest {@value #KEPT_SOURCES} ({@code sources_left_out}), then the end of
 * the content ({@code content_cut}).
 */
final class DocumentMetadata {
    /** A little under the documented 40 KB, whichever kilobyte is meant. */
    static final int MAX_BYTES = 40_000;

    static final int KEPT_SOURCES = 20;

    static final String ENTITY_ID = "entity_id";
    static final String SCOPE = "scope";
    static final String VERSION = "version";
    private static final String SESSION_ID = "session_id";
    private static final String LAYER = "layer";
    private static final String CONTENT = "content";
    private static final String FACTS = "facts";
    private static final String SOURCE_EVENT_IDS = "source_event_ids";
    private static final String VERBATIM = "verbatim";
    private static final String CREATED_STREAM_MS = "created_stream_ms";
    private static final String UPDATED_STREAM_MS = "updated_stream_ms";
    private static final String NEWEST_SOURCE_MS = "newest_source_ms";
    private static final String EVENT_TIME_MS = "event_time_ms";
    private static final String CONTENT_CUT = "content_cut";
    private static final String FACTS_LEFT_OUT = "facts_left_out";
    private static final String SOURCES_LEFT_OUT = "sources_left_out";

    private DocumentMetadata() {}

    /** The metadata of a document, shortened as far as the limit asks for. */
    static Struct of(IndexDocument document) {
        List<String> facts =
                new ArrayList<>(document.facts().stream().map(Json::write).toList());
        List<String> sources = new ArrayList<>(document.sourceEventIds());
        Struct whole = assemble(document, document.content(), facts, sources, document.contentCut());
        int excess = MetadataSize.bytes(whole) - MAX_BYTES;
        if (excess <= 0) {
            return whole;
        }
        excess += 64; // room for the fields that tell what was left out
        while (excess > 0 && !facts.isEmpty()) {
            excess -= MetadataSize.bytes(facts.remove(facts.size() - 1)) + 1;
        }
        while (excess > 0 && sources.size() > KEPT_SOURCES) {
            excess -= MetadataSize.bytes(sources.remove(0)) + 1;
        }
        String content = excess > 0 ? withoutEnd(document.content(), excess) : document.content();
        return assemble(document, content, facts, sources, document.contentCut() || excess > 0);
    }

    private static Struct assemble(
            IndexDocument document, String content, List<String> facts, List<String> sources, boolean contentCut) {
        Struct.Builder metadata = Struct.newBuilder()
                .putFields(ENTITY_ID, text(document.entityId()))
                .putFields(SCOPE, text(document.scope().name().toLowerCase(Locale.ROOT)))
                .putFields(VERSION, number(document.version()))
                .putFields(LAYER, text(document.layer().name().toLowerCase(Locale.ROOT)))
                .putFields(CONTENT, text(content))
                .putFields(FACTS, texts(facts))
                .putFields(SOURCE_EVENT_IDS, texts(sources))
                .putFields(VERBATIM, flag(document.verbatim()))
                .putFields(CREATED_STREAM_MS, number(document.createdStreamMs()))
                .putFields(UPDATED_STREAM_MS, number(document.updatedStreamMs()))
                .putFields(NEWEST_SOURCE_MS, number(document.newestSourceMs()))
                .putFields(CONTENT_CUT, flag(contentCut));
        if (document.sessionId() != null) {
            metadata.putFields(SESSION_ID, text(document.sessionId()));
        }
        if (document.eventTime() != null) {
            metadata.putFields(EVENT_TIME_MS, number(document.eventTime().toEpochMilli()));
        }
        if (facts.size() < document.facts().size()) {
            metadata.putFields(FACTS_LEFT_OUT, number(document.facts().size() - facts.size()));
        }
        if (sources.size() < document.sourceEventIds().size()) {
            metadata.putFields(
                    SOURCES_LEFT_OUT, number(document.sourceEventIds().size() - sources.size()));
        }
        return metadata.build();
    }

    private static String withoutEnd(String content, int excess) {
        int end = content.length();
        int left = excess;
        while (end > 0 && left > 0) {
            int codePoint = content.codePointBefore(end);
            left -= MetadataSize.bytes(codePoint);
            end -= Character.charCount(codePoint);
        }
        return content.substring(0, end);
    }

    /**
     * Reads a document back.
     *
     * @throws VectorIndexException if the metadata was not written by {@link #of}
     */
    static IndexDocument read(String memoryId, Struct metadata) {
        Fields fields = new Fields(memoryId, metadata);
        List<Fact> facts = new ArrayList<>();
        for (String fact : fields.texts(FACTS)) {
            try {
                facts.add(Json.read(fact, Fact.class));
            } catch (UncheckedIOException e) {
                throw fields.malformed(FACTS, "a list of JSON facts");
            }
        }
        String sessionId = fields.has(SESSION_ID) ? fields.text(SESSION_ID) : null;
        Instant eventTime = fields.has(EVENT_TIME_MS) ? Instant.ofEpochMilli(fields.number(EVENT_TIME_MS)) : null;
        return new IndexDocument(
                memoryId,
                version(memoryId, metadata),
                fields.text(ENTITY_ID),
                fields.constant(SCOPE, Scope.class),
                sessionId,
                fields.constant(LAYER, Layer.class),
                fields.text(CONTENT),
                facts,
                fields.texts(SOURCE_EVENT_IDS),
                fields.flag(VERBATIM),
                fields.number(CREATED_STREAM_MS),
                fields.number(UPDATED_STREAM_MS),
                fields.number(NEWEST_SOURCE_MS),
                eventTime,
                fields.flag(CONTENT_CUT));
    }

    /** The version alone. */
    static int version(String memoryId, Struct metadata) {
        return (int) new Fields(memoryId, metadata).number(VERSION);
    }

    static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    static Value texts(List<String> texts) {
        ListValue.Builder list = ListValue.newBuilder();
        texts.forEach(text -> list.addValues(text(text)));
        return Value.newBuilder().setListValue(list).build();
    }

    private static Value number(double number) {
        return Value.newBuilder().setNumberValue(number).build();
    }

    private static Value flag(boolean flag) {
        return Value.newBuilder().setBoolValue(flag).build();
    }

    /** Reads fields and says which is wrong. */
    private record Fields(String memoryId, Struct metadata) {
        boolean has(String field) {
            return metadata.containsFields(field);
        }

        String text(String field) {
            Value value = value(field);
            if (value == null || !value.hasStringValue()) {
                throw malformed(field, "a string");
            }
            return value.getStringValue();
        }

        long number(String field) {
            Value value = value(field);
            if (value == null || !value.hasNumberValue()) {
                throw malformed(field, "a number");
            }
            return (long) value.getNumberValue();
        }

        boolean flag(String field) {
            Value value = value(field);
            if (value == null || !value.hasBoolValue()) {
                throw malformed(field, "a boolean");
            }
            return value.getBoolValue();
        }

        List<String> texts(String field) {
            Value value = value(field);
            if (value == null || !value.hasListValue()) {
                throw malformed(field, "a list of strings");
            }
            return value.getListValue().getValuesList().stream()
                    .map(Value::getStringValue)
                    .toList();
        }

        <E extends Enum<E>> E constant(String field, Class<E> type) {
            String name = text(field).toUpperCase(Locale.ROOT);
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equals(name)) {
                    return constant;
                }
            }
            throw malformed(field, "one of " + List.of(type.getEnumConstants()));
        }

        private @Nullable Value value(String field) {
            return metadata.getFieldsMap().get(field);
        }

        VectorIndexException malformed(String field, String expected) {
            Value found = value(field);
            return new VectorIndexException(
                    VectorIndexException.Reason.MALFORMED_METADATA,
                    "metadata field " + field + " of vector " + memoryId + " must be " + expected + ": "
                            + (found == null ? "absent" : found.getKindCase()),
                    null);
        }
    }
}
