package io.fastmemory.job.memory;

import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Event;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.PolicyAnswer;
import io.fastmemory.model.RejectionCode;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entity's memory, to which a test applies decisions one after the other. */
public final class EntityUnderTest {
    /** When offset 0 of every test's timeline arrives. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final String entityId;
    private final ActionApplier applier;
    private EntityMemory memory = EntityMemory.EMPTY;
    private List<String> hidden = List.of();
    private DecisionOutcome outcome = DecisionOutcome.DECIDED;
    private final List<AppliedDecision> history = new ArrayList<>();

    public EntityUnderTest(String entityId, Budgets budgets) {
        this.entityId = entityId;
        this.applier = new ActionApplier(budgets, RecentEvents.DEFAULTS);
    }

    /** The default budgets, enforced. */
    public static Budgets budgets() {
        return new Budgets(2_000, 20, 5_000, true);
    }

    /** An entity named {@code ann} under these limits. */
    public static EntityUnderTest within(long storageTokens, int indexOperations) {
        return new EntityUnderTest("ann", new Budgets(storageTokens, indexOperations, 5_000, true));
    }

    /** An event of {@code ann}. */
    public static ArrivedEvent event(String eventId, long offsetMs, String text) {
        return event("ann", eventId, offsetMs, text);
    }

    /** An event as it comes out of the raw store, 5 ms after its arrival. */
    public static ArrivedEvent event(String entityId, String eventId, long offsetMs, String text) {
        return arrived(new Event(
                eventId,
                entityId,
                Scope.USER,
                null,
                offsetMs,
                START.plusMillis(offsetMs),
                "chat",
                text,
                Urgency.NORMAL,
                Map.of()));
    }

    /** The event with its stamps. */
    public static ArrivedEvent arrived(Event event) {
        Instant arrivalAt = START.plusMillis(event.offsetMs());
        return new ArrivedEvent(event, arrivalAt, arrivalAt.plusMillis(5));
    }

    /** A plain write. */
    public static WriteMemory write(String content, String... sources) {
        return new WriteMemory(content, List.of(), List.of(sources), Layer.FACT, null, "test");
    }

    /** A row of the log, as a call's answer becomes one; logged 300 ms after the newest event's arrival. */
    public static Decision decision(
            String entityId,
            long callSeq,
            List<ArrivedEvent> events,
            List<String> hidden,
            DecisionOutcome outcome,
            List<MemoryAction> actions) {
        Instant arrivalAt = events.get(events.size() - 1).arrivalAt();
        return new Decision(
                entityId,
                callSeq,
                events,
                hidden,
                outcome,
                outcome == DecisionOutcome.DECIDED ? null : "timeout",
                outcome == DecisionOutcome.DECIDED ? null : "no valid answer",
                arrivalAt.plusMillis(10),
                null,
                null,
                null,
                List.of(),
                Json.write(new PolicyAnswer(actions)),
                0,
                0,
                1,
                0,
                0,
                arrivalAt.plusMillis(300));
    }

    /** From the next call on these memories are not shown. */
    public void hide(String... memoryIds) {
        hidden = List.of(memoryIds);
    }

    /** From the next call on the policy fails like this. */
    public void endWith(DecisionOutcome how) {
        outcome = how;
    }

    /** Applies the actions as the entity's next decision on {@code events}. */
    public AppliedDecision decide(List<ArrivedEvent> events, MemoryAction... actions) {
        Decision decision = decision(entityId, memory.ledger().calls() + 1, events, hidden, outcome, List.of(actions));
        ActionApplier.Outcome applied = applier.apply(memory, decision);
        memory = applied.after();
        history.add(applied.applied());
        return applied.applied();
    }

    /** Applies the actions as the decision on one event. */
    public AppliedDecision decide(ArrivedEvent event, MemoryAction... actions) {
        return decide(List.of(event), actions);
    }

    /** The memory as the last decision left it. */
    public EntityMemory memory() {
        return memory;
    }

    /** The active memory of this id. */
    public ActiveMemory active(String memoryId) {
        ActiveMemory active = memory.active().get(memoryId);
        if (active == null) {
            throw new AssertionError(
                    "expected an active memory, there are " + memory.active().keySet() + ": " + memoryId);
        }
        return active;
    }

    /** Everything that was decided, oldest first. */
    public List<AppliedDecision> history() {
        return history;
    }

    /** The code each action was rejected with, {@code null} for one that was carried out. */
    public static List<@Nullable RejectionCode> codes(AppliedDecision applied) {
        List<RejectionCode> codes = new ArrayList<>();
        for (ActionResult result : applied.results()) {
            codes.add(result.error() == null ? null : result.error().code());
        }
        return codes;
    }
}
