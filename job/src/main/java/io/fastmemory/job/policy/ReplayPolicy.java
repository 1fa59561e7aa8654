package io.fastmemory.job.policy;

import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.DecisionRow;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.model.Json;
import io.fastmemory.model.PolicyAnswer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Decides what another run's log says was decided on the same call, without a model. A call that run did not make, or made
 * on other events, fails as {@value #NOT_RECORDED}.
 */
public final class ReplayPolicy implements MemoryWritePolicy {
    /** The word for a call the other run did not make. */
    public static final String NOT_RECORDED = "not_recorded";

    private final SqliteFile file;
    private final DecisionLog log;
    private final String runId;

    /**
     * A policy on another run's log.
     *
     * @param file the other run's store; closed with the policy
     * @param runId the other run
     */
    public ReplayPolicy(SqliteFile file, String runId) {
        this.file = file;
        this.log = new DecisionLog(file);
        this.runId = runId;
    }

    @Override
    public CompletableFuture<PolicyOutcome> decide(PolicyCall call) {
        return log.find(runId, call.entityId(), call.callSeq()).thenApply(row -> outcome(call, row));
    }

    private PolicyOutcome outcome(PolicyCall call, @Nullable DecisionRow row) {
        String name = "call " + call.callSeq() + " of " + call.entityId();
        if (row == null) {
            return PolicyOutcome.failed(NOT_RECORDED, "run " + runId + " made no " + name);
        }
        Decision decision = Json.read(row.payload(), Decision.class);
        if (!idsOf(decision.events()).equals(idsOf(call.events()))) {
            return PolicyOutcome.failed(
                    NOT_RECORDED,
                    "expected " + name + " on the events of run " + runId + ", " + idsOf(decision.events()) + ": "
                            + idsOf(call.events()));
        }
        String reason = decision.reason();
        return new PolicyOutcome(
                reason == null
                        ? Json.read(decision.actions(), PolicyAnswer.class).actions()
                        : List.of(),
                reason == null ? null : new PolicyOutcome.Failure(reason, String.valueOf(decision.message())),
                decision.request(),
                decision.rawAnswer(),
                null,
                decision.repairs(),
                0,
                0,
                0,
                0);
    }

    private static List<String> idsOf(List<ArrivedEvent> events) {
        return events.stream().map(arrived -> arrived.event().eventId()).toList();
    }

    @Override
    public void close() {
        file.close();
    }
}
