package io.fastmemory.datagen.table;

import io.fastmemory.datagen.DatasetWriter;
import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.datagen.imports.Findings;
import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.ImportReport;
import io.fastmemory.datagen.imports.ImportReport.Kind;
import io.fastmemory.datagen.table.Mapping.QueryColumns;
import io.fastmemory.datagen.table.Rows.Row;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns anybody's own events, and questions if there are any, into a dataset folder: JSON Lines or CSV, by a mapping file that
 * says which column holds what.
 *
 * <p>Times become offsets from the earliest, divided by the speed-up. Events need not be in order: they are sorted in runs, so
 * that memory holds a run of them; queries are held in memory, and the ids of events if the table names them, as no two may be the
 * same. Only what the table says is labelled: a query with an answer and
 * evidence, a query with an answer that means to abstain, and the events that are evidence. Everything else has no label.
 */
public final class TableImporter {
    /** Name and version of this importer; a change of the bytes it writes changes the version. */
    public static final String VERSION = "table-importer 2";

    private static final int RUN_SIZE = 50_000;

    private final Mapping mapping;
    private final RowReader reader;
    private final boolean skipBadRows;
    private final int runSize;
    private final Findings findings = new Findings(Kind.EVIDENCE_UNRESOLVED, Kind.ROW_LEFT_OUT);
    private final Map<Evidence, LinkedHashSet<Fact>> facts = new HashMap<>();
    private final Set<Evidence> told = new HashSet<>();

    /** An event that is named as evidence, and the entity of the query that names it, which must be the event's own. */
    private record Evidence(String eventId, String entityId) {
        static Evidence of(String eventId, QueryRow row) {
            return new Evidence(eventId, row.query().entityIds().get(0));
        }
    }

    /**
     * An importer for tables that a mapping file describes; for one import.
     *
     * @param skipBadRows whether a row that cannot be read is left out and reported; else it ends the import
     */
    public TableImporter(Path mappingFile, boolean skipBadRows) throws IOException {
        this(mappingFile, skipBadRows, RUN_SIZE);
    }

    TableImporter(Path mappingFile, boolean skipBadRows, int runSize) throws IOException {
        this.mapping = Mapping.read(mappingFile);
        this.reader = new RowReader(mapping);
        this.skipBadRows = skipBadRows;
        this.runSize = runSize;
    }

    /**
     * Imports a table of events, and one of queries if there is one, into {@code folder}, replacing a dataset that is there.
     *
     * @param force whether a folder that holds other files may be used; they stay
     * @throws ImportException naming file, line and column of a row that cannot be read
     */
    public ImportReport importTo(Path eventFile, @Nullable Path queryFile, Path folder, boolean force)
            throws IOException {
        List<QueryRow> queries = queryFile == null ? List.of() : queries(queryFile);
        try (EventSorter events = new EventSorter(runSize)) {
            readEvents(eventFile, events);
            return write(events, queries, folder, force);
        }
    }

    private void readEvents(Path file, EventSorter events) throws IOException {
        try (Rows rows = Rows.open(file, mapping, mapping.events().mapped())) {
            for (Row row = rows.next(); row != null; row = rows.next()) {
                try {
                    events.add(reader.event(row));
                } catch (ImportException e) {
                    leaveOut(row, e);
                }
            }
        }
    }

    private List<QueryRow> queries(Path file) throws IOException {
        QueryColumns columns = mapping.queries();
        if (columns == null) {
            throw new ImportException("expected \"queries\" in the mapping, as there is a file of queries: found none");
        }
        List<QueryRow> queries = new ArrayList<>();
        try (Rows rows = Rows.open(file, mapping, columns.mapped())) {
            for (Row row = rows.next(); row != null; row = rows.next()) {
                try {
                    queries.add(reader.query(row, columns));
                } catch (ImportException e) {
                    leaveOut(row, e);
                }
            }
        }
        for (QueryRow query : queries) {
            Fact fact = query.fact();
            if (fact != null) {
                query.evidence()
                        .forEach(id -> facts.computeIfAbsent(Evidence.of(id, query), key -> new LinkedHashSet<>())
                                .add(fact));
            }
        }
        queries.sort(Comparator.comparingLong(row -> row.query().offsetMs()));
        return queries;
    }

