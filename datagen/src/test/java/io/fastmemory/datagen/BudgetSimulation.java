package io.fastmemory.datagen;

import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.TokenEstimator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What two ways of remembering would use of each entity's budgets: to keep every fact that is told, and to keep a fact only
 * as long as a question for it is still to come. Both keep an event's own words, drop what is superseded, and take a duplicate
 * for known.
 */
final class BudgetSimulation {
    private static final long MINUTE_MILLIS = 60_000;

    /** The most an entity uses at any moment. */
    record Peak(long tokens, int indexOperations) {}

    /** A memory: from when to when it is there, and how large it is. */
    private record Kept(String entityId, long fromMs, long untilMs, int tokens) {}

    private final Map<String, Event> events = new HashMap<>();
    private final Map<String, Long> supersededAt = new HashMap<>();
    private final Map<String, Long> lastAskedAt = new HashMap<>();
    private final List<GoldEvent> statements = new ArrayList<>();

    BudgetSimulation(DatasetReader.Contents contents) {
        contents.events().forEach(event -> events.put(event.eventId(), event));
        for (GoldEvent gold : contents.goldEvents()) {
            gold.supersedes().forEach(old -> supersededAt.put(old, offset(gold.eventId())));
            if (!gold.facts().isEmpty() && gold.duplicateOf() == null) {
                statements.add(gold);
            }
        }
        Map<String, Long> asked = new HashMap<>();
        for (Query query : contents.queries()) {
            asked.put(query.queryId(), query.offsetMs());
        }
        for (GoldQuery gold : contents.goldQueries()) {
            for (GoldQuery.Required required : gold.required()) {
                required.evidence().forEach(id -> lastAskedAt.merge(id, asked.get(gold.queryId()), Math::max));
            }
        }
    }

    /** Peaks by entity when every fact is kept. */
    Map<String, Peak> keepingEverything() {
        return peaks(statements.stream()
                .map(gold -> kept(gold, supersededAt.getOrDefault(gold.eventId(), Long.MAX_VALUE)))
                .toList());
    }

    /** Peaks by entity when every fact that is ever asked for is kept until it is superseded. */
    Map<String, Peak> keepingWhatIsAsked() {
        return peaks(statements.stream()
                .filter(gold -> lastAskedAt.containsKey(gold.eventId()))
                .map(gold -> kept(gold, supersededAt.getOrDefault(gold.eventId(), Long.MAX_VALUE)))
                .toList());
    }

    /** Peaks by entity when a fact is kept until the last question for it. */
    Map<String, Peak> keepingWhatIsStillAsked() {
        return peaks(statements.stream()
                .filter(gold -> lastAskedAt.containsKey(gold.eventId()))
                .map(gold -> kept(gold, lastAskedAt.get(gold.eventId()) + 1))
                .toList());
    }

    private Kept kept(GoldEvent gold, long untilMs) {
        Event event = events.get(gold.eventId());
        return new Kept(event.entityId(), event.offsetMs(), untilMs, TokenEstimator.tokens(event.text()));
    }

    private long offset(String eventId) {
        return events.get(eventId).offsetMs();
    }

    private static Map<String, Peak> peaks(List<Kept> memories) {
        Map<String, TreeMap<Long, Long>> changes = new HashMap<>();
        Map<String, Map<Long, Integer>> operations = new HashMap<>();
        for (Kept memory : memories) {
            TreeMap<Long, Long> ofEntity = changes.computeIfAbsent(memory.entityId(), id -> new TreeMap<>());
            ofEntity.merge(memory.fromMs(), (long) memory.tokens(), Long::sum);
            ofEntity.merge(memory.untilMs(), (long) -memory.tokens(), Long::sum);
            operations
                    .computeIfAbsent(memory.entityId(), id -> new HashMap<>())
                    .merge(memory.fromMs() / MINUTE_MILLIS, 1, Integer::sum);
        }
        Map<String, Peak> peaks = new HashMap<>();
        changes.forEach((entityId, ofEntity) -> {
            long now = 0;
            long most = 0;
            for (long change : ofEntity.values()) {
                now += change;
                most = Math.max(most, now);
            }
            int operationsInAMinute = operations.get(entityId).values().stream()
                    .mapToInt(Integer::intValue)
                    .max()
                    .orElse(0);
            peaks.put(entityId, new Peak(most, operationsInAMinute));
        });
        return peaks;
    }
}
