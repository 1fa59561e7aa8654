package io.fastmemory.model.rollout;

import java.util.List;

/**
 * What one query earned, added when the run is evaluated.
 *
 * @param success 1 or 0
 * @param freshnessLoss 0 when what it required was ready at once, 1 when it came after the target or never
 * @param total success less the weighted loss
 * @param credits the calls that share {@code total} equally; empty when no call is answerable for it
 */
public record QueryReward(double success, double freshnessLoss, double total, List<Credit> credits) {
    public QueryReward {
        credits = List.copyOf(credits);
    }

    /** One policy call and its share of a query's reward. */
    public record Credit(String entityId, long callSeq, double share) {}
}
