package io.fastmemory.job.world;

import io.fastmemory.model.Ask;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Json;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.timeline.DatasetLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Events and queries of a run, written as the dataset folder the job reads. */
public final class TestTimeline {
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final List<String> lines = new ArrayList<>();
    private final List<String> gold = new ArrayList<>();
    private final Map<String, List<String>> eventIds = new TreeMap<>();
    private int queries;

    /** Bursts of 1 to 12 events of one entity, a hot one among them, with a query now and then. */
    public static TestTimeline bursts(long seed, int entities, int events, int spanMillis) {
        return bursts(seed, entities, events, spanMillis, 0);
    }

    /** The same with so many more characters in every event. */
    public static TestTimeline bursts(long seed, int entities, int events, int spanMillis, int filler) {
        String more = ".".repeat(filler);
        TestTimeline timeline = new TestTimeline();
        Random random = new Random(seed);
        int made = 0;
        while (made < events) {
            // The first rounds name every entity once; then a hot one gets every tenth burst.
            int entity = made < entities ? made : random.nextInt(10) == 0 ? 0 : random.nextInt(entities);
            int burst = made < entities ? 1 : Math.min(events - made, 1 + random.nextInt(12));
            for (int i = 0; i < burst; i++) {
                timeline.event(
                        "e" + made, "entity-" + entity, made * (long) spanMillis / events, "event " + made + more);
                made++;
            }
            if (random.nextInt(6) == 0) {
                timeline.query("q" + made, "entity-" + entity, made * (long) spanMillis / events);
            }
        }
        timeline.query("q-last", "entity-0", spanMillis);
        return timeline;
    }

    /** One event a millisecond, of one entity after the other, each telling where its entity sits. */
    public static TestTimeline desks(int entities, int events) {
        TestTimeline timeline = new TestTimeline();
        for (int i = 0; i < events; i++) {
            String entity = "entity-" + i % entities;
            timeline.event("e" + i, entity, i, "The desk of " + entity + " is in room " + i + ".");
        }
        return timeline;
    }

    /** Adds an event of the usual kind. */
    public TestTimeline event(String eventId, String entityId, long offsetMs, String text) {
        eventIds.computeIfAbsent(entityId, id -> new ArrayList<>()).add(eventId);
        return line(eventLine(eventId, entityId, offsetMs, text));
    }

    /** The line of such an event. */
    public static String eventLine(String eventId, String entityId, long offsetMs, String text) {
        return DatasetLines.of(new Event(
                eventId,
                entityId,
                Scope.USER,
                null,
                offsetMs,
                EPOCH.plusMillis(offsetMs),
                "test",
                text,
                Urgency.NORMAL,
                Map.of()));
    }

    /** Adds a query that is rightly answered by abstaining. */
    public TestTimeline query(String queryId, String entityId, long offsetMs) {
        return query(queryId, List.of(entityId), offsetMs);
    }

    /** Adds such a query of several entities. */
    public TestTimeline query(String queryId, List<String> entityIds, long offsetMs) {
        queries++;
        gold.add(DatasetLines.of(new GoldQuery(queryId, "probe", List.of(), List.of(), true)));
        return line(queryLine(queryId, entityIds, offsetMs));
    }

    /** The line of such a query. */
    public static String queryLine(String queryId, String entityId, long offsetMs) {
        return queryLine(queryId, List.of(entityId), offsetMs);
    }

    private static String queryLine(String queryId, List<String> entityIds, long offsetMs) {
        return DatasetLines.of(new Query(
                queryId,
                entityIds,
                null,
                offsetMs,
                EPOCH.plusMillis(offsetMs),
                OutsideWorld.QUERY_MARK + "what of " + String.join(" and ", entityIds) + "?",
                List.of(new Ask("a", entityIds.get(0), "chain")),
                null));
    }

    /** Adds a line as it stands, of whatever kind. */
    public TestTimeline line(String line) {
        lines.add(line);
        return this;
    }

    /** The number the next line will have. */
    public long nextLine() {
        return lines.size() + 1L;
    }

    /** Event ids of each entity in their order. */
    public Map<String, List<String>> eventIds() {
        return eventIds;
    }

    /** Number of events. */
    public int events() {
        return eventIds.values().stream().mapToInt(List::size).sum();
    }

    /** Number of queries. */
    public int queries() {
        return queries;
    }

    /** Writes stream and labels into {@code folder}. */
    public TestTimeline writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve(Dataset.STREAM_FILE), lines);
        Files.write(folder.resolve(Dataset.GOLD_FILE), gold);
        Dataset dataset =
                new Dataset("test", "test", null, Instant.EPOCH, "test", lines.size(), gold.size(), Map.of(), Map.of());
        Files.writeString(folder.resolve(Dataset.DATASET_FILE), Json.write(dataset));
        return this;
    }
}
