package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.GoldFacts.GoldFact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.VersionLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The times of {@link TimeMetric}, by slice.
 *
 * <p>Gold facts that did not become ready, retrieved or useful stay in the population, censored when they were superseded
 * or when the run ended. One of which no evidence arrived is censored at 0: it counts, and says nothing about times. A
 * query that asked before the fact was superseded and was answered later still made it useful.
 */
final class TimeMetrics {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<Slice, Map<TimeMetric, SurvivalTimes>> times = new TreeMap<>();

    private final AgeOfInformation ages;

    private TimeMetrics(AgeOfInformation ages) {
        this.ages = ages;
    }

    /** Measures a run. */
    static TimeMetrics of(Rollouts rollouts, GoldFacts gold) {
        TimeMetrics metrics = new TimeMetrics(AgeOfInformation.of(rollouts));
        metrics.times(Slice.ALL);
        metrics.addEvents(rollouts);
        gold.all().forEach(metrics::addGoldFact);
        rollouts.queries().forEach(metrics::addAges);
        return metrics;
    }

    /** The distributions of one slice; without a population, all counts are 0. */
    Map<TimeMetric, TimeStat> stats(Slice slice) {
        Map<TimeMetric, TimeStat> stats = new EnumMap<>(TimeMetric.class);
        times(slice).forEach((metric, survival) -> stats.put(metric, survival.stat()));
        if (slice.equals(Slice.ALL)) {
            stats.put(TimeMetric.AGE_OF_INFORMATION_OVER_TIME, ages.overTime());
        }
        return stats;
    }

    /** The slices that have a population, in order. */
    List<Slice> slices() {
        return List.copyOf(times.keySet());
    }

    private Map<TimeMetric, SurvivalTimes> times(Slice slice) {
        return times.computeIfAbsent(slice, any -> {
            Map<TimeMetric, SurvivalTimes> empty = new EnumMap<>(TimeMetric.class);
            for (TimeMetric metric : TimeMetric.values()) {
                empty.put(metric, new SurvivalTimes());
            }
            return empty;
        });
    }

    private void addEvents(Rollouts rollouts) {
        Map<String, VersionLine> firstVersions = firstVersions(rollouts);
        Map<String, List<IndexLine>> upserts = new HashMap<>();
        for (IndexLine operation : rollouts.indexOperations()) {
            if (operation.operation().equals("upsert")) {
                upserts.computeIfAbsent(operation.memoryId(), any -> new ArrayList<>())
                        .add(operation);
            }
        }
        Instant runEnd = GoldFacts.runEnd(rollouts);
        for (EventLine event : rollouts.events()) {
            List<Slice> slices = new ArrayList<>(List.of(Slice.ALL, Slice.of(event.urgency())));
            GoldEvent label = rollouts.label(event.eventId());
            if (label != null) {
                slices.add(Slice.of(label.category()));
            }
            Instant start = event.arrivalAt();
            add(slices, TimeMetric.TIME_TO_RAW_WRITE, start, event.rawCommittedAt(), runEnd);
            VersionLine first = firstVersions.get(event.eventId());
            if (first == null) {
                continue;
            }
            slices.add(Slice.of(first.memory().layer()));
            add(slices, TimeMetric.TIME_TO_MEMORY_WRITE, start, first.committedAt(), runEnd);
            List<IndexLine> asked = upserts.getOrDefault(first.memory().memoryId(), List.of()).stream()
                    .filter(upsert -> upsert.version() >= first.memory().version())
                    .toList();
            if (!asked.isEmpty()) {
                add(slices, TimeMetric.TIME_TO_INDEXED_MEMORY, start, firstVisible(asked), runEnd);
            }
        }
    }

    /** The version of each source event that was committed first. */
    private static Map<String, VersionLine> firstVersions(Rollouts rollouts) {
        Map<String, VersionLine> first = new HashMap<>();
        for (VersionLine version : rollouts.versions()) {
            for (String eventId : version.memory().sourceEventIds()) {
                first.merge(eventId, version, TimeMetrics::earlier);
            }
        }
        return first;
    }

    private static VersionLine earlier(VersionLine a, VersionLine b) {
        int byTime = a.committedAt().compareTo(b.committedAt());
        int byId = a.memory().memoryId().compareTo(b.memory().memoryId());
        int byVersion = Integer.compare(a.memory().version(), b.memory().version());
        int order = byTime != 0 ? byTime : byId != 0 ? byId : byVersion;
        return order <= 0 ? a : b;
    }

    private static @Nullable Instant firstVisible(List<IndexLine> upserts) {
        Instant first = null;
        for (IndexLine upsert : upserts) {
            Instant at = upsert.atEnd() ? null : upsert.visibleAt();
            first = at != null && (first == null || at.isBefore(first)) ? at : first;
        }
        return first;
    }

    private void addGoldFact(GoldFact fact) {
        List<Slice> slices = new ArrayList<>(List.of(Slice.ALL));
        if (fact.urgency != null) {
            slices.add(Slice.of(fact.urgency));
        }
        fact.categories.forEach(category -> slices.add(Slice.ofCategory(category)));
        add(slices, TimeMetric.TIME_TO_RETRIEVED_MEMORY, fact.startAt, fact.retrievedAt, fact.censoredAt());
        add(slices, TimeMetric.TIME_TO_USEFUL_MEMORY, fact.startAt, fact.usefulAt, fact.censoredAt());
        add(slices, TimeMetric.READY_LAG, fact.startAt, fact.readyAt, fact.censoredAt());
    }

    private void addAges(QueryLine query) {
        ages.sample(query, times(Slice.ALL, TimeMetric.AGE_OF_INFORMATION));
        ages.sample(query, times(Slice.ofCategory(query.gold().category()), TimeMetric.AGE_OF_INFORMATION));
    }

    private SurvivalTimes times(Slice slice, TimeMetric metric) {
        SurvivalTimes survival = times(slice).get(metric);
        if (survival == null) {
            throw new IllegalStateException("no times of " + metric);
        }
        return survival;
    }

    private void add(
            List<Slice> slices, TimeMetric metric, @Nullable Instant start, @Nullable Instant ended, Instant censored) {
        for (Slice slice : slices) {
            SurvivalTimes survival = times(slice, metric);
            if (start != null && ended != null) {
                survival.addObserved(millis(start, ended));
            } else {
                survival.addCensored(start == null ? 0 : Math.max(0, millis(start, censored)));
            }
        }
    }

    private static double millis(Instant start, Instant end) {
        return Duration.between(start, end).toNanos() / NANOS_PER_MILLI;
    }
}
