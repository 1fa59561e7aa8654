package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.Abstention;
import io.fastmemory.evaluation.metric.EvalSummary.BudgetUse;
import io.fastmemory.evaluation.metric.EvalSummary.Cost;
import io.fastmemory.evaluation.metric.EvalSummary.DatasetUsed;
import io.fastmemory.evaluation.metric.EvalSummary.Fallbacks;
import io.fastmemory.evaluation.metric.EvalSummary.Headline;
import io.fastmemory.evaluation.metric.EvalSummary.IndexCost;
import io.fastmemory.evaluation.metric.EvalSummary.LlmCost;
import io.fastmemory.evaluation.metric.EvalSummary.LlmUsed;
import io.fastmemory.evaluation.metric.EvalSummary.Quality;
import io.fastmemory.evaluation.metric.EvalSummary.QueryQuality;
import io.fastmemory.evaluation.metric.EvalSummary.RunConfig;
import io.fastmemory.evaluation.metric.EvalSummary.StorageCost;
import io.fastmemory.evaluation.metric.Rollouts.BudgetLimits;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.rollout.VersionLine;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Puts a run's summary together from its rollouts and metrics. */
final class Summaries {
    private static final double MILLIS_PER_SECOND = 1_000.0;

    private Summaries() {}

    static EvalSummary of(Rollouts rollouts, TimeMetrics times, QualityMetrics quality) {
        RunLine run = rollouts.run();
        RunLine.DatasetRef dataset = run.dataset();
        Map<String, TimeStat> time = new LinkedHashMap<>();
        times.stats(Slice.ALL).forEach((metric, stat) -> time.put(metric.key(), stat));
        Map<String, Long> failures = new LinkedHashMap<>();
        quality.failures(Slice.ALL)
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
                headline(times.stats(Slice.ALL), quality),
                time,
                quality(quality),
                cost(rollouts),
                failures,
                fallbacks(rollouts),
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
                        new TreeMap<>(run.config())),
                new TreeMap<>(run.versions()),
                run.startedAt(),
                wallSeconds(rollouts));
    }

    private static Headline headline(Map<TimeMetric, TimeStat> times, QualityMetrics quality) {
        TimeStat useful = times.get(TimeMetric.TIME_TO_USEFUL_MEMORY);
        TimeStat ready = times.get(TimeMetric.READY_LAG);
        return new Headline(
                useful == null ? null : useful.p50(),
                useful == null ? null : useful.p95(),
                ready == null ? null : ready.p50(),
                ready == null ? null : ready.p95(),
                quality.rate(Slice.ANSWERABLE, QualityMetric.ANSWER_SUCCESS).mean(),
                null);
    }

    private static Quality quality(QualityMetrics quality) {
        Map<String, QueryQuality> byCategory = new LinkedHashMap<>();
        String prefix = Slice.ofCategory("").name();
        for (Slice slice : quality.slices()) {
            if (slice.name().startsWith(prefix)) {
                byCategory.put(slice.name().substring(prefix.length()), quality.quality(slice));
            }
        }
        return new Quality(
                quality.quality(Slice.ALL),
                quality.quality(Slice.ANSWERABLE),
                new Abstention(
                        quality.queries(Slice.ABSTAIN),
                        quality.rate(Slice.ABSTAIN, QualityMetric.ANSWER_SUCCESS)
                                .mean(),
                        quality.rate(Slice.ANSWERABLE, QualityMetric.ABSTAINED).mean()),
                byCategory);
    }

    private static Cost cost(Rollouts rollouts) {
        Collection<CallLine> calls = rollouts.calls();
        Collection<QueryLine> queries = rollouts.queries();
        long events = rollouts.events().size();
        LlmCost policy = llm(
                calls.size(),
                sum(calls, CallLine::llmCalls),
                sum(calls, CallLine::promptTokens),
                sum(calls, CallLine::completionTokens),
                sum(calls, call -> call.repairs().size()),
                sum(calls, CallLine::httpRetries),
                events);
        LlmCost reader = llm(
                queries.size(),
                sum(queries, QueryLine::llmCalls),
                sum(queries, QueryLine::promptTokens),
                sum(queries, QueryLine::completionTokens),
                sum(queries, QueryLine::repairs),
                sum(queries, QueryLine::httpRetries),
                events);
        return new Cost(
                policy,
                reader,
                index(rollouts),
                storage(rollouts),
                rollouts.end() == null ? null : rollouts.end().storeBytes());
    }

    private static LlmCost llm(
            long decisions, long calls, long prompt, long completion, long repairs, long retries, long events) {
        return new LlmCost(
                decisions,
                calls,
                prompt,
                completion,
                repairs,
                retries,
                Numbers.per(calls, events),
                Numbers.per(prompt, events),
                Numbers.per(completion, events));
    }

    private static IndexCost index(Rollouts rollouts) {
        Collection<IndexLine> operations = rollouts.indexOperations();
        Collection<DigestLine.Index> digests = rollouts.indexDigests().values();
        return new IndexCost(
                operations.size(),
                count(operations, operation -> operation.operation().equals("upsert")),
                count(operations, operation -> operation.operation().equals("delete")),
                count(operations, IndexLine::atEnd),
                Numbers.per(operations.size(), rollouts.events().size()),
                digests.isEmpty()
                        ? null
                        : sum(digests, digest -> digest.indexed().size()));
    }

    private static StorageCost storage(Rollouts rollouts) {
        Set<String> memories = new HashSet<>();
        long tokens = 0;
        for (VersionLine version : rollouts.versions()) {
            memories.add(version.memory().memoryId());
            tokens += version.memory().status() == MemoryStatus.ACTIVE
                    ? version.memory().tokens()
                    : 0;
        }
        Collection<DigestLine.State> digests = rollouts.stateDigests().values();
        return new StorageCost(
                memories.size(),
                rollouts.versions().size(),
                digests.isEmpty() ? null : sum(digests, DigestLine.State::tokens),
                tokens);
    }

    private static Fallbacks fallbacks(Rollouts rollouts) {
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
                count(events, event -> event.outcome().equals("fallback_stored")),
                count(inputs, input -> input.outcome().equals("redelivered")),
                deadLetters,
                sum(rollouts.calls(), CallLine::reasked),
                null,
                count(operations, operation -> operation.error() != null),
                count(operations, IndexLine::superseded),
                count(operations, operation -> operation.acknowledgedAt() != null && operation.visibleAt() == null),
                rollouts.end() == null ? null : rollouts.end().restarts());
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
        if (limits != null) {
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
