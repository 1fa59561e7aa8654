package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.GoldFacts.VersionId;
import io.fastmemory.evaluation.metric.Rollouts.BudgetLimits;
import io.fastmemory.evaluation.reward.CallRef;
import io.fastmemory.evaluation.reward.RewardFunction;
import io.fastmemory.evaluation.reward.RewardWeights;
import io.fastmemory.model.Answer;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.CallReward;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.QueryReward;
import io.fastmemory.model.rollout.VersionLine;
import io.fastmemory.model.scoring.Causes.Blame;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rewards of a run's queries and calls.
 *
 * <p>A successful query's reward goes in equal shares to the calls that wrote the cited versions; a failed one's to the calls
 * that decided the events its cause names, or undid what those had written. What no call is answerable for is credited to none.
 */
final class RunRewards {
    private final Map<String, QueryReward> queries = new HashMap<>();
    private final Map<CallRef, Double> credits = new HashMap<>();
    private final Rollouts rollouts;
    private final @Nullable RewardFunction function;

    private RunRewards(Rollouts rollouts, @Nullable RewardFunction function) {
        this.rollouts = rollouts;
        this.function = function;
    }

    /**
     * Rewards a run; without budgets there is nothing to measure against, and no rewards.
     *
     * @param blames why each failed query failed, by query
     */
    static RunRewards of(Rollouts rollouts, Map<String, Blame> blames, RewardWeights weights) {
        BudgetLimits limits = rollouts.budgetLimits();
        RewardFunction function = limits == null ? null : FreshnessLosses.function(limits, weights);
        RunRewards rewards = new RunRewards(rollouts, function);
        if (function != null) {
            FreshnessLosses losses = new FreshnessLosses(rollouts, GoldFacts.of(rollouts));
            Map<VersionId, CallRef> writers = writers(rollouts);
            rollouts.queries().stream()
                    .sorted(Comparator.comparing(QueryLine::arrivalAt).thenComparing(QueryLine::queryId))
                    .forEach(query -> rewards.add(
                            query,
                            function.ofQuery(
                                    query.verdict().success(),
                                    losses.of(query),
                                    query.verdict().success()
                                            ? rewards.ofCited(query, writers)
                                            : rewards.ofBlamed(blames.get(query.queryId())))));
        }
        return rewards;
    }

    /** The reward of a query, or {@code null} if the run has none. */
    @Nullable
    QueryReward query(String queryId) {
        return queries.get(queryId);
    }

    /** The reward of a call, or {@code null} if the run has none. */
    @Nullable
    CallReward call(CallLine call) {
        CallRef ref = new CallRef(call.entityId(), call.callSeq());
        return function == null ? null : function.ofCall(rollouts.use(ref), credits.getOrDefault(ref, 0.0));
    }

    private void add(QueryLine query, QueryReward reward) {
        queries.put(query.queryId(), reward);
        reward.credits()
                .forEach(credit ->
                        credits.merge(new CallRef(credit.entityId(), credit.callSeq()), credit.share(), Double::sum));
    }

    private Collection<CallRef> ofCited(QueryLine query, Map<VersionId, CallRef> writers) {
        Set<String> cited = cited(query);
        Set<CallRef> calls = new LinkedHashSet<>();
        query.hits().stream().limit(query.readerHits()).forEach(hit -> {
            CallRef writer = writers.get(new VersionId(hit.memoryId(), hit.version()));
            if (writer != null && cited.contains(hit.memoryId())) {
                calls.add(writer);
            }
        });
        return calls;
    }

    private Collection<CallRef> ofBlamed(@Nullable Blame blame) {
        Set<CallRef> calls = new LinkedHashSet<>();
        if (blame != null) {
            for (String eventId : blame.eventIds()) {
                EventLine event = rollouts.eventDuringRun(eventId);
                if (event != null) {
                    calls.add(new CallRef(event.entityId(), event.callSeq()));
                }
            }
            blame.undoing().forEach(version -> calls.add(new CallRef(version.entityId(), version.callSeq())));
        }
        return calls;
    }

    private static Set<String> cited(QueryLine query) {
        Set<String> cited = new HashSet<>();
        if (query.answer() != null) {
            for (Answer.AskAnswer answer : query.answer().answers()) {
                cited.addAll(answer.citations());
            }
        }
        return cited;
    }

    /** The call that wrote each version some answer cites. */
    private static Map<VersionId, CallRef> writers(Rollouts rollouts) {
        Set<String> cited = new HashSet<>();
        rollouts.queries().forEach(query -> cited.addAll(cited(query)));
        Map<VersionId, CallRef> writers = new HashMap<>();
        for (VersionLine line : rollouts.versions()) {
            if (cited.contains(line.memory().memoryId())) {
                writers.put(
                        new VersionId(line.memory().memoryId(), line.memory().version()),
                        new CallRef(line.memory().entityId(), line.memory().callSeq()));
            }
        }
        return writers;
    }
}
