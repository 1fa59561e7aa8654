package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.GoldFacts.GoldFact;
import io.fastmemory.evaluation.metric.Rollouts.BudgetLimits;
import io.fastmemory.evaluation.reward.RewardFunction;
import io.fastmemory.evaluation.reward.RewardWeights;
import io.fastmemory.model.rollout.QueryLine;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The freshness loss of queries: that of the required fact that was ready last; 0 where nothing is required. A settled query
 * waits for what its facts became, so that no time counts there: a fact it could see is no loss, one it could not is all lost.
 */
final class FreshnessLosses {
    private static final double NANOS_PER_MILLI = 1e6;

    private final GoldFacts gold;
    private final boolean settled;
    private final @Nullable RewardFunction function;

    /** Losses of a run; where its budgets are not known, everything required counts as never ready. */
    FreshnessLosses(Rollouts rollouts, GoldFacts gold) {
        this.gold = gold;
        settled = rollouts.settled();
        BudgetLimits limits = rollouts.budgetLimits();
        function = limits == null ? null : function(limits, RewardWeights.DEFAULTS);
    }

    /** The reward function of a run with these budgets. */
    static RewardFunction function(BudgetLimits limits, RewardWeights weights) {
        return new RewardFunction(weights, limits.latencyMs(), limits.storageTokens(), limits.indexOperations());
    }

    /** The loss of a query, from 0 to 1. */
    double of(QueryLine query) {
        double largest = 0;
        for (GoldFact fact : gold.requiredBy(query)) {
            largest = Math.max(largest, function == null ? 1 : function.freshnessLoss(lagMs(fact, query)));
        }
        return largest;
    }

    private @Nullable Double lagMs(GoldFact fact, QueryLine query) {
        if (settled) {
            Instant seenAt = query.retrievedAt() == null ? query.answeredAt() : query.retrievedAt();
            return fact.visibleAt == null || fact.visibleAt.isAfter(seenAt) ? null : 0.0;
        }
        return fact.startAt == null || fact.readyAt == null
                ? null
                : Duration.between(fact.startAt, fact.readyAt).toNanos() / NANOS_PER_MILLI;
    }
}
