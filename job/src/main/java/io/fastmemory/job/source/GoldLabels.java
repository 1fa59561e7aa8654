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
     */
    public static GoldLabels load(String file) {
        GoldLabels labels = new GoldLabels();
        GoldLines.read(file, labels::add);
        return labels;
    }

    /**
     * Reads every label of a {@code gold.jsonl} and keeps none.
     *
     * @throws io.fastmemory.model.timeline.LineException naming file, line and field of a label that cannot be read
     */
    static void check(String file) {
        GoldLines.read(file, line -> {});
    }

    private void add(GoldLine line) {
        line.match(new GoldLine.Cases<Boolean>() {
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
