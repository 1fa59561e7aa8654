package io.fastmemory.job.memory;

import io.fastmemory.model.rollout.CallLine.Repair;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the decision log: what was decided for one entity's call, before it takes effect.
 *
 * <p>Applying it is a pure function of the entity's state and this row, so it holds the covered events whole.
 *
 * @param events the covered events, in the entity's order; empty only for {@link #none}
 * @param hiddenMemoryIds active memories the request did not show
 * @param reason one word why it was not decided by the policy, or {@code null}
 * @param message a sentence for {@code reason}
 * @param calledAt when the request was made
 * @param answeredAt when the last answer came, or {@code null}
 * @param request the policy request as JSON, or {@code null} for a policy without requests
 * @param rawAnswer the last answer as it came, or {@code null}
 * @param repairs rejected answers before it
 * @param actions the valid actions as JSON array
 * @param reasked how often the call had been made before without a logged answer
 * @param decidedAt first commit of this row; the epoch before it is logged
 */
public record Decision(
        String entityId,
        long callSeq,
        List<ArrivedEvent> events,
        List<String> hiddenMemoryIds,
        DecisionOutcome outcome,
        @Nullable String reason,
        @Nullable String message,
        Instant calledAt,
        @Nullable Instant answeredAt,
        @Nullable String request,
        @Nullable String rawAnswer,
        List<Repair> repairs,
        String actions,
        long promptTokens,
        long completionTokens,
        int llmCalls,
        int httpRetries,
        int reasked,
        Instant decidedAt) {
    public Decision {
        events = List.copyOf(events);
        hiddenMemoryIds = List.copyOf(hiddenMemoryIds);
        repairs = List.copyOf(repairs);
    }

    /** Stands where nothing was decided: no call, no events, never logged. */
    static Decision none(String entityId) {
        return new Decision(
                entityId,
                0,
                List.of(),
                List.of(),
                DecisionOutcome.DECIDED,
                null,
                null,
                Instant.EPOCH,
                null,
                null,
                null,
                List.of(),
                "[]",
                0,
                0,
                0,
                0,
                0,
                Instant.EPOCH);
    }

    /** Stream time of the decision: that of its newest event. */
    public long streamMs() {
        return newest().streamMs();
    }

    /** The newest covered event. */
    public ArrivedEvent newest() {
        return events.get(events.size() - 1);
    }

    /** The same decision as the log holds it. */
    public Decision loggedAt(Instant committedAt) {
        return new Decision(
                entityId,
                callSeq,
                events,
                hiddenMemoryIds,
                outcome,
                reason,
                message,
                calledAt,
                answeredAt,
                request,
                rawAnswer,
                repairs,
                actions,
                promptTokens,
                completionTokens,
                llmCalls,
                httpRetries,
                reasked,
                committedAt);
    }
}
