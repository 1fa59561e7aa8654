package io.fastmemory.connectors.sqlite;

import java.time.Instant;

/**
 * A reader's logged answer.
 *
 * @param payload the answer as JSON
 * @param answeredAt when the row was first committed
 */
public record AnswerRow(String runId, String queryId, String payload, Instant answeredAt) {}
