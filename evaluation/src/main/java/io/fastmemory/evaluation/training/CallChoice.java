package io.fastmemory.evaluation.training;

import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.RunLine;
import org.jspecify.annotations.Nullable;

/**
 * Which calls are exported.
 *
 * @param includeInvalid also calls whose last answer was invalid, so that nothing of it took effect
 * @param minReward calls that earned less are left out, or {@code null} for none
 */
public record CallChoice(boolean includeInvalid, @Nullable Double minReward) {
    private static final String MODEL_POLICY = "llm";
    private static final String DECIDED = "decided";
    private static final String PARKED = "parked";
    private static final String INVALID = "invalid_answer";

    public CallChoice {
        if (minReward != null && !Double.isFinite(minReward)) {
            throw new IllegalArgumentException("expected the smallest reward to be a number: " + minReward);
        }
    }

    /** Every call whose answer took effect. */
    public static final CallChoice DECIDED_CALLS = new CallChoice(false, null);

    /** Why a call is left out, in a few words that are the same for all of its kind, or {@code null} if it is not. */
    @Nullable
    String leftOut(RunLine run, CallLine call) {
        if (!run.policy().equals(MODEL_POLICY)) {
            return "of policy " + run.policy() + ", for which no model was asked";
        }
        boolean invalid = call.outcome().equals(PARKED) && INVALID.equals(call.reason());
        if (!call.outcome().equals(DECIDED) && !(invalid && includeInvalid)) {
            return call.outcome() + " (" + call.reason() + ")";
        }
        if (call.request() == null || call.rawAnswer() == null) {
            return "without a recorded request and answer";
        }
        boolean below =
                minReward != null && call.reward() != null && call.reward().total() < minReward;
        return below ? "below reward " + minReward : null;
    }
}
