package io.fastmemory.datagen.table;

import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.table.Mapping.EventColumns;
import io.fastmemory.datagen.table.Mapping.QueryColumns;
import io.fastmemory.datagen.table.Rows.Row;
import io.fastmemory.model.Ask;
import io.fastmemory.model.ContentDigest;
import io.fastmemory.model.Event;
import io.fastmemory.model.Ids;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.timeline.TimelineParser;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns rows into events and queries; their offset is the row's own time, {@link #BIAS_MILLIS} added. */
final class RowReader {
    /** Milliseconds from the year 1 to 1970, so that offsets of dates before the epoch are not negative. */
    static final long BIAS_MILLIS = 62_135_596_800_000L;

    private static final String ASK_ID = "a1";
    private static final int LONGEST_EXCERPT = 60;
    private static final int LONGEST_KEPT = 150;
    private static final int DIGITS_OF_DIGEST = 12;

    private final Mapping mapping;
    private final Set<String> used = new HashSet<>();
    private final Set<String> eventIds = new HashSet<>();
    private final Set<String> queryIds = new HashSet<>();
    private long renamed;
    private long events;
    private long queries;

    RowReader(Mapping mapping) {
        this.mapping = mapping;
        EventColumns columns = mapping.events();
        used.addAll(columns.text());
        used.add(columns.entityId());
        used.add(columns.time());
        for (String column :
                new String[] {columns.eventId(), columns.sessionId(), columns.source(), columns.urgency()}) {
            if (column != null) {
                used.add(column);
            }
        }
    }

    /** How many ids were spelled in a way that no id may be, and got another. */
    long renamed() {
        return renamed;
    }

    Event event(Row row) throws ImportException {
        EventColumns columns = mapping.events();
        events++;
        long millis = millis(row, columns.time());
        String urgency = optional(row, columns.urgency());
        String eventId = optional(row, columns.eventId());
        String session = optional(row, columns.sessionId());
        String source = optional(row, columns.source());
        String text = text(row, columns.text());
        if (text.getBytes(StandardCharsets.UTF_8).length > Event.MAX_TEXT_BYTES) {
            throw wrong(row, columns.text().get(0), "at most " + Event.MAX_TEXT_BYTES + " bytes of text", text);
        }
        Event event = new Event(
                eventId == null ? "e-" + events : id(eventId),
                id(required(row, columns.entityId())),
                Scope.USER,
                session == null ? null : id(session),
                millis + BIAS_MILLIS,
                mapping.times().isOffset() ? null : Instant.ofEpochMilli(millis),
                source == null ? TimelineParser.DEFAULT_SOURCE : source,
                text,
                urgency != null && columns.urgentValues().contains(urgency) ? Urgency.URGENT : Urgency.NORMAL,
                attributes(row, columns));
        if (columns.eventId() != null && !eventIds.add(event.eventId())) {
            throw wrong(row, columns.eventId(), "an id that no other event has", event.eventId());
        }
        return event;
    }

    private Map<String, String> attributes(Row row, EventColumns columns) {
        Map<String, String> attributes = new HashMap<>();
        row.cells().forEach((column, cell) -> {
            boolean kept = columns.attributes() == null
                    ? !used.contains(column)
                    : columns.attributes().contains(column);
            if (kept) {
                attributes.put(column, cell);
            }
        });
        return attributes;
    }

    /** A query row: the query, and what its cells say of the answer. */
    QueryRow query(Row row, QueryColumns columns) throws ImportException {
        queries++;
        long millis = millis(row, columns.time());
        String text = text(row, columns.text());
        String queryId = optional(row, columns.queryId());
        String session = optional(row, columns.sessionId());
        String subject = optional(row, columns.subject());
        Query query = new Query(
                queryId == null ? "q-" + queries : id(queryId),
                List.of(id(required(row, columns.entityId()))),
                session == null ? null : id(session),
                millis + BIAS_MILLIS,
                mapping.times().isOffset() ? null : Instant.ofEpochMilli(millis),
                text,
                List.of(new Ask(ASK_ID, subject == null ? text : subject, optional(row, columns.attribute()))),
                deadline(row, columns.deadlineMs()));
        if (columns.queryId() != null && !queryIds.add(query.queryId())) {
            throw wrong(row, columns.queryId(), "an id that no other query has", query.queryId());
        }
        String answer = optional(row, columns.answer());
        Set<String> evidence = new LinkedHashSet<>();
        String named = optional(row, columns.evidence());
        if (named != null) {
            for (String id : named.strip().split("[\\s,;]+")) {
                evidence.add(id(id));
            }
        }
        String category = optional(row, columns.category());
        boolean abstain = answer != null && columns.abstainValues().contains(answer);
        return new QueryRow(
                row.place(),
                query,
                category == null ? "question" : category,
                abstain ? null : answer,
                abstain,
                List.copyOf(evidence));
    }

    private @Nullable Long deadline(Row row, @Nullable String column) throws ImportException {
        String cell = optional(row, column);
        if (cell == null || column == null) {
            return null;
        }
        try {
            long deadline = Long.parseLong(cell.strip());
            if (deadline >= 1) {
                return deadline;
            }
        } catch (NumberFormatException e) {
            throw wrong(row, column, "a whole number of milliseconds", cell);
        }
        throw wrong(row, column, "a positive number of milliseconds", cell);
    }

    private long millis(Row row, String column) throws ImportException {
        String cell = required(row, column);
        long millis;
        try {
            millis = mapping.times().millis(cell);
        } catch (DateTimeException | ArithmeticException e) {
            throw wrong(row, column, "a time as " + mapping.times().kind(), cell);
        }
        if (!mapping.times().fits(millis)) {
            throw wrong(row, column, mapping.times().range(), cell);
        }
        return millis;
    }

    private static String text(Row row, List<String> columns) throws ImportException {
        List<String> parts = new ArrayList<>();
        for (String column : columns) {
            String cell = optional(row, column);
            if (cell != null) {
                parts.add(cell);
            }
        }
        if (parts.isEmpty()) {
            throw new ImportException(row.place() + ", column " + String.join(" or ", columns)
                    + ": expected a text that is not blank: found nothing; the row has the columns "
                    + row.cells().keySet());
        }
        return String.join("\n", parts);
    }

    private static String required(Row row, String column) throws ImportException {
        String cell = optional(row, column);
        if (cell == null) {
            throw new ImportException(row.place() + ", column " + column
                    + ": expected a cell that is not empty: found nothing; the row has the columns "
                    + row.cells().keySet());
        }
        return cell;
    }

    private static @Nullable String optional(Row row, @Nullable String column) {
        return column == null ? null : row.cells().get(column);
    }

    /** The id itself if it may be one; else one made of what may stand in an id, and a digest that keeps it unique. */
    private String id(String cell) {
        String text = cell.strip();
        if (Ids.isValid(text)) {
            return text;
        }
        renamed++;
        String kept = text.replaceAll("[^A-Za-z0-9_.:-]+", "_").replaceAll("^[^A-Za-z0-9]+", "");
        String digest = new ContentDigest().add(text).hex().substring(0, DIGITS_OF_DIGEST);
        return kept.substring(0, Math.min(LONGEST_KEPT, kept.length())) + (kept.isEmpty() ? "" : "-") + digest;
    }

    private static ImportException wrong(Row row, String column, String expected, String found) {
        String excerpt = found.length() <= LONGEST_EXCERPT ? found : found.substring(0, LONGEST_EXCERPT) + "…";
        return new ImportException(
                row.place() + ", column " + column + ": expected " + expected + ": found \"" + excerpt + '"');
    }
}
