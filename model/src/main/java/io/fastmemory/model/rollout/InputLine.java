package io.fastmemory.model.rollout;

import org.jspecify.annotations.Nullable;

/**
 * A line of the input that became neither an event nor a query.
 *
 * @param outcome {@code redelivered} or {@code dead_letter}
 * @param code the dead letter's code in lower case, or {@code null} for a redelivery
 * @param eventId the event's or query's id when it could be read
 */
public record InputLine(
        String file,
        long line,
        String outcome,
        @Nullable String code,
        @Nullable String eventId) implements RolloutLine {}
