package io.fastmemory.datagen.inspect;

import io.fastmemory.model.Event;
import io.fastmemory.model.Query;
import io.fastmemory.model.TokenEstimator;
import io.fastmemory.model.Urgency;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Figures gathered over {@code stream.jsonl}; memory grows with the number of entities only. */
final class StreamFigures {
    private static final int BUSIEST = 10;

    final Map<String, Long> sources = new TreeMap<>();
    final Map<String, Long> scopes = new TreeMap<>();
    final Buckets buckets = new Buckets();
    long events;
    long queries;
    long urgent;
    long tokens;
    long withDeadline;
    int longestTokens;

    private final Map<String, PerEntity> byEntity = new HashMap<>();

    private static final class PerEntity {
        private long events;
        private long tokens;

        long events() {
            return events;
        }

        long tokens() {
            return tokens;
        }
    }

    void add(Event event) {
        int size = TokenEstimator.tokens(event.text());
        events++;
        tokens += size;
        longestTokens = Math.max(longestTokens, size);
        urgent += event.urgency() == Urgency.URGENT ? 1 : 0;
        sources.merge(event.source(), 1L, Long::sum);
        scopes.merge(event.scope().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
        buckets.event(event.offsetMs());
        PerEntity entity = byEntity.computeIfAbsent(event.entityId(), id -> new PerEntity());
        entity.events++;
        entity.tokens += size;
    }

    void add(Query query) {
        queries++;
        withDeadline += query.deadlineMs() == null ? 0 : 1;
        buckets.query(query.offsetMs());
        query.entityIds().forEach(id -> byEntity.computeIfAbsent(id, entity -> new PerEntity()));
    }

    Inspection.Entities entities() {
        List<Inspection.EntityCount> busiest = byEntity.entrySet().stream()
                .map(entry -> new Inspection.EntityCount(
                        entry.getKey(), entry.getValue().events()))
                .sorted(Comparator.comparingLong(Inspection.EntityCount::events)
                        .reversed()
                        .thenComparing(Inspection.EntityCount::entityId))
                .limit(BUSIEST)
                .toList();
        return new Inspection.Entities(
                byEntity.size(),
                spread(byEntity.values().stream().mapToLong(PerEntity::events).toArray()),
                spread(byEntity.values().stream().mapToLong(PerEntity::tokens).toArray()),
                busiest);
    }

    private static Inspection.Spread spread(long[] values) {
        Arrays.sort(values);
        return new Inspection.Spread(
                percentile(values, 50), percentile(values, 90), percentile(values, 99), percentile(values, 100));
    }

    private static long percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[Math.max(0, (sorted.length * percent + 99) / 100 - 1)];
    }
}
