package io.fastmemory.datagen.table;

import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.JsonAt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a table hold what, as a mapping file says.
 *
 * @param format {@code csv} or {@code jsonl}, or {@code null} to go by the name of the file
 * @param separator between the columns of a CSV file
 * @param times how times are written
 * @param speedup by how much the timeline is faster than the times of the table
 * @param events columns of the events
 * @param queries columns of the queries, or {@code null} if the mapping has none
 */
record Mapping(
        @Nullable String format,
        char separator,
        TimeText times,
        double speedup,
        EventColumns events,
        @Nullable QueryColumns queries) {
    private static final double LEAST_SPEEDUP = 0.001;
    private static final double MOST_SPEEDUP = 1e9;
    private static final Set<String> FIELDS =
            Set.of("format", "separator", "time_format", "time_zone", "speedup", "events", "queries");
    private static final Set<String> EVENT_FIELDS = Set.of(
            "entity_id", "text", "time", "event_id", "session_id", "source", "urgency", "urgent_values", "attributes");
    private static final Set<String> QUERY_FIELDS = Set.of(
            "entity_id",
            "text",
            "time",
            "query_id",
            "session_id",
            "subject",
            "attribute",
            "category",
            "answer",
            "abstain_values",
            "evidence",
            "deadline_ms");

    /**
     * Columns of events.
     *
     * @param text columns whose cells make up the text, joined by line breaks
     * @param urgentValues cells of {@code urgency} that mean urgent
     * @param attributes columns kept as attributes, or {@code null} for all that have no other use
     * @param mapped all of them
     */
    record EventColumns(
            String entityId,
            List<String> text,
            String time,
            @Nullable String eventId,
            @Nullable String sessionId,
            @Nullable String source,
            @Nullable String urgency,
            List<String> urgentValues,
            @Nullable List<String> attributes,
            MappedColumns mapped) {}

    /**
     * Columns of queries.
     *
     * @param abstainValues cells of {@code answer} that mean that the right answer is to abstain
     * @param evidence column with ids of events, separated by blanks, commas or semicolons
     * @param mapped all of them
     */
    record QueryColumns(
            String entityId,
            List<String> text,
            String time,
            @Nullable String queryId,
            @Nullable String sessionId,
            @Nullable String subject,
            @Nullable String attribute,
            @Nullable String category,
            @Nullable String answer,
            List<String> abstainValues,
            @Nullable String evidence,
            @Nullable String deadlineMs,
            MappedColumns mapped) {}

    static Mapping read(Path file) throws IOException {
        JsonAt root = JsonAt.read(file).object();
        nothingBut(root, FIELDS);
        String format = root.field("format").optionalScalar();
        if (format != null && !format.equals("csv") && !format.equals("jsonl")) {
            throw root.field("format").wrong("csv or jsonl");
        }
        String separator = root.field("separator").isAbsent()
                ? ","
                : root.field("separator").node().asText();
        if (separator.length() != 1) {
            throw root.field("separator").wrong("one character");
        }
        return new Mapping(
                format,
                separator.charAt(0),
                TimeText.read(root.field("time_format"), root.field("time_zone")),
                speedup(root.field("speedup")),
                events(root.field("events").object()),
                root.field("queries").isAbsent()
                        ? null
                        : queries(root.field("queries").object()));
    }

    private static double speedup(JsonAt at) throws ImportException {
        if (at.isAbsent()) {
            return 1;
        }
        if (!at.node().isNumber() || !(at.node().doubleValue() > 0)) {
            throw at.wrong("a positive number");
        }
        double speedup = at.node().doubleValue();
        if (speedup < LEAST_SPEEDUP || speedup > MOST_SPEEDUP) {
            throw at.wrong("a number from 0.001 to 1000000000");
        }
        return speedup;
    }

    private static EventColumns events(JsonAt at) throws ImportException {
        nothingBut(at, EVENT_FIELDS);
        return new EventColumns(
                at.field("entity_id").text(),
                texts(at.field("text")),
                at.field("time").text(),
                at.field("event_id").optionalScalar(),
                at.field("session_id").optionalScalar(),
                at.field("source").optionalScalar(),
                at.field("urgency").optionalScalar(),
                at.field("urgent_values").isAbsent() ? List.of("urgent") : texts(at.field("urgent_values")),
                at.field("attributes").isAbsent() ? null : list(at.field("attributes")),
                MappedColumns.of(at));
    }

    private static QueryColumns queries(JsonAt at) throws ImportException {
        nothingBut(at, QUERY_FIELDS);
        return new QueryColumns(
                at.field("entity_id").text(),
                texts(at.field("text")),
                at.field("time").text(),
                at.field("query_id").optionalScalar(),
                at.field("session_id").optionalScalar(),
                at.field("subject").optionalScalar(),
                at.field("attribute").optionalScalar(),
                at.field("category").optionalScalar(),
                at.field("answer").optionalScalar(),
                at.field("abstain_values").isAbsent() ? List.of() : texts(at.field("abstain_values")),
                at.field("evidence").optionalScalar(),
                at.field("deadline_ms").optionalScalar(),
                MappedColumns.of(at));
    }

    /** A text or an array of texts, one at least. */
    private static List<String> texts(JsonAt at) throws ImportException {
        if (!at.node().isArray()) {
            return List.of(at.text());
        }
        List<String> texts = list(at);
        if (texts.isEmpty()) {
            throw at.wrong("at least one text");
        }
        return texts;
    }

    private static List<String> list(JsonAt at) throws ImportException {
        List<String> texts = new ArrayList<>();
        for (JsonAt element : at.elements()) {
            texts.add(element.text());
        }
        return texts;
    }

    private static void nothingBut(JsonAt at, Set<String> fields) throws ImportException {
        for (Iterator<String> names = at.node().fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!fields.contains(name)) {
                throw new ImportException(at.field(name).place() + ": expected one of "
                        + fields.stream().sorted().toList() + ": found " + name);
            }
        }
    }
}
