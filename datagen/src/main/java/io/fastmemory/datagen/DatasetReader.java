package io.fastmemory.datagen;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Json;
import io.fastmemory.model.Query;
import java.io.IOException;
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
     *     message names file and line
     */
    public static Contents read(Path folder) throws IOException {
        Path description = folder.resolve(Dataset.DATASET_FILE);
        Dataset dataset;
        try {
            dataset = Json.MAPPER.readValue(Files.readString(description), Dataset.class);
        } catch (JsonProcessingException e) {
            throw new IOException(description + ": expected a dataset description: " + e.getOriginalMessage(), e);
        }
        List<Object> lines = readLines(folder, dataset, Dataset.STREAM_FILE, Event.class, Query.class);
        List<Object> labels = readLines(folder, dataset, Dataset.GOLD_FILE, GoldEvent.class, GoldQuery.class);
        return new Contents(
                dataset,
                lines,
                only(lines, Event.class),
                only(lines, Query.class),
                only(labels, GoldEvent.class),
                only(labels, GoldQuery.class));
    }

    private static List<Object> readLines(
            Path folder, Dataset dataset, String name, Class<?> eventType, Class<?> queryType) throws IOException {
        Path file = folder.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        String found = HexFormat.of().formatHex(DatasetWriter.sha256().digest(bytes));
        String expected = dataset.sha256().get(name);
        if (!found.equals(expected)) {
            throw new IOException(file + ": expected sha256 " + expected + ": found " + found);
        }
        List<Object> values = new ArrayList<>();
        int number = 0;
        for (String text : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
            number++;
            try {
                values.add(parse(text, eventType, queryType));
            } catch (JsonProcessingException | IllegalArgumentException e) {
                throw new IOException(file + " line " + number + ": " + e.getMessage(), e);
            }
        }
        return values;
    }

    private static Object parse(String text, Class<?> eventType, Class<?> queryType) throws JsonProcessingException {
        JsonNode node = Json.MAPPER.readTree(text);
        if (!(node instanceof ObjectNode object)) {
            throw new IllegalArgumentException("expected an object: found " + node.getNodeType());
        }
        String kind = object.path("kind").asText();
        object.remove("kind");
        if (kind.equals("event")) {
            return Json.MAPPER.treeToValue(object, eventType);
        }
        if (kind.equals("query")) {
            return Json.MAPPER.treeToValue(object, queryType);
        }
        throw new IllegalArgumentException("expected kind event or query: found \"" + kind + '"');
    }

    private static <T> List<T> only(List<Object> values, Class<T> type) {
        return values.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
