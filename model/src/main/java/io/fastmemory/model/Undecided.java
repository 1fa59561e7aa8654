package io.fastmemory.model;

import java.time.Instant;

/**
 * An event the policy could not decide on, parked with the reason; it can be redriven.
 *
 * @param callSeq the call of the entity that failed
 * @param reason one word, e.g. {@code timeout} or {@code invalid_answer}
 * @param message what was expected and what came
 */
public record Undecided(Event event, String entityId, long callSeq, String reason, String message, Instant parkedAt) {}
