package io.fastmemory.job.memory;

import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Event;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An entity's memory while one decision is being carried out on it; lives for that decision only. */
final class Workspace {
    final Decision decision;
    final Budgets budgets;
    final long streamMs;

    /** Active memories, as they stand after the actions so far. */
    final Map<String, ActiveMemory> active = new TreeMap<>();

    /** Events the call was shown, the covered ones first to last after the recent ones. */
    final Map<String, Event> shownEvents = new LinkedHashMap<>();

    /** Memories the request did not show. */
    final Set<String> hidden;

    /** Memories rewritten or ended by an action of this decision. */
    final Set<String> changed = new HashSet<>();

    /** What {@code $n} stands for: the memory made or rewritten by the n-th action. */
    final Map<Integer, String> memoryOfAction = new HashMap<>();

    final List<MemoryVersion> versions = new ArrayList<>();
    final List<IndexRequest> indexRequests = new ArrayList<>();

    int actionIndex;
    long tokens;
    int indexOperations;

    Workspace(EntityMemory before, Decision decision, Budgets budgets) {
        this.decision = decision;
        this.budgets = budgets;
        this.streamMs = decision.streamMs();
        before.active().forEach((id, memory) -> active.put(id, memory.settledAt(streamMs)));
        before.recent().forEach(event -> shownEvents.put(event.eventId(), event));
        decision.events().forEach(arrived -> shownEvents.put(arrived.event().eventId(), arrived.event()));
        this.hidden = Set.copyOf(decision.hiddenMemoryIds());
        this.tokens = before.ledger().tokens();
        this.indexOperations = before.ledger().indexOperationsAt(streamMs);
        this.calls = before.ledger().calls();
    }

    private final long calls;

    /** Ends the memories whose time is over. */
    void expire() {
        for (ActiveMemory memory : List.copyOf(active.values())) {
            if (memory.expiredAt(streamMs)) {
                end(memory, MemoryStatus.EXPIRED, null, memory.latest().sourceEventIds());
            }
        }
    }

    /** The memory an action names, {@code $n} resolved, or {@code null} if there is none such. */
    @Nullable
    String resolve(String memoryId) {
        return memoryId.startsWith("$") ? memoryOfAction.get(reference(memoryId)) : memoryId;
    }

    /** The n of {@code $n}, or -1 if it is not a number. */
    static int reference(String memoryId) {
        try {
            return Integer.parseInt(memoryId.substring(1));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    ActiveMemory memory(String memoryId) {
        ActiveMemory memory = active.get(memoryId);
        if (memory == null) {
            throw new IllegalStateException("validated memory is not active: " + memoryId);
        }
        return memory;
    }

    /** Adds a version and makes it the memory's latest. */
    void put(MemoryVersion version, int indexedVersion, @Nullable Long indexDueMs) {
        versions.add(version);
        ActiveMemory before = active.put(version.memoryId(), new ActiveMemory(version, indexedVersion, indexDueMs));
        tokens += version.tokens() - (before == null ? 0 : before.latest().tokens());
        changed.add(version.memoryId());
        memoryOfAction.put(actionIndex, version.memoryId());
    }

    /** Ends a memory's life: a last version with the status, no longer active, and out of the index. */
    void end(ActiveMemory memory, MemoryStatus status, @Nullable String supersededBy, List<String> sources) {
        MemoryVersion last = memory.latest();
        versions.add(new MemoryVersion(
                last.memoryId(),
                last.version() + 1,
                last.entityId(),
                last.scope(),
                last.sessionId(),
                decision.callSeq(),
                status,
                last.layer(),
                last.content(),
                last.facts(),
                last.tokens(),
                sources,
                last.verbatim(),
                last.fallback(),
                supersededBy,
                last.createdStreamMs(),
                streamMs,
                last.newestSourceMs(),
                last.eventTime(),
                last.expiresStreamMs(),
                decision.decidedAt()));
        active.remove(last.memoryId());
        tokens -= last.tokens();
        changed.add(last.memoryId());
        if (memory.mayBeIndexed()) {
            request(last, ActionApplier.leavesIndexAs(status), null, streamMs);
        }
    }

    void request(MemoryVersion version, String action, @Nullable IndexDocument document, long dueStreamMs) {
        indexRequests.add(new IndexRequest(
                version.entityId(),
                version.memoryId(),
                version.version(),
                decision.callSeq(),
                action,
                document,
                streamMs,
                dueStreamMs,
                version.expiresStreamMs(),
                decision.newest().arrivalAt(),
                decision.decidedAt(),
                false,
                null,
                null));
    }

    /** The entity's counts after the decision. */
    Ledger ledger(List<ActionResult> results) {
        return new Ledger(calls + 1, tokens, Math.floorDiv(streamMs, Ledger.INDEX_WINDOW_MS), indexOperations, results);
    }
}
