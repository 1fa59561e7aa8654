package io.fastmemory.job.memory;

import io.fastmemory.model.Event;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.CompressMemory;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.MarkStale;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.Scope;
import io.fastmemory.model.TokenEstimator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Carries out actions that the {@link ActionValidator} let pass, and says what each did. */
final class ActionExecution implements MemoryAction.Cases<Map<String, String>> {
    private final Workspace workspace;

    ActionExecution(Workspace workspace) {
        this.workspace = workspace;
    }

    @Override
    public Map<String, String> writeMemory(WriteMemory write) {
        List<String> sources = inStreamOrder(write.sourceEventIds());
        Event newest = event(sources.get(sources.size() - 1));
        Long ttlMs = write.ttlMs();
        MemoryVersion version = new MemoryVersion(
                MemoryIds.of(workspace.decision.entityId(), workspace.decision.callSeq(), workspace.actionIndex),
                1,
                workspace.decision.entityId(),
                newest.scope(),
                newest.sessionId(),
                workspace.decision.callSeq(),
                MemoryStatus.ACTIVE,
                write.layer(),
                write.content(),
                write.facts(),
                TokenEstimator.tokens(write.content(), write.facts()),
                sources,
                isVerbatim(write.content(), sources, List.of()),
                workspace.decision.outcome() == DecisionOutcome.FALLBACK_STORED,
                null,
                workspace.streamMs,
                workspace.streamMs,
                newest.offsetMs(),
                newest.eventTime(),
                ttlMs == null ? null : later(ttlMs),
                workspace.decision.decidedAt());
        workspace.put(version, 0, null);
        return payload(version);
    }

    @Override
    public Map<String, String> updateMemory(UpdateMemory update) {
        ActiveMemory memory = memory(update.memoryId());
        MemoryVersion last = memory.latest();
        Set<String> sources = new LinkedHashSet<>(last.sourceEventIds());
        sources.addAll(inStreamOrder(update.sourceEventIds()));
        MemoryVersion version = rewritten(last, update, List.copyOf(sources));
        Long due = memory.indexDueMs();
        workspace.put(version, memory.indexedVersion(), due);
        if (due != null) {
            workspace.request(version, "delay_index", version.toIndexDocument(), due);
        }
        return payload(version);
    }

    private MemoryVersion rewritten(MemoryVersion last, UpdateMemory update, List<String> sources) {
        Event newest = update.sourceEventIds().stream()
                .map(workspace.shownEvents::get)
                .filter(Objects::nonNull)
                .max(Comparator.comparingLong(Event::offsetMs))
                .filter(event -> event.offsetMs() >= last.newestSourceMs())
                .orElse(null);
        return new MemoryVersion(
                last.memoryId(),
                last.version() + 1,
                last.entityId(),
                last.scope(),
                last.sessionId(),
                workspace.decision.callSeq(),
                MemoryStatus.ACTIVE,
                last.layer(),
                update.content(),
                update.facts(),
                TokenEstimator.tokens(update.content(), update.facts()),
                sources,
                isVerbatim(update.content(), sources, List.of(last)),
                last.fallback(),
                null,
                last.createdStreamMs(),
                workspace.streamMs,
                newest == null ? last.newestSourceMs() : newest.offsetMs(),
                newest == null ? last.eventTime() : newest.eventTime(),
                last.expiresStreamMs(),
                workspace.decision.decidedAt());
    }

    @Override
    public Map<String, String> markStale(MarkStale stale) {
        ActiveMemory memory = memory(stale.memoryId());
        Set<String> sources = new LinkedHashSet<>(memory.latest().sourceEventIds());
        sources.addAll(stale.sourceEventIds());
        String by = stale.supersededBy();
        workspace.end(memory, MemoryStatus.STALE, by == null ? null : workspace.resolve(by), List.copyOf(sources));
        return Map.of("memory_id", memory.latest().memoryId());
    }

    @Override
    public Map<String, String> compressMemory(CompressMemory compress) {
        List<MemoryVersion> replaced = new ArrayList<>();
        for (String id : compress.memoryIds()) {
            replaced.add(memory(id).latest());
        }
        MemoryVersion version = compressed(compress, replaced);
        for (MemoryVersion old : replaced) {
            workspace.end(
                    workspace.memory(old.memoryId()),
                    MemoryStatus.COMPRESSED,
                    version.memoryId(),
                    old.sourceEventIds());
        }
        workspace.put(version, 0, null);
        return payload(version);
    }

