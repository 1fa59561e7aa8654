package io.fastmemory.connectors.sqlite;

import java.time.Instant;

/**
 * A logged decision.
 *
 * @param callSeq number of the call within its entity
 * @param payload the decision as JSON
 * @param decidedAt when the row was first committed
 */
public record DecisionRow(String runId, String entityId, long callSeq, String payload, Instant decidedAt) {}
