package io.fastmemory.model.rollout;

/**
 * What one policy call earned and cost, added when the run is evaluated.
 *
 * @param storage cost of the tokens it added, not negative
 * @param index cost of the index operations it asked for, not negative
 * @param rejected cost of its rejected actions, not negative
 * @param credit its shares of the rewards of queries
 * @param total credit less the three costs: the call's return, to train a policy by
 */
public record CallReward(double storage, double index, double rejected, double credit, double total) {}
