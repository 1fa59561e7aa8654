package io.fastmemory.job.memory;

import io.fastmemory.model.Event;
import java.time.Instant;

/**
 * An event that is durable in the raw store and waits for a decision.
 *
 * @param arrivalAt intended arrival: run start + offset ÷ speed
 * @param rawCommittedAt first commit of the raw store's transaction holding it
 */
public record ArrivedEvent(Event event, Instant arrivalAt, Instant rawCommittedAt) {}