    private void leaveOut(Row row, ImportException reason) throws ImportException {
        if (!skipBadRows) {
            throw reason;
        }
        findings.add(Kind.ROW_LEFT_OUT, row.place(), String.valueOf(reason.getMessage()));
    }

    private ImportReport write(EventSorter events, List<QueryRow> queries, Path folder, boolean force)
            throws IOException {
        Event event = events.next();
        long start = start(event, queries);
        try (DatasetWriter writer = DatasetWriter.open(folder, force)) {
            int next = 0;
            while (event != null || next < queries.size()) {
                // an event comes before a query of the same time: the query may ask for it
                boolean eventFirst = event != null
                        && (next == queries.size()
                                || event.offsetMs() <= queries.get(next).query().offsetMs());
                if (event != null && eventFirst) {
                    write(event, start, writer);
                    event = events.next();
                } else {
                    write(queries.get(next++), start, writer);
                }
            }
            Instant epoch = mapping.times().isOffset()
                    ? GeneratorConfig.DEFAULT_EPOCH
                    : Instant.ofEpochMilli(start - RowReader.BIAS_MILLIS);
            Map<String, Long> counts = findings.counts();
            counts.put("id_renamed", reader.renamed());
            Dataset dataset = writer.finish("events", "events", null, epoch, VERSION, counts);
            return new ImportReport(dataset, findings.told());
        }
    }

    /** The time that becomes offset 0. */
    private long start(@Nullable Event first, List<QueryRow> queries) throws ImportException {
        if (first == null) {
            throw new ImportException("expected at least one event: found none");
        }
        if (mapping.times().isOffset()) {
            return RowReader.BIAS_MILLIS;
        }
        return queries.isEmpty()
                ? first.offsetMs()
                : Math.min(first.offsetMs(), queries.get(0).query().offsetMs());
    }

    private long offset(long biasedMs, long start) {
        return mapping.speedup() == 1 ? biasedMs - start : (long) ((biasedMs - start) / mapping.speedup());
    }

    private void write(Event event, long start, DatasetWriter writer) throws IOException {
        Evidence evidence = new Evidence(event.eventId(), event.entityId());
        LinkedHashSet<Fact> supported = facts.get(evidence);
        if (supported != null) {
            told.add(evidence);
        }
        writer.event(
                new Event(
                        event.eventId(),
                        event.entityId(),
                        event.scope(),
                        event.sessionId(),
                        offset(event.offsetMs(), start),
                        event.eventTime(),
                        event.source(),
                        event.text(),
                        event.urgency(),
                        event.attributes()),
                supported == null
                        ? null
                        : new GoldEvent(
                                event.eventId(),
                                EventCategory.USEFUL_FACT,
                                List.copyOf(supported),
                                null,
                                List.of(),
                                null));
    }

    private void write(QueryRow row, long start, DatasetWriter writer) throws IOException {
        Query query = row.query();
        writer.query(
                new Query(
                        query.queryId(),
                        query.entityIds(),
                        query.sessionId(),
                        offset(query.offsetMs(), start),
                        query.eventTime(),
                        query.text(),
                        query.asks(),
                        query.deadlineMs()),
                label(row));
    }

    /** The label of a query; it has none if its answer is not known or no event of its entity before it is evidence. */
    private @Nullable GoldQuery label(QueryRow row) {
        String id = row.query().queryId();
        if (row.abstain()) {
            return new GoldQuery(id, row.category(), List.of(), List.of(), true);
        }
        Fact fact = row.fact();
        if (fact == null) {
            return null;
        }
        List<String> found = row.evidence().stream()
                .filter(evidence -> told.contains(Evidence.of(evidence, row)))
                .toList();
        row.evidence().stream()
                .filter(evidence -> !found.contains(evidence))
                .forEach(evidence -> findings.add(
                        Kind.EVIDENCE_UNRESOLVED,
                        row.place(),
                        "expected the id of an event of its entity before query " + id + ": found \"" + evidence
                                + '"'));
        if (found.isEmpty()) {
            if (row.evidence().isEmpty()) {
                findings.add(
                        Kind.EVIDENCE_UNRESOLVED,
                        row.place(),
                        "expected evidence for the answer to query " + id + ": found none, it has no label");
            }
            return null;
        }
        String askId = row.query().asks().get(0).askId();
        return new GoldQuery(id, row.category(), List.of(new GoldQuery.Required(askId, fact, found)), List.of(), false);
    }
}
