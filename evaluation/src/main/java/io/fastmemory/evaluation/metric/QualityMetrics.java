package io.fastmemory.evaluation.metric;

import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rates over queries and counts of the causes of failure, by slice.
 */
final class QualityMetrics {
    private final Map<Slice, Tally> tallies = new TreeMap<>();

    private QualityMetrics() {}

    /** Counts a run's verdicts. */
    static QualityMetrics of(Rollouts rollouts, GoldFacts gold) {
        QualityMetrics metrics = new QualityMetrics();
        QuerySlices slices = new QuerySlices(rollouts, gold);
        for (QueryLine query : rollouts.queries()) {
            for (Slice slice : slices.of(query)) {
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
                rate(slice, QualityMetric.NDCG_AT5).mean(),
                rate(slice, QualityMetric.NDCG_AT10).mean(),
                rate(slice, QualityMetric.NDCG_AT25).mean(),
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

    /** Number of queries of a slice that were given an answer, right or wrong. */
    long answered(Slice slice) {
        return tally(slice).answered;
    }

    private static final class Tally {
        private long queries;
        private long answered;
        private final Map<QualityMetric, Long> counts = new EnumMap<>(QualityMetric.class);
        private final Map<QualityMetric, Double> sums = new EnumMap<>(QualityMetric.class);
        private final Map<CauseOfFailure, Long> failures = new EnumMap<>(CauseOfFailure.class);

        private void add(QueryLine query) {
            queries++;
            answered += query.answer() != null && !query.answer().abstained() ? 1 : 0;
            for (QualityMetric metric : QualityMetric.values()) {
                Double value = metric.of(query);
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
