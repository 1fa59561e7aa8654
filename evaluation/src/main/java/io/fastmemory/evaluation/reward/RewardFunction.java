package io.fastmemory.evaluation.reward;

import io.fastmemory.model.rollout.CallReward;
import io.fastmemory.model.rollout.QueryReward;
import io.fastmemory.model.rollout.QueryReward.Credit;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reward of queries and calls.
 *
 * <ul>
 *   <li>Query: success − λ_t · freshness loss, with freshness loss = min(1, ready lag ÷ latency target), 1 when never ready.
 *   <li>Call: credit − λ_s · max(0, tokens added) ÷ storage budget − λ_i · index operations ÷ indexing budget
 *       − λ_e · rejected actions.
 * </ul>
 *
 * <p>All amounts are rounded to six decimals where they arise, so that sums can be recomputed from what is recorded.
 */
public final class RewardFunction {
    private static final double MILLIONTHS = 1e6;

    private final RewardWeights weights;
    private final double latencyTargetMs;
    private final double storageBudget;
    private final double indexBudget;

    /**
     * A function for one run.
     *
     * @param latencyTargetMs of the latency budget, as with the others a budget of 0 counts as 1
     * @param storageBudget tokens of active memory of an entity
     * @param indexBudget index operations of an entity in a minute
     */
    public RewardFunction(RewardWeights weights, long latencyTargetMs, long storageBudget, long indexBudget) {
        this.weights = weights;
        this.latencyTargetMs = Math.max(1, latencyTargetMs);
        this.storageBudget = Math.max(1, storageBudget);
        this.indexBudget = Math.max(1, indexBudget);
    }

    /** The freshness loss of a fact that was ready after {@code readyLagMs}, or never ({@code null}). */
    public double freshnessLoss(@Nullable Double readyLagMs) {
        return readyLagMs == null ? 1 : rounded(Math.max(0, Math.min(1, readyLagMs / latencyTargetMs)));
    }

    /**
     * The reward of a query.
     *
     * @param freshnessLoss the largest of its required facts, 0 where none is required
     * @param credited the calls that share it, in the order they are to be listed
     */
    public QueryReward ofQuery(boolean success, double freshnessLoss, Collection<CallRef> credited) {
        double total = rounded((success ? 1 : 0) - weights.freshness() * freshnessLoss);
        double share = credited.isEmpty() ? 0 : rounded(total / credited.size());
        List<Credit> credits = credited.stream()
                .map(call -> new Credit(call.entityId(), call.callSeq(), share))
                .toList();
        return new QueryReward(success ? 1 : 0, freshnessLoss, total, credits);
    }

    /**
     * The reward of a call.
     *
     * @param credit sum of its shares of queries' rewards
     */
    public CallReward ofCall(CallUse use, double credit) {
        double storage = rounded(weights.storage() * Math.max(0, use.tokensAdded()) / storageBudget);
        double index = rounded(weights.index() * use.indexOperations() / indexBudget);
        double rejected = rounded(weights.rejected() * use.rejected());
        double earned = rounded(credit);
        return new CallReward(storage, index, rejected, earned, rounded(earned - storage - index - rejected));
    }

    /** To six decimals. */
    public static double rounded(double amount) {
        return Math.round(amount * MILLIONTHS) / MILLIONTHS;
    }
}
