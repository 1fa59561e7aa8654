package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.sqlite.RawRow;
import io.fastmemory.connectors.sqlite.StoredVersion;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.VersionLine;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whether store and index hold what dataset and rollouts say, row for row and field by field: neither more nor less, and
 * nothing else under the same id.
 *
 * <p>No run that is checked has memories so long that the index holds them shortened.
 */
final class ContentCheck {
    private static final float TOLERANCE = 1e-5f;

    private final Rollouts rollouts;
    private final Remains remains;
    private final Stamps stamps;
    private final List<String> differences;

    /** @param differences takes what does not hold */
    ContentCheck(Remains remains, Stamps stamps, List<String> differences) {
        this.rollouts = remains.rollouts();
        this.remains = remains;
        this.stamps = stamps;
        this.differences = differences;
    }

    /** @param events the line of each event in the dataset, by id */
    void check(Map<String, JsonNode> events) {
        paired("event", "the raw store", events, byId(remains.rawEvents(), RawRow::eventId), this::rawEvent);
        Map<String, VersionLine> versions = byId(rollouts.versions(), line -> id(line.memory()));
        paired(
                "version",
                "the memory store",
                versions,
                byId(remains.versions(), row -> row.memoryId() + "/" + row.version()),
                this::version);
        paired(
                "call",
                "the decision log",
                byId(rollouts.calls(), line -> line.callSeq() + " of " + line.entityId()),
                byId(remains.calls(), row -> row.callSeq() + " of " + row.entityId()),
                this::call);
        paired(
                "answer to",
                "the answer log",
                byId(rollouts.queries(), QueryLine::queryId),
                byId(remains.answers(), Remains.Answered::queryId),
                this::answer);
        remains.vectors().forEach(vector -> vector(vector, versions));
    }

    /** Of lines that are there twice the first one, as the others are told of as repeated. */
    private static <T> Map<String, T> byId(Collection<T> all, Function<T, String> id) {
        return all.stream().collect(Collectors.toMap(id, one -> one, (first, repeated) -> first, LinkedHashMap::new));
    }

    private static String id(MemoryVersion memory) {
        return memory.memoryId() + "/" + memory.version();
    }

    /** Finds for each of what is expected its match, and for all of what is found that it is expected. */
    private <E, F> void paired(
            String what,
            String place,
            Map<String, E> expected,
            Map<String, F> found,
            Comparison<? super E, ? super F> comparison) {
        expected.forEach((id, one) -> {
            F match = found.get(id);
            if (match == null) {
                differences.add("expected %s %s in %s, found none".formatted(what, id, place));
            } else {
                comparison.compare(what + " " + id + " in " + place, one, match);
            }
        });
        found.keySet().stream()
                .filter(id -> !expected.containsKey(id))
                .forEach(id -> differences.add("expected no %s %s in %s, found one".formatted(what, id, place)));
    }

    /** Compares what is said of something in two places. */
    @FunctionalInterface
    private interface Comparison<E, F> {
        void compare(String of, E expected, F found);
    }

    private void rawEvent(String of, JsonNode line, RawRow row) {
        fields(of, DifferingFields.of(line, Json.read(row.json(), JsonNode.class)));
        if (!row.entityId().equals(line.path("entity_id").asText())) {
            differences.add("expected %s under its entity %s, found it under %s"
                    .formatted(of, line.path("entity_id").asText(), row.entityId()));
        }
    }

    private void version(String of, VersionLine line, StoredVersion row) {
        fields(of, DifferingFields.of(undated(line.memory()), undated(row.memory())));
        stamp("decision", of, line.memory().decidedAt(), row.memory().decidedAt());
        stamp("commit", of, line.committedAt(), row.committedAt());
    }

    private static ObjectNode undated(MemoryVersion memory) {
        ObjectNode version = Json.MAPPER.valueToTree(memory);
        version.remove("decided_at");
        return version;
    }

    private void call(String of, CallLine line, Remains.Called row) {
        fields(of, DifferingFields.of(CallContent.of(line), row.content()));
        stamp("commit", of, line.decidedAt(), row.decidedAt());
    }

    private void answer(String of, QueryLine line, Remains.Answered row) {
        fields(of, DifferingFields.of(AnswerContent.of(line), row.content()));
        stamp("commit", of, line.answeredAt(), row.answeredAt());
    }

    /** Compares a vector with the version it claims to be. */
    private void vector(FoundVector vector, Map<String, VersionLine> versions) {
        String id = vector.document().memoryId() + "/" + vector.document().version();
        VersionLine line = versions.get(id);
        if (line == null) {
            differences.add("expected no vector of " + id + " in the index, as no line has this version, found one");
            return;
        }
        IndexDocument expected = line.memory().toIndexDocument();
        fields(
                "the vector of " + id + " in the index",
                DifferingFields.of(indexed(expected), indexed(vector.document())));
        if (!vector.isOfContent(TOLERANCE)) {
            differences.add("expected the values of the vector of " + id + " in the index to be those of its content,"
                    + " found others");
        }
    }

    /** The index holds dates to the millisecond. */
    private static ObjectNode indexed(IndexDocument document) {
        ObjectNode fields = Json.MAPPER.valueToTree(document);
        if (document.eventTime() != null) {
            fields.put(
                    "event_time",
                    document.eventTime().truncatedTo(ChronoUnit.MILLIS).toString());
        }
        return fields;
    }

    private void fields(String of, List<String> differing) {
        differing.forEach(field -> differences.add("expected the %s of %s, found another one".formatted(field, of)));
    }

    private void stamp(String what, String of, Instant line, Instant row) {
        if (!stamps.agree(line, row)) {
            differences.add("expected %s as the time of the %s of %s, found %s".formatted(line, what, of, row));
        }
    }
}
