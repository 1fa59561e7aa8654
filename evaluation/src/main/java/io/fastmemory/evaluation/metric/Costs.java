package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.Cost;
import io.fastmemory.evaluation.metric.EvalSummary.IndexCost;
import io.fastmemory.evaluation.metric.EvalSummary.LlmCost;
import io.fastmemory.evaluation.metric.EvalSummary.Money;
import io.fastmemory.evaluation.metric.EvalSummary.StorageCost;
import io.fastmemory.evaluation.metric.EvaluationSettings.Prices;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.VersionLine;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What a run used, from its rollouts. */
final class Costs {
    private Costs() {}

    /** The cost of a run, in money too where there are prices. */
    static Cost of(Rollouts rollouts, @Nullable Prices prices) {
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
                rollouts.end() == null ? null : rollouts.end().storeBytes(),
                StorageHistory.of(rollouts),
                prices == null ? null : money(policy, reader, prices, events));
    }

    private static Money money(LlmCost policy, LlmCost reader, Prices prices, long events) {
        double written = prices.of(policy.promptTokens(), policy.completionTokens());
        double read = prices.of(reader.promptTokens(), reader.completionTokens());
        return new Money(
                Numbers.rate(written),
                Numbers.rate(read),
                Numbers.rate(written + read),
                events == 0 ? null : Numbers.rate((written + read) / events));
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
                Numbers.per(completion, events),
                Numbers.per(repairs, events));
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
                digests.isEmpty() || !rollouts.statesRecorded() ? null : sum(digests, DigestLine.State::tokens),
                tokens);
    }

    private static <T> long sum(Collection<T> lines, ToLongFunction<T> value) {
        return lines.stream().mapToLong(value).sum();
    }

    private static <T> long count(Collection<T> lines, Predicate<T> which) {
        return lines.stream().filter(which).count();
    }
}
