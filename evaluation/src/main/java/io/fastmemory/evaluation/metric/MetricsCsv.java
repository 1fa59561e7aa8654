package io.fastmemory.evaluation.metric;

import io.fastmemory.model.scoring.CauseOfFailure;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The contents of {@code metrics.csv}: one line for each metric of each slice.
 *
 * <p>A time fills every column. A rate has its population as {@code count} and itself as {@code mean}, so has an amount
 * ({@code score}, {@code reward.episode}, {@code cost.money_total}); a number of things ({@code failure.…},
 * {@code fallback.…}, {@code rejected.…}, other {@code cost.…}) is the {@code count}.
 */
final class MetricsCsv {
    static final String FILE = "metrics.csv";
    static final String HEADER = "policy,dataset,slice,metric,count,censored,mean,p50,p90,p95,p99,max";

    private final Csv csv = new Csv(HEADER);
    private final String policy;
    private final String dataset;

    private MetricsCsv(EvalSummary summary) {
        policy = summary.policy();
        dataset = summary.dataset().name();
    }

    static String render(EvalSummary summary, RunMetrics metrics) {
        MetricsCsv csv = new MetricsCsv(summary);
        TimeMetrics times = metrics.times();
        QualityMetrics quality = metrics.quality();
        TreeSet<Slice> slices = new TreeSet<>(times.slices());
        slices.addAll(quality.slices());
        for (Slice slice : slices) {
            csv.times(slice, times.stats(slice));
            csv.rates(slice, quality);
            csv.failures(slice, quality.failures(slice));
        }
        csv.memory(summary.quality().memory());
        csv.score(summary.quality());
        csv.counts(summary);
        return csv.csv.toString();
    }

    private void times(Slice slice, Map<TimeMetric, TimeStat> stats) {
        stats.forEach((metric, stat) -> {
            if (stat.count() > 0 || slice.equals(Slice.ALL)) {
                line(slice, metric.key(), stat);
            }
        });
    }

    private void rates(Slice slice, QualityMetrics quality) {
        for (QualityMetric metric : QualityMetric.values()) {
            QualityMetrics.Rate rate = quality.rate(slice, metric);
            if (rate.count() > 0) {
                mean(slice, metric.key(), rate.count(), rate.mean());
            }
        }
    }

    private void failures(Slice slice, Map<CauseOfFailure, Long> failures) {
        failures.forEach((cause, count) -> {
            if (count > 0 || slice.equals(Slice.ALL)) {
                count(slice, "failure." + cause.name().toLowerCase(Locale.ROOT), count);
            }
        });
    }

    private void memory(EvalSummary.@Nullable MemoryQuality memory) {
        if (memory != null) {
            mean(Slice.ALL, "memory.precision", memory.statements(), memory.precision());
            mean(Slice.ALL, "memory.recall", memory.facts(), memory.recall());
            mean(Slice.ALL, "memory.update_accuracy", memory.updates(), memory.updateAccuracy());
            mean(Slice.ALL, "memory.duplicate_rate", memory.active(), memory.duplicateRate());
            mean(Slice.ALL, "memory.noise_stored", memory.noise(), memory.noiseStored());
        }
    }

    private void score(EvalSummary.Quality quality) {
        long answerable = quality.answerable().queries();
        if (quality.scoreParts() != null) {
            mean(Slice.ALL, "score", answerable, quality.scoreParts().points());
        }
        if (quality.reward() != null) {
            mean(Slice.ALL, "reward.episode", 1, quality.reward().episode());
        }
    }

    private void counts(EvalSummary summary) {
        EvalSummary.Cost cost = summary.cost();
        llm("policy", cost.policy());
        llm("reader", cost.reader());
        count(Slice.ALL, "cost.index_operations", cost.index().operations());
        count(Slice.ALL, "cost.index_vectors", cost.index().vectors());
        count(Slice.ALL, "cost.storage_tokens_active", cost.storage().tokensActive());
        count(Slice.ALL, "cost.storage_tokens_total", cost.storage().tokensTotal());
        count(Slice.ALL, "cost.store_bytes", cost.storeBytes());
        if (cost.money() != null) {
            mean(
                    Slice.ALL,
                    "cost.money_total",
                    summary.dataset().events(),
                    cost.money().total());
        }
        EvalSummary.Fallbacks fallbacks = summary.fallbacks();
        count(Slice.ALL, "fallback.parked", fallbacks.parked());
        count(Slice.ALL, "fallback.fallback_stored", fallbacks.fallbackStored());
        count(Slice.ALL, "fallback.redelivered", fallbacks.redelivered());
        fallbacks.deadLetters().forEach((code, count) -> count(Slice.ALL, "fallback.dead_letter." + code, count));
        count(Slice.ALL, "fallback.reasked", fallbacks.reasked());
        count(Slice.ALL, "fallback.content_cut", fallbacks.contentCut());
        count(Slice.ALL, "fallback.index_errors", fallbacks.indexErrors());
        count(Slice.ALL, "fallback.index_superseded", fallbacks.indexSuperseded());
        count(Slice.ALL, "fallback.index_not_visible", fallbacks.indexNotVisible());
        count(Slice.ALL, "fallback.unlabelled_queries", fallbacks.unlabelledQueries());
        count(Slice.ALL, "fallback.unlabelled_events", fallbacks.unlabelledEvents());
        count(Slice.ALL, "late_decisions", summary.budget().lateDecisions());
        summary.budget().rejected().forEach((code, count) -> count(Slice.ALL, "rejected." + code, count));
        count(Slice.ALL, "reconciliation.differences", (long)
                summary.reconciliation().differences().size());
    }

    private void llm(String user, EvalSummary.LlmCost cost) {
        String prefix = "cost." + user + "_";
        count(Slice.ALL, prefix + "llm_calls", cost.llmCalls());
        count(Slice.ALL, prefix + "prompt_tokens", cost.promptTokens());
        count(Slice.ALL, prefix + "completion_tokens", cost.completionTokens());
        count(Slice.ALL, prefix + "repairs", cost.repairs());
        count(Slice.ALL, prefix + "http_retries", cost.httpRetries());
    }

    private void count(Slice slice, String metric, @Nullable Long count) {
        if (count != null) {
            line(slice, metric, new TimeStat(count, 0, null, null, null, null, null, null));
        }
    }

    private void mean(Slice slice, String metric, long count, @Nullable Double mean) {
        line(slice, metric, new TimeStat(count, 0, mean, null, null, null, null, null));
    }

    private void line(Slice slice, String metric, TimeStat stat) {
        csv.line(Arrays.asList(
                policy,
                dataset,
                slice.name(),
                metric,
                stat.count(),
                stat.censored(),
                stat.mean(),
                stat.p50(),
                stat.p90(),
                stat.p95(),
                stat.p99(),
                stat.max()));
    }
}