    private MemoryVersion compressed(CompressMemory compress, List<MemoryVersion> replaced) {
        MemoryVersion newest = replaced.stream()
                .max(Comparator.comparingLong(MemoryVersion::newestSourceMs))
                .orElseThrow();
        Set<String> sources = new LinkedHashSet<>();
        replaced.stream()
                .sorted(Comparator.comparingLong(MemoryVersion::newestSourceMs))
                .forEach(old -> sources.addAll(old.sourceEventIds()));
        Layer layer = replaced.stream()
                .map(MemoryVersion::layer)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return new MemoryVersion(
                MemoryIds.of(workspace.decision.entityId(), workspace.decision.callSeq(), workspace.actionIndex),
                1,
                workspace.decision.entityId(),
                narrowestScope(replaced),
                newest.sessionId(),
                workspace.decision.callSeq(),
                MemoryStatus.ACTIVE,
                layer,
                compress.content(),
                compress.facts(),
                TokenEstimator.tokens(compress.content(), compress.facts()),
                List.copyOf(sources),
                isVerbatim(compress.content(), sources, replaced),
                false,
                null,
                workspace.streamMs,
                workspace.streamMs,
                newest.newestSourceMs(),
                newest.eventTime(),
                earliestExpiry(replaced),
                workspace.decision.decidedAt());
    }

    /** A memory made of several may be read by no one who could not read each of them. */
    private static Scope narrowestScope(List<MemoryVersion> replaced) {
        boolean allGlobal = replaced.stream().allMatch(old -> old.scope() == Scope.GLOBAL);
        boolean anySession = replaced.stream().anyMatch(old -> old.scope() == Scope.SESSION);
        return allGlobal ? Scope.GLOBAL : anySession ? Scope.SESSION : Scope.USER;
    }

    private static @Nullable Long earliestExpiry(List<MemoryVersion> replaced) {
        Long earliest = null;
        for (MemoryVersion old : replaced) {
            Long expires = old.expiresStreamMs();
            if (expires != null && (earliest == null || expires < earliest)) {
                earliest = expires;
            }
        }
        return earliest;
    }

    @Override
    public Map<String, String> ignoreEvent(IgnoreEvent ignore) {
        return Map.of("event_id", ignore.eventId());
    }

    @Override
    public Map<String, String> indexNow(IndexNow index) {
        return requestIndexing(index.memoryId(), "index_now", 0);
    }

    @Override
    public Map<String, String> delayIndex(DelayIndex delay) {
        return requestIndexing(delay.memoryId(), "delay_index", delay.delayMs());
    }

    private Map<String, String> requestIndexing(String memoryId, String action, long delayMs) {
        ActiveMemory memory = memory(memoryId);
        MemoryVersion version = memory.latest();
        Long due = later(delayMs);
        Long expires = version.expiresStreamMs();
        boolean willCome = expires == null || due < expires; // or else what was scheduled before stays
        workspace.indexOperations++;
        workspace.active.put(
                version.memoryId(),
                delayMs == 0
                        ? new ActiveMemory(version, version.version(), null)
                        : new ActiveMemory(version, memory.indexedVersion(), willCome ? due : memory.indexDueMs()));
        workspace.request(version, action, version.toIndexDocument(), due);
        return payload(version);
    }

    /** Stream time after {@code millis} from now, or the end of all time. */
    private long later(long millis) {
        return millis > Long.MAX_VALUE - workspace.streamMs ? Long.MAX_VALUE : workspace.streamMs + millis;
    }

    private ActiveMemory memory(String memoryId) {
        String resolved = workspace.resolve(memoryId);
        return workspace.memory(resolved == null ? memoryId : resolved);
    }

    private Event event(String eventId) {
        Event event = workspace.shownEvents.get(eventId);
        if (event == null) {
            throw new IllegalStateException("validated source was not shown: " + eventId);
        }
        return event;
    }

    private List<String> inStreamOrder(List<String> eventIds) {
        return eventIds.stream()
                .distinct()
                .sorted(Comparator.comparingLong(id -> {
                    Event event = workspace.shownEvents.get(id);
                    return event == null ? Long.MIN_VALUE : event.offsetMs();
                }))
                .toList();
    }

    /** Whether every source says exactly this; of one that is not shown any more, an earlier version may tell. */
    private boolean isVerbatim(String content, Collection<String> sources, List<MemoryVersion> before) {
        return sources.stream().allMatch(source -> {
            Event event = workspace.shownEvents.get(source);
            return event != null
                    ? event.text().strip().equals(content.strip())
                    : before.stream()
                            .anyMatch(old -> old.verbatim()
                                    && old.sourceEventIds().contains(source)
                                    && old.content().strip().equals(content.strip()));
        });
    }

    private static Map<String, String> payload(MemoryVersion version) {
        return Map.of("memory_id", version.memoryId(), "version", Integer.toString(version.version()));
    }
}
