package io.fastmemory.job.source;

import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.timeline.GoldLine;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The labels of a dataset, in memory. Only scoring, the oracle policy and the oracle reader may hold them. */
public final class GoldLabels {
    private final Map<String, GoldEvent> events = new HashMap<>();
    private final Map<String, GoldQuery> queries = new HashMap<>();
    private final Map<String, Integer> queriesByEvidence = new HashMap<>();
    /** Places in the file, which has the order of the timeline: of each event, and of the last query that needs it. */
    private final Map<String, Integer> placeOfEvent = new HashMap<>();

    private final Map<String, Integer> lastNeeded = new HashMap<>();
    private int places;

    private GoldLabels() {}

    /**
     * Reads a {@code gold.jsonl}.
     *
     * @throws io.fastmemory.model.timeline.LineException naming file, line and field of a label that cannot be read
     * @throws IllegalArgumentException naming file, line and id of an event or a query that is labelled twice
     */
    public static GoldLabels load(String file) {
        GoldLabels labels = new GoldLabels();
        GoldLines.readPlaced(file, (place, line) -> {
            if (!labels.add(line)) {
                throw labelledTwice(place, line);
            }
        });
        return labels;
    }

    /**
     * Reads every label of a {@code gold.jsonl} and keeps none; while it reads, it remembers their ids.
     *
     * @throws io.fastmemory.model.timeline.LineException naming file, line and field of a label that cannot be read
     * @throws IllegalArgumentException naming file, line and id of an event or a query that is labelled twice
     */
    static void check(String file) {
        Set<String> events = new HashSet<>();
        Set<String> queries = new HashSet<>();
        GoldLines.readPlaced(file, (place, line) -> {
            boolean first = line.match(new GoldLine.Cases<Boolean>() {
                @Override
                public Boolean event(GoldEvent gold) {
                    return events.add(gold.eventId());
                }

                @Override
                public Boolean query(GoldQuery gold) {
                    return queries.add(gold.queryId());
                }
            });
            if (!first) {
                throw labelledTwice(place, line);
            }
        });
    }

    private static IllegalArgumentException labelledTwice(InputLine place, GoldLine line) {
        String field = line.match(new GoldLine.Cases<String>() {
            @Override
            public String event(GoldEvent gold) {
                return "/event_id: expected an id that no line before has, found \"" + gold.eventId();
            }

            @Override
            public String query(GoldQuery gold) {
                return "/query_id: expected an id that no line before has, found \"" + gold.queryId();
            }
        });
        return new IllegalArgumentException(place.file() + " line " + place.line() + ", field " + field + '"');
    }

    /** Whether the event or query of a line had no label before. */
    private boolean add(GoldLine line) {
        return line.match(new GoldLine.Cases<Boolean>() {
            @Override
            public Boolean event(GoldEvent gold) {
                placeOfEvent.put(gold.eventId(), ++places);
                return events.put(gold.eventId(), gold) == null;
            }

            @Override
            public Boolean query(GoldQuery gold) {
                places++;
                Set<String> evidence = new HashSet<>();
                gold.required().forEach(required -> evidence.addAll(required.evidence()));
                evidence.forEach(eventId -> {
                    queriesByEvidence.merge(eventId, 1, Integer::sum);
                    lastNeeded.put(eventId, places);
                });
                return queries.put(gold.queryId(), gold) == null;
            }
        });
    }

    /** The label of an event, or {@code null} if it has none. */
    public @Nullable GoldEvent event(String eventId) {
        return events.get(eventId);
    }

    /** The label of a query, or {@code null} if it has none. */
    public @Nullable GoldQuery query(String queryId) {
        return queries.get(queryId);
    }

    /** Whether a query that comes after the event {@code nowId} needs the event {@code eventId}. */
    public boolean isNeededAfter(String eventId, String nowId) {
        return lastNeeded.getOrDefault(eventId, 0) > placeOfEvent.getOrDefault(nowId, 0);
    }

    /** How many queries an event is evidence for. */
    public int queriesNeeding(String eventId) {
        return queriesByEvidence.getOrDefault(eventId, 0);
    }
}
