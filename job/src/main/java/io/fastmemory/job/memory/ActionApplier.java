package io.fastmemory.job.memory;

import io.fastmemory.model.ActionResult;
import io.fastmemory.model.ActionResult.ActionError;
import io.fastmemory.model.Event;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.PolicyAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out a logged decision on an entity's memory.
 *
 * <p>A pure function of (state, decision, limits): applying the same decision to the same state again gives the same
 * versions with the same ids, whatever the time and the machine. An action that may not be carried out is rejected alone,
 * together with those that refer to it.
 */
public final class ActionApplier {
    private final Budgets budgets;
    private final RecentEvents window;

    public ActionApplier(Budgets budgets, RecentEvents window) {
        this.budgets = budgets;
        this.window = window;
    }

    /** The memory after a decision, and what the decision did. */
    public record Outcome(EntityMemory after, AppliedDecision applied) {}

    /** Applies {@code decision} to the memory its call saw. */
    public Outcome apply(EntityMemory before, Decision decision) {
        Workspace workspace = new Workspace(before, decision, budgets);
        workspace.expire();
        ActionValidator validator = new ActionValidator(workspace);
        ActionExecution execution = new ActionExecution(workspace);
        List<ActionResult> results = new ArrayList<>();
        List<MemoryAction> actions =
                Json.read(decision.actions(), PolicyAnswer.class).actions();
        for (MemoryAction action : actions) {
            results.add(carryOut(action, results.size(), workspace, validator, execution));
        }
        List<Event> decided = decision.outcome() == DecisionOutcome.PARKED
                ? List.of() // nothing was decided for them: they come again when they are redriven
                : decision.events().stream().map(ArrivedEvent::event).toList();
        EntityMemory after =
                new EntityMemory(workspace.active, workspace.ledger(results), window.add(before.recent(), decided));
        return new Outcome(after, new AppliedDecision(decision, workspace.versions, workspace.indexRequests, results));
    }

    private static ActionResult carryOut(
            MemoryAction action, int index, Workspace workspace, ActionValidator validator, ActionExecution execution) {
        workspace.actionIndex = index;
        Decision decision = workspace.decision;
        long latencyMs = Math.max(
                0,
                decision.decidedAt().toEpochMilli()
                        - decision.newest().arrivalAt().toEpochMilli());
        Optional<ActionError> error = action.match(validator);
        if (error.isPresent()) {
            return new ActionResult(
                    decision.callSeq(), index, action.typeName(), false, latencyMs, 0, error.get(), Map.of());
        }
        long tokensBefore = workspace.tokens;
        Map<String, String> payload = action.match(execution);
        return new ActionResult(
                decision.callSeq(),
                index,
                action.typeName(),
                true,
                latencyMs,
                Math.toIntExact(workspace.tokens - tokensBefore),
                null,
                payload);
    }

    /** The status that ends a memory's life for each way out. */
    static String leavesIndexAs(MemoryStatus status) {
        return switch (status) {
            case STALE -> "stale";
            case COMPRESSED -> "compressed";
            case EXPIRED -> "expired";
            case ACTIVE -> throw new IllegalArgumentException("an active memory does not leave the index");
        };
    }
}
