package io.fastmemory.datagen;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Json;
import io.fastmemory.model.Query;
import io.fastmemory.model.timeline.GoldLine;
import io.fastmemory.model.timeline.GoldParser;
import io.fastmemory.model.timeline.LineException;
import io.fastmemory.model.timeline.TimelineLine;
import io.fastmemory.model.timeline.TimelineParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads a whole dataset folder into memory and checks it against the digests of its {@code dataset.json}. */
public final class DatasetReader {
    private DatasetReader() {}

    /**
     * A dataset folder in memory; each list is in the order of its file.
     *
     * @param lines events and queries as they stand in the stream, one after the other
     */
    public record Contents(
            Dataset dataset,
            List<Object> lines,
            List<Event> events,
            List<Query> queries,
            List<GoldEvent> goldEvents,
            List<GoldQuery> goldQueries) {}

    /**
     * Reads {@code folder}.
     *
     * @throws IOException if a file is absent, differs from its digest, or has a line that is not of its contract; the
     *     message names file, line and field
     */
    public static Contents read(Path folder) throws IOException {
        Path description = folder.resolve(Dataset.DATASET_FILE);
        Dataset dataset;
        try {
            dataset = Json.MAPPER.readValue(Files.readString(description), Dataset.class);
        } catch (JsonProcessingException e) {
            throw new IOException(description + ": expected a dataset description: " + e.getOriginalMessage(), e);
        }
        Stream stream = new Stream();
        Labels labels = new Labels();
        forEachLine(
                folder,
                dataset,
                Dataset.STREAM_FILE,
                (file, number, line) -> TimelineParser.parse(file, number, line).match(stream));
        forEachLine(
                folder,
                dataset,
                Dataset.GOLD_FILE,
                (file, number, line) -> GoldParser.parse(file, number, line).match(labels));
        return new Contents(dataset, stream.lines, stream.events, stream.queries, labels.events, labels.queries);
    }

    /** What reads one line. */
    private interface LineReader {
        boolean read(String file, long number, String line);
    }

    private static void forEachLine(Path folder, Dataset dataset, String name, LineReader reader) throws IOException {
        Path file = folder.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        String found = HexFormat.of().formatHex(DatasetWriter.sha256().digest(bytes));
        String expected = dataset.sha256().get(name);
        if (!found.equals(expected)) {
            throw new IOException(file + ": expected sha256 " + expected + ": found " + found);
        }
        long number = 0;
        for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
            number++;
            try {
                reader.read(file.toString(), number, line);
            } catch (LineException e) {
                throw new IOException(e.getMessage(), e);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }

    private static final class Stream implements TimelineLine.Cases<Boolean> {
        private final List<Object> lines = new ArrayList<>();
        private final List<Event> events = new ArrayList<>();
        private final List<Query> queries = new ArrayList<>();

        @Override
        public Boolean event(Event event) {
            return lines.add(event) && events.add(event);
        }

        @Override
        public Boolean query(Query query) {
            return lines.add(query) && queries.add(query);
        }

        @Override
        public Boolean unusable(DeadLetter deadLetter) {
            throw new UncheckedIOException(new IOException(deadLetter.message()));
        }
    }

    private static final class Labels implements GoldLine.Cases<Boolean> {
        private final List<GoldEvent> events = new ArrayList<>();
        private final List<GoldQuery> queries = new ArrayList<>();

        @Override
        public Boolean event(GoldEvent gold) {
            return events.add(gold);
        }

        @Override
        public Boolean query(GoldQuery gold) {
            return queries.add(gold);
        }
    }
}
