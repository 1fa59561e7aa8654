package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.GoldFacts.GoldFact;
import io.fastmemory.evaluation.metric.Rollouts.BudgetLimits;
import io.fastmemory.evaluation.reward.RewardFunction;
import io.fastmemory.evaluation.reward.RewardWeights;
import io.fastmemory.model.rollout.QueryLine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The freshness loss of queries: that of the required fact that was ready last; 0 where nothing is required. A settled query
 * waited for its facts, so that the lag of a fact counts 0 there, and only one that was never ready is a loss.
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
            largest = Math.max(largest, function == null ? 1 : function.freshnessLoss(readyLagMs(fact)));
        }
        return largest;
    }

    private @Nullable Double readyLagMs(GoldFact fact) {
        if (fact.startAt == null || fact.readyAt == null) {
            return null;
        }
        return settled ? 0 : Duration.between(fact.startAt, fact.readyAt).toNanos() / NANOS_PER_MILLI;
    }
}
