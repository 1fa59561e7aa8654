package io.fastmemory.model.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.ActionResult;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One policy call of one entity, logged before it took effect.
 *
 * @param outcome {@code decided}, {@code parked} or {@code fallback_stored}
 * @param reason why it was parked or stored as fallback, or {@code null}
 * @param calledAt when the request was made, wall clock
 * @param answeredAt when the last answer came, or {@code null} if none did
 * @param decidedAt when the decision was first logged
 * @param streamMs offset of the newest covered event: the stream time the decision counts from
 * @param request the policy request, as sent
 * @param rawAnswer the last answer, as it came, or {@code null}
 * @param repairs rejected answers before it with their errors
 * @param actions the valid actions in their order
 * @param results one for each action
 * @param reasked how often the call was made again because its answer was lost before it was logged
 * @param reward what it earned and cost, or {@code null} before the run is evaluated
 */
public record CallLine(
        String entityId,
        long callSeq,
        List<String> eventIds,
        String outcome,
        @Nullable String reason,
        Instant calledAt,
        @Nullable Instant answeredAt,
        Instant decidedAt,
        long streamMs,
        @Nullable JsonNode request,
        @Nullable String rawAnswer,
        List<Repair> repairs,
        JsonNode actions,
        List<ActionResult> results,
        long promptTokens,
        long completionTokens,
        int llmCalls,
        int httpRetries,
        int reasked,
        @Nullable CallReward reward)
        implements RolloutLine {
    /** The same call with another reward. */
    public CallLine withReward(@Nullable CallReward newReward) {
        return new CallLine(
                entityId,
                callSeq,
                eventIds,
                outcome,
                reason,
                calledAt,
                answeredAt,
                decidedAt,
                streamMs,
                request,
                rawAnswer,
                repairs,
                actions,
                results,
                promptTokens,
                completionTokens,
                llmCalls,
                httpRetries,
                reasked,
                newReward);
    }

    /** An answer that was sent back, and why. */
    public record Repair(String rawAnswer, List<String> errors) {
        public Repair {
            errors = List.copyOf(errors);
        }
    }
}
