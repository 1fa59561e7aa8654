package io.fastmemory.job.policy;

import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.rollout.CallLine.Repair;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one call of a policy.
 *
 * @param actions the valid actions, empty when it failed
 * @param failure why it failed, or {@code null} if it decided
 * @param request the request as JSON, or {@code null} for a policy that needs none
 * @param rawAnswer the last answer, as it came, or {@code null}
 * @param answeredAt when the last answer came, or {@code null}
 */
public record PolicyOutcome(
        List<MemoryAction> actions,
        @Nullable Failure failure,
        @Nullable String request,
        @Nullable String rawAnswer,
        @Nullable Instant answeredAt,
        List<Repair> repairs,
        long promptTokens,
        long completionTokens,
        int llmCalls,
        int httpRetries) {
    public PolicyOutcome {
        actions = List.copyOf(actions);
        repairs = List.copyOf(repairs);
    }

    /** Why a policy failed: one word for metrics, and a sentence. */
    public record Failure(String reason, String message) {}

    /** The outcome of a policy that is no language model. */
    public static PolicyOutcome of(List<MemoryAction> actions) {
        return new PolicyOutcome(actions, null, null, null, null, List.of(), 0, 0, 0, 0);
    }

    /** The outcome of a call that brought nothing. */
    public static PolicyOutcome failed(String reason, String message) {
        return new PolicyOutcome(List.of(), new Failure(reason, message), null, null, null, List.of(), 0, 0, 0, 0);
    }
}
