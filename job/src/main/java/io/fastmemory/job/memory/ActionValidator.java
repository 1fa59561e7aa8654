package io.fastmemory.job.memory;

import io.fastmemory.model.ActionResult.ActionError;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.CompressMemory;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.MarkStale;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.RejectionCode;
import io.fastmemory.model.TokenEstimator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says why an action of a valid answer may not be carried out on the memory as it stands, or nothing if it may.
 *
 * <p>This is the wall around the entity: an action reaches only memories that were shown to its call, and rests only on
 * events that were shown to it or that the memory already rests on.
 */
final class ActionValidator implements MemoryAction.Cases<Optional<ActionError>> {
    private final Workspace workspace;

    ActionValidator(Workspace workspace) {
        this.workspace = workspace;
    }

    @Override
    public Optional<ActionError> writeMemory(WriteMemory write) {
        return firstOf(
                foreignSource(write.sourceEventIds(), List.of()),
                overStorage(TokenEstimator.tokens(write.content(), write.facts()), 0));
    }

    @Override
    public Optional<ActionError> updateMemory(UpdateMemory update) {
        ActionError target = targetError(update.memoryId());
        if (target != null) {
            return Optional.of(target);
        }
        ActiveMemory memory = target(update.memoryId());
        return firstOf(
                foreignSource(update.sourceEventIds(), memory.latest().sourceEventIds()),
                overStorage(
                        TokenEstimator.tokens(update.content(), update.facts()),
                        memory.latest().tokens()));
    }

    @Override
    public Optional<ActionError> markStale(MarkStale stale) {
        ActionError target = targetError(stale.memoryId());
        if (target != null) {
            return Optional.of(target);
        }
        String by = stale.supersededBy();
        ActionError successor = by == null ? null : shownError(by);
        if (successor == null && by != null && by.equals(stale.memoryId())) {
            successor =
                    new ActionError(RejectionCode.CONFLICTING_USE, "memory " + by + " cannot be superseded by itself");
        }
        return firstOf(
                successor,
                foreignSource(
                        stale.sourceEventIds(),
                        target(stale.memoryId()).latest().sourceEventIds()));
    }

    @Override
    public Optional<ActionError> compressMemory(CompressMemory compress) {
        Set<String> distinct = new HashSet<>();
        int freed = 0;
        for (String id : compress.memoryIds()) {
            ActionError target = targetError(id);
            if (target != null) {
                return Optional.of(target);
            }
            ActiveMemory memory = target(id);
            if (!distinct.add(memory.latest().memoryId())) {
                return Optional.of(new ActionError(RejectionCode.CONFLICTING_USE, "memory " + id + " is named twice"));
            }
            freed += memory.latest().tokens();
        }
        return Optional.ofNullable(overStorage(TokenEstimator.tokens(compress.content(), compress.facts()), freed));
    }

    @Override
    public Optional<ActionError> ignoreEvent(IgnoreEvent ignore) {
        return Optional.ofNullable(foreignSource(List.of(ignore.eventId()), List.of()));
    }

    @Override
    public Optional<ActionError> indexNow(IndexNow index) {
        return firstOf(shownError(index.memoryId()), overIndexing());
    }

    @Override
    public Optional<ActionError> delayIndex(DelayIndex delay) {
        return firstOf(shownError(delay.memoryId()), overIndexing());
    }

    private ActiveMemory target(String memoryId) {
        String resolved = workspace.resolve(memoryId);
        return workspace.memory(resolved == null ? memoryId : resolved);
    }

    /** A memory that is to be rewritten or ended: shown, active, and not already changed by this decision. */
    private @Nullable ActionError targetError(String memoryId) {
        ActionError shown = shownError(memoryId);
        if (shown == null
                && workspace.changed.contains(target(memoryId).latest().memoryId())) {
            return new ActionError(
                    RejectionCode.CONFLICTING_USE, "memory " + memoryId + " was already changed by this answer");
        }
        return shown;
    }

    /** A memory that is shown or made by this decision, and active. */
    private @Nullable ActionError shownError(String memoryId) {
        if (memoryId.startsWith("$")) {
            int reference = Workspace.reference(memoryId);
            if (reference < 0 || reference >= workspace.actionIndex) {
                return new ActionError(
                        RejectionCode.BAD_REFERENCE,
                        "expected $n with n from 0 to " + (workspace.actionIndex - 1) + ": " + memoryId);
            }
            String made = workspace.memoryOfAction.get(reference);
            if (made == null) {
                return new ActionError(
                        RejectionCode.DEPENDS_ON_REJECTED,
                        "action " + reference + " made no memory, so " + memoryId + " names none");
            }
            return activeError(made);
        }
        if (workspace.hidden.contains(memoryId)) {
            return new ActionError(RejectionCode.UNKNOWN_MEMORY, "memory " + memoryId + " was not shown to this call");
        }
        return activeError(memoryId);
    }

    private @Nullable ActionError activeError(String memoryId) {
        if (workspace.active.containsKey(memoryId)) {
            return null;
        }
        return workspace.changed.contains(memoryId)
                ? new ActionError(RejectionCode.NOT_ACTIVE, "memory " + memoryId + " is no longer active")
                : new ActionError(
                        RejectionCode.UNKNOWN_MEMORY,
                        "expected an active memory of entity " + workspace.decision.entityId() + ": " + memoryId);
    }

    private @Nullable ActionError foreignSource(List<String> sources, List<String> alreadySources) {
        for (String source : sources) {
            if (!workspace.shownEvents.containsKey(source) && !alreadySources.contains(source)) {
                return new ActionError(RejectionCode.FOREIGN_SOURCE, "expected an event shown to this call: " + source);
            }
        }
        return null;
    }

    /** What is stored because the policy failed is not the policy's: no budget of its may lose an event. */
    private @Nullable ActionError overStorage(int added, int freed) {
        long limit = workspace.budgets.storageTokens();
        long after = workspace.tokens + added - freed;
        // What frees tokens is never over budget: an entity above a lowered limit must be able to come down.
        if (!workspace.budgets.enforced()
                || workspace.decision.outcome() == DecisionOutcome.FALLBACK_STORED
                || after <= limit
                || added <= freed) {
            return null;
        }
        return new ActionError(
                RejectionCode.STORAGE_BUDGET_EXCEEDED,
                "expected at most " + limit + " tokens of active memory: " + after);
    }

    private @Nullable ActionError overIndexing() {
        int limit = workspace.budgets.indexOperations();
        if (!workspace.budgets.enforced() || workspace.indexOperations < limit) {
            return null;
        }
        return new ActionError(
                RejectionCode.INDEX_BUDGET_EXCEEDED,
                "expected at most " + limit + " index operations a minute: one more was asked for");
    }

    private static Optional<ActionError> firstOf(@Nullable ActionError first, @Nullable ActionError second) {
        return Optional.ofNullable(first != null ? first : second);
    }
}
