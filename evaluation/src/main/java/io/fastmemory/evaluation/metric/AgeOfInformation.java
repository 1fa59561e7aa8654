package io.fastmemory.evaluation.metric;

import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.VersionLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How old the newest thing is that a reader can find about an entity.
 *
 * <p>At time t it is t − the intended arrival of the newest event that is a source of a memory version visible by then. It
 * falls when a version becomes visible and grows with the clock in between; what was visible once counts from then on, even
 * when its vector leaves. Until something is visible it is at least the time since the entity's first event. An event whose
 * label says that it asserts nothing is no news, and does not count.
 *
 * @see <a href="https://doi.org/10.1109/INFCOM.2012.6195689">Kaul, Yates, Gruteser, Real-Time Status: How Often Should One
 *     Update?, INFOCOM 2012</a>
 */
final class AgeOfInformation {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<String, Instant> firstArrival = new TreeMap<>();
    /** By entity: from when on, which arrival was the newest to be seen. */
    private final Map<String, NavigableMap<Instant, Instant>> newestSeen = new HashMap<>();

    private Instant lastArrival;

    private AgeOfInformation(Instant start) {
        lastArrival = start;
    }

    static AgeOfInformation of(Rollouts rollouts) {
        AgeOfInformation ages = new AgeOfInformation(rollouts.run().startedAt());
        for (EventLine event : rollouts.events()) {
            if (isNews(event, rollouts)) {
                ages.firstArrival.merge(event.entityId(), event.arrivalAt(), (a, b) -> a.isBefore(b) ? a : b);
            }
            ages.arrived(event.arrivalAt());
        }
        rollouts.queries().forEach(query -> ages.arrived(query.arrivalAt()));
        Map<GoldFacts.VersionId, Instant> newest = newestSources(rollouts);
        for (IndexLine operation : rollouts.indexOperations()) {
            Instant source = newest.get(new GoldFacts.VersionId(operation.memoryId(), operation.version()));
            if (source != null
                    && operation.operation().equals("upsert")
                    && operation.visibleAt() != null
                    && !operation.atEnd()) {
                ages.seen(operation.entityId(), operation.visibleAt(), source);
            }
        }
        ages.newestSeen.values().forEach(AgeOfInformation::keepNewest);
        return ages;
    }

    private void arrived(Instant at) {
        lastArrival = at.isAfter(lastArrival) ? at : lastArrival;
    }

    private static Map<GoldFacts.VersionId, Instant> newestSources(Rollouts rollouts) {
        Map<GoldFacts.VersionId, Instant> newest = new HashMap<>();
        for (VersionLine line : rollouts.versions()) {
            Instant source = null;
            for (String eventId : line.memory().sourceEventIds()) {
                EventLine event = rollouts.event(eventId);
                if (event != null
                        && isNews(event, rollouts)
                        && (source == null || event.arrivalAt().isAfter(source))) {
                    source = event.arrivalAt();
                }
            }
            if (source != null) {
                newest.put(
                        new GoldFacts.VersionId(
                                line.memory().memoryId(), line.memory().version()),
                        source);
            }
        }
        return newest;
    }

    private static boolean isNews(EventLine event, Rollouts rollouts) {
        GoldEvent label = rollouts.label(event.eventId());
        return label == null || !label.facts().isEmpty();
    }

    private void seen(String entityId, Instant visibleAt, Instant source) {
        newestSeen
                .computeIfAbsent(entityId, any -> new TreeMap<>())
                .merge(visibleAt, source, (a, b) -> a.isAfter(b) ? a : b);
    }

    /** Lets what is seen never become older again. */
    private static void keepNewest(NavigableMap<Instant, Instant> seen) {
        Instant newest = Instant.MIN;
        for (Map.Entry<Instant, Instant> step : seen.entrySet()) {
            newest = step.getValue().isAfter(newest) ? step.getValue() : newest;
            step.setValue(newest);
        }
    }

    /**
     * Adds the ages a query meets, one for each of its entities of which an event had arrived: observed, or cut off where
     * nothing was visible yet.
     */
    void sample(QueryLine query, SurvivalTimes into) {
        for (String entityId : query.entityIds()) {
            Instant first = firstArrival.get(entityId);
            if (first == null || first.isAfter(query.arrivalAt())) {
                continue;
            }
            Map.Entry<Instant, Instant> seen =
                    newestSeen.getOrDefault(entityId, new TreeMap<>()).floorEntry(query.arrivalAt());
            if (seen == null) {
                into.addCensored(millis(first, query.arrivalAt()));
            } else {
                into.addObserved(millis(seen.getValue(), query.arrivalAt()));
            }
        }
    }

    /**
     * The distribution over time: of every entity from its first event to the last arrival of the run, each moment weighing
     * the same. {@code count} is the number of entities, {@code censored} that of those of which nothing became visible.
     */
    TimeStat overTime() {
        TimeWeighted ages = new TimeWeighted();
        long neverSeen = 0;
        for (Map.Entry<String, Instant> entity : firstArrival.entrySet()) {
            Instant from = entity.getValue();
            Instant newest = from;
            NavigableMap<Instant, Instant> seen = newestSeen.getOrDefault(entity.getKey(), new TreeMap<>());
            for (Map.Entry<Instant, Instant> step :
                    seen.headMap(lastArrival, false).entrySet()) {
                if (step.getKey().isAfter(from)) {
                    ages.add(millis(newest, from), millis(newest, step.getKey()));
                    from = step.getKey();
                }
                newest = step.getValue().isAfter(newest) ? step.getValue() : newest;
            }
            ages.add(millis(newest, from), millis(newest, lastArrival));
            neverSeen += seen.isEmpty() ? 1 : 0;
        }
        return ages.stat(firstArrival.size(), neverSeen);
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / NANOS_PER_MILLI;
    }

    /** Values that grow with time, one millisecond a millisecond, in stretches. */
    private static final class TimeWeighted {
        private record Bound(double millis, int change) {}

        private final List<Bound> bounds = new ArrayList<>();
        private double total;
        private double area;

        void add(double low, double high) {
            if (high > low) {
                bounds.add(new Bound(low, 1));
                bounds.add(new Bound(high, -1));
                total += high - low;
                area += (high * high - low * low) / 2;
            }
        }

        TimeStat stat(long count, long censored) {
            bounds.sort(java.util.Comparator.comparingDouble(Bound::millis));
            Double max = bounds.isEmpty() ? null : bounds.get(bounds.size() - 1).millis();
            return new TimeStat(
                    count,
                    censored,
                    total == 0 ? null : SurvivalTimes.rounded(area / total),
                    quantile(0.50),
                    quantile(0.90),
                    quantile(0.95),
                    quantile(0.99),
                    SurvivalTimes.rounded(max));
        }

        /** The age not exceeded for {@code p} of the time; needs the bounds in order. */
        private @Nullable Double quantile(double p) {
            double below = 0;
            double at = 0;
            int growing = 0;
            for (Bound bound : bounds) {
                double stretch = growing * (bound.millis() - at);
                if (growing > 0 && below + stretch >= p * total) {
                    return SurvivalTimes.rounded(at + (p * total - below) / growing);
                }
                below += stretch;
                at = bound.millis();
                growing += bound.change();
            }
            return bounds.isEmpty() ? null : SurvivalTimes.rounded(at);
        }
    }
}
