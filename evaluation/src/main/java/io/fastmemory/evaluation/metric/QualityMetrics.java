package io.fastmemory.evaluation.metric;

import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rates of the verdicts and counts of the causes of failure, by slice. A query belongs to the urgency of the events that
 * are evidence for it; one with urgent evidence is urgent.
 */
final class QualityMetrics {
    private final Map<Slice, Tally> tallies = new TreeMap<>();

    private QualityMetrics() {}

    /** Counts a run's verdicts. */
    static QualityMetrics of(Rollouts rollouts) {
        QualityMetrics metrics = new QualityMetrics();
        for (QueryLine query : rollouts.queries()) {
            for (Slice slice : slices(query, rollouts)) {
                metrics.tally(slice).add(query);
            }
        }
        return metrics;
    }

    /** The slices that hold a query, in order. */
    List<Slice> slices() {
        return List.copyOf(tallies.keySet());
    }

    /** Number of queries in a slice. */
    long queries(Slice slice) {
        return tally(slice).queries;
    }

    /** One rate of a slice. */
    Rate rate(Slice slice, QualityMetric metric) {
        Tally tally = tally(slice);
        long count = tally.counts.getOrDefault(metric, 0L);
        return new Rate(count, count == 0 ? null : Numbers.rate(tally.sums.getOrDefault(metric, 0.0) / count));
    }

    /** How often each cause was given in a slice; every cause has an entry. */
    Map<CauseOfFailure, Long> failures(Slice slice) {
        Map<CauseOfFailure, Long> failures = new EnumMap<>(CauseOfFailure.class);
        for (CauseOfFailure cause : CauseOfFailure.values()) {
            failures.put(cause, tally(slice).failures.getOrDefault(cause, 0L));
        }
        return failures;
    }

    /** The rates of a slice, as the summary holds them. */
    EvalSummary.QueryQuality quality(Slice slice) {
        return new EvalSummary.QueryQuality(
                queries(slice),
                rate(slice, QualityMetric.ANSWER_CORRECT).mean(),
                rate(slice, QualityMetric.EVIDENCE_CORRECT).mean(),
                rate(slice, QualityMetric.ANSWER_SUCCESS).mean(),
                rate(slice, QualityMetric.LATE).mean(),
                rate(slice, QualityMetric.STALE_ANSWER).mean(),
                rate(slice, QualityMetric.TEXTUAL).mean(),
                rate(slice, QualityMetric.RECALL_AT5).mean(),
                rate(slice, QualityMetric.RECALL_AT10).mean(),
                rate(slice, QualityMetric.RECALL_AT25).mean(),
                rate(slice, QualityMetric.CITATION_PRECISION).mean());
    }

    /**
     * A mean over queries.
     *
     * @param count queries that have such a number
     */
    record Rate(long count, @Nullable Double mean) {}

    private Tally tally(Slice slice) {
        return tallies.computeIfAbsent(slice, any -> new Tally());
    }

    private static List<Slice> slices(QueryLine query, Rollouts rollouts) {
        List<Slice> slices = new ArrayList<>();
        slices.add(Slice.ALL);
        slices.add(query.gold().abstain() ? Slice.ABSTAIN : Slice.ANSWERABLE);
        slices.add(Slice.ofCategory(query.gold().category()));
        Set<Urgency> urgencies = EnumSet.noneOf(Urgency.class);
        for (GoldQuery.Required required : query.gold().required()) {
            for (String eventId : required.evidence()) {
                EventLine event = rollouts.event(eventId);
                if (event != null) {
                    urgencies.add(event.urgency());
                }
            }
        }
        if (!urgencies.isEmpty()) {
            slices.add(Slice.of(urgencies.contains(Urgency.URGENT) ? Urgency.URGENT : Urgency.NORMAL));
        }
        return slices;
    }

    private static final class Tally {
        private long queries;
        private final Map<QualityMetric, Long> counts = new EnumMap<>(QualityMetric.class);
        private final Map<QualityMetric, Double> sums = new EnumMap<>(QualityMetric.class);
        private final Map<CauseOfFailure, Long> failures = new EnumMap<>(CauseOfFailure.class);

        private void add(QueryLine query) {
            queries++;
            for (QualityMetric metric : QualityMetric.values()) {
                Double value = metric.of(query.verdict());
                if (value != null) {
                    counts.merge(metric, 1L, Long::sum);
                    sums.merge(metric, value, Double::sum);
                }
            }
            if (query.cause() != null) {
                failures.merge(query.cause(), 1L, Long::sum);
            }
        }
    }
}
