package io.fastmemory.datagen.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fastmemory.datagen.inspect.Inspection.FileSize;
import io.fastmemory.datagen.inspect.Inspection.SampleEvent;
import io.fastmemory.datagen.inspect.Inspection.SampleQuery;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Json;
import io.fastmemory.model.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Looks through a dataset folder in up to three passes; memory grows with the number of entities and samples only. */
public final class Inspector {
    private final Path folder;
    private final int samples;
    private final StreamFigures figures = new StreamFigures();
    private final List<Event> pickedEvents = new ArrayList<>();
    private final List<Query> pickedQueries = new ArrayList<>();
    private final Set<String> pickedIds = new HashSet<>();
    private final Map<String, GoldEvent> eventLabels = new HashMap<>();
    private final Map<String, GoldQuery> queryLabels = new HashMap<>();
    private final Map<String, Event> evidence = new HashMap<>();
    private final Map<String, Long> eventCategories = new TreeMap<>();
    private final Map<String, Long> queryCategories = new TreeMap<>();
    private long labelledEvents;
    private long labelledQueries;
    private long requiredFacts;
    private long forbiddenFacts;

    private Inspector(Path folder, int samples) {
        this.folder = folder;
        this.samples = samples;
    }

    /**
     * Looks through a folder.
     *
     * @param samples how many events and how many queries to show
     * @throws IOException naming file, line and field if something is absent or not of its contract
     */
    public static Inspection inspect(Path folder, int samples) throws IOException {
        if (samples < 0) {
            throw new IllegalArgumentException("samples must not be negative: " + samples);
        }
        return new Inspector(folder, samples).inspect();
    }

    private Inspection inspect() throws IOException {
        Dataset dataset = describe();
        String stream = LineScan.stream(
                folder.resolve(Dataset.STREAM_FILE),
                event -> see(event, dataset.events()),
                query -> see(query, dataset.queries()));
        String gold = LineScan.gold(folder.resolve(Dataset.GOLD_FILE), this::see, this::see);
        if (!queryLabels.isEmpty()) {
            LineScan.stream(folder.resolve(Dataset.STREAM_FILE), this::keepEvidence, query -> {});
        }
        return new Inspection(
                dataset,
                List.of(file(dataset, Dataset.STREAM_FILE, stream), file(dataset, Dataset.GOLD_FILE, gold)),
                events(),
                queries(),
                figures.entities(),
                figures.buckets.timeline(),
                pickedEvents.stream()
                        .map(event -> new SampleEvent(event, eventLabels.get(event.eventId())))
                        .toList(),
                pickedQueries.stream().map(this::sample).toList());
    }

    private Dataset describe() throws IOException {
        Path description = folder.resolve(Dataset.DATASET_FILE);
        if (!Files.isRegularFile(description)) {
            throw new IOException(
                    "expected a dataset folder with " + Dataset.DATASET_FILE + ": found none in " + folder);
        }
        try {
            return Json.MAPPER.readValue(Files.readAllBytes(description), Dataset.class);
        } catch (JsonProcessingException e) {
            throw new IOException(description + ": expected a dataset description: " + e.getOriginalMessage(), e);
        }
    }

    private void see(Event event, long all) {
        if (isPicked(figures.events, all, pickedEvents.size())) {
            pickedEvents.add(event);
            pickedIds.add(event.eventId());
        }
        figures.add(event);
    }

    private void see(Query query, long all) {
        if (isPicked(figures.queries, all, pickedQueries.size())) {
            pickedQueries.add(query);
            pickedIds.add(query.queryId());
        }
        figures.add(query);
    }

    /** Whether the line after {@code before} others of its kind is the next of evenly spread samples. */
    private boolean isPicked(long before, long all, int picked) {
        return picked < samples && before >= picked * all / samples;
    }

    private void see(GoldEvent gold) {
        labelledEvents++;
        eventCategories.merge(gold.category().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
        if (pickedIds.contains(gold.eventId())) {
            eventLabels.put(gold.eventId(), gold);
        }
    }

    private void see(GoldQuery gold) {
        labelledQueries++;
        requiredFacts += gold.required().size();
        forbiddenFacts += gold.forbidden().size();
        queryCategories.merge(gold.category(), 1L, Long::sum);
        if (pickedIds.contains(gold.queryId())) {
            queryLabels.put(gold.queryId(), gold);
            gold.required().forEach(required -> pickedIds.addAll(required.evidence()));
        }
    }

    private void keepEvidence(Event event) {
        if (pickedIds.contains(event.eventId())) {
            evidence.put(event.eventId(), event);
        }
    }

    private SampleQuery sample(Query query) {
        GoldQuery gold = queryLabels.get(query.queryId());
        List<Event> named = gold == null
                ? List.of()
                : gold.required().stream()
                        .flatMap(required -> required.evidence().stream())
                        .map(evidence::get)
                        .filter(Objects::nonNull)
                        .toList();
        return new SampleQuery(query, gold, named);
    }

    private FileSize file(Dataset dataset, String name, String sha256) throws IOException {
        return new FileSize(
                name,
                Files.size(folder.resolve(name)),
                sha256.equals(dataset.sha256().get(name)));
    }

    private Inspection.Events events() {
        return new Inspection.Events(
                figures.events,
                eventCategories,
                figures.events - labelledEvents,
                figures.sources,
                figures.scopes,
                figures.urgent,
                figures.tokens,
                figures.longestTokens);
    }

    private Inspection.Queries queries() {
        return new Inspection.Queries(
                figures.queries,
                queryCategories,
                figures.queries - labelledQueries,
                figures.withDeadline,
                requiredFacts,
                forbiddenFacts);
    }
}
