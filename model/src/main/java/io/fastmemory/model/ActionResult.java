package io.fastmemory.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one action; success and error exclude each other.
 *
 * @param callSeq the call of the entity that answered the action
 * @param index place of the action in the answer, from 0
 * @param actionType the action's {@code type}
 * @param latencyMs from the intended arrival of the newest covered event to the decision, wall clock
 * @param storageTokensDelta tokens of active memory added, negative when freed
 * @param error why it was rejected, or {@code null} on success
 * @param payload what it did: {@code memory_id}, {@code version}
 */
public record ActionResult(
        long callSeq,
        int index,
        String actionType,
        boolean success,
        long latencyMs,
        int storageTokensDelta,
        @Nullable ActionError error,
        Map<String, String> payload) {
    public ActionResult {
        payload = payload == null ? Map.of() : Map.copyOf(payload);
        if (success == (error != null)) {
            throw new IllegalArgumentException("success and error of action " + index + " must exclude each other");
        }
    }

    /** Why an action was rejected: the code, and a sentence with the ids. */
    public record ActionError(RejectionCode code, String message) {}
}
