package io.fastmemory.model.rollout;

import io.fastmemory.model.Urgency;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event and what became of it: exactly one line for each event that arrived.
 *
 * @param arrivalAt intended arrival: run start + offset ÷ speed
 * @param rawCommittedAt first commit of the raw store's transaction holding it
 * @param calledAt when the call that decided it was made
 * @param decidedAt when the decision was logged
 * @param outcome {@code decided}, {@code parked} or {@code fallback_stored}
 * @param callSeq the call of the entity that decided it
 * @param reason why it was parked or stored as fallback, or {@code null}
 */
public record EventLine(
        String eventId,
        String entityId,
        long offsetMs,
        Urgency urgency,
        int tokens,
        Instant arrivalAt,
        Instant rawCommittedAt,
        Instant calledAt,
        Instant decidedAt,
        String outcome,
        long callSeq,
        @Nullable String reason)
        implements RolloutLine {}
