package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.BudgetUse;
import io.fastmemory.evaluation.metric.EvalSummary.DatasetUsed;
import io.fastmemory.evaluation.metric.EvalSummary.Fallbacks;
import io.fastmemory.evaluation.metric.EvalSummary.Headline;
import io.fastmemory.evaluation.metric.EvalSummary.LlmUsed;
import io.fastmemory.evaluation.metric.EvalSummary.RunConfig;
import io.fastmemory.evaluation.metric.Rollouts.BudgetLimits;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.RunLine;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Puts a run's summary together from its rollouts and metrics. */
final class Summaries {
    private static final double MILLIS_PER_SECOND = 1_000.0;

    private Summaries() {}

    static EvalSummary of(RunMetrics metrics) {
        Rollouts rollouts = metrics.rollouts();
        RunLine run = rollouts.run();
        RunLine.DatasetRef dataset = run.dataset();
        Map<String, TimeStat> time = new LinkedHashMap<>();
        Map<TimeMetric, TimeStat> stats = metrics.times().stats(Slice.ALL);
        stats.forEach((metric, stat) -> time.put(metric.key(), stat));
        Map<String, Long> failures = new LinkedHashMap<>();
        metrics.quality()
                .failures(Slice.ALL)
                .forEach((cause, count) -> failures.put(cause.name().toLowerCase(Locale.ROOT), count));
        return new EvalSummary(
                run.runId(),
                run.policy(),
                run.reader(),
                new LlmUsed(run.llm().client(), run.llm().model(), run.llm().mock()),
                new DatasetUsed(
                        dataset.name(),
                        dataset.mode(),
                        dataset.seed(),
                        dataset.sha256(),
                        dataset.events(),
                        dataset.queries()),
                headline(stats, metrics),
                time,
                Qualities.of(metrics),
                Costs.of(rollouts, metrics.settings().prices()),
                failures,
                fallbacks(rollouts, metrics.labels()),
                budget(rollouts),
                Reconciler.reconcile(rollouts),
                new RunConfig(
                        run.speed(),
                        run.queries(),
                        run.index(),
                        run.embedding(),
                        run.promptHash(),
                        run.temperature(),
                        run.seed(),
                        new TreeMap<>(run.config()),
                        metrics.settings()),
                new TreeMap<>(run.versions()),
                run.startedAt(),
                wallSeconds(rollouts));
    }

    private static Headline headline(Map<TimeMetric, TimeStat> times, RunMetrics metrics) {
        TimeStat useful = times.get(TimeMetric.TIME_TO_USEFUL_MEMORY);
        TimeStat ready = times.get(TimeMetric.READY_LAG);
        return new Headline(
                useful == null ? null : useful.p50(),
                useful == null ? null : useful.p95(),
                ready == null ? null : ready.p50(),
                ready == null ? null : ready.p95(),
                metrics.quality()
                        .rate(Slice.ANSWERABLE, QualityMetric.ANSWER_SUCCESS)
                        .mean(),
                metrics.score().points());
    }

    private static Fallbacks fallbacks(Rollouts rollouts, EventLabels labels) {
        Collection<EventLine> events = rollouts.events();
        Collection<InputLine> inputs = rollouts.inputs();
        Collection<IndexLine> operations = rollouts.indexOperations();
        Map<String, Long> deadLetters = new TreeMap<>();
        for (InputLine input : inputs) {
            if (input.outcome().equals("dead_letter")) {
                deadLetters.merge(input.code() == null ? "unknown" : input.code(), 1L, Long::sum);
            }
        }
        return new Fallbacks(
                count(events, event -> event.outcome().equals("parked")),
                rollouts.redriven(),
                count(events, event -> event.outcome().equals("fallback_stored")),
                count(inputs, input -> input.outcome().equals("redelivered")),
                deadLetters,
                sum(rollouts.calls(), CallLine::reasked),
                null,
                count(operations, operation -> operation.error() != null),
                count(operations, IndexLine::superseded),
                count(operations, operation -> operation.acknowledgedAt() != null && operation.visibleAt() == null),
                rollouts.end() == null ? null : rollouts.end().restarts(),
                count(inputs, input -> input.outcome().equals("unlabelled_query")),
                labels.unlabelled());
    }

    private static BudgetUse budget(Rollouts rollouts) {
        Map<String, Long> rejected = new TreeMap<>();
        for (CallLine call : rollouts.calls()) {
            for (ActionResult result : call.results()) {
                if (result.error() != null) {
                    rejected.merge(result.error().code().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
                }
            }
        }
        BudgetLimits limits = rollouts.budgetLimits();
        Long late = null;
        if (limits != null && !rollouts.settled()) {
            Duration target = Duration.ofMillis(limits.latencyMs());
            late = count(
                    rollouts.events(),
                    event -> Duration.between(event.arrivalAt(), event.decidedAt())
                                    .compareTo(target)
                            > 0);
        }
        return new BudgetUse(limits, rejected, late);
    }

    private static @Nullable Double wallSeconds(Rollouts rollouts) {
        return rollouts.end() == null
                ? null
                : Duration.between(rollouts.run().startedAt(), rollouts.end().endedAt())
                                .toMillis()
                        / MILLIS_PER_SECOND;
    }

    private static <T> long sum(Collection<T> lines, ToLongFunction<T> value) {
        return lines.stream().mapToLong(value).sum();
    }

    private static <T> long count(Collection<T> lines, Predicate<T> which) {
        return lines.stream().filter(which).count();
    }
}
