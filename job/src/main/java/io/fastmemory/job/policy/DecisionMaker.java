package io.fastmemory.job.policy;

import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.DecisionOutcome;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.PolicyAnswer;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/** Turns what came of a call into the row of the decision log, failures included. */
public record DecisionMaker(OnPolicyFailure onFailure) implements Serializable {

    /** The row of {@code call}; its commit time is not known yet. */
    public Decision decide(PolicyCall call, PolicyOutcome outcome, Instant calledAt, int reasked) {
        PolicyOutcome.Failure failure = outcome.failure();
        DecisionOutcome how = failure == null
                ? DecisionOutcome.DECIDED
                : onFailure == OnPolicyFailure.STORE ? DecisionOutcome.FALLBACK_STORED : DecisionOutcome.PARKED;
        List<MemoryAction> actions = how == DecisionOutcome.FALLBACK_STORED ? verbatim(call) : outcome.actions();
        return new Decision(
                call.entityId(),
                call.callSeq(),
                call.events(),
                call.hiddenMemoryIds(),
                how,
                failure == null ? null : failure.reason(),
                failure == null ? null : failure.message(),
                calledAt,
                outcome.answeredAt(),
                outcome.request(),
                outcome.rawAnswer(),
                outcome.repairs(),
                Json.write(new PolicyAnswer(actions)),
                outcome.promptTokens(),
                outcome.completionTokens(),
                outcome.llmCalls(),
                outcome.httpRetries(),
                reasked,
                Instant.EPOCH);
    }

    private static List<MemoryAction> verbatim(PolicyCall call) {
        return call.events().stream()
                .map(arrived -> arrived.event().text().isBlank()
                        ? new IgnoreEvent(arrived.event().eventId(), "there is no text to keep")
                        : (MemoryAction) StoreEverything.verbatim(arrived, "the policy failed"))
                .toList();
    }
}
