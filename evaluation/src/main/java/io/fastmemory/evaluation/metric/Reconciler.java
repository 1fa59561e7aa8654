package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.Difference;
import io.fastmemory.evaluation.metric.EvalSummary.Held;
import io.fastmemory.evaluation.metric.EvalSummary.Reconciliation;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.DigestLine.MemoryRef;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.VersionLine;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compares what keyed state, the memory store and the index hold at the end, entity by entity, and checks that every
 * event that arrived has exactly one outcome, in a call that covered it, every memory version and every operation on the
 * index its line, and the dataset its events and queries, no fewer and no more.
 *
 * <p>An entity of which a place holds nothing needs no digest of that place, as long as state holds nothing either.
 */
final class Reconciler {
    private static final String ROLLOUTS = "rollouts";

    /** Option of runs that go on reading what comes after the dataset. */
    private static final String WATCH = "fmw.source.watch";

    private final Rollouts rollouts;
    private final List<Difference> differences = new ArrayList<>();

    private final Map<String, Long> expiresAt = new HashMap<>();

    private Reconciler(Rollouts rollouts) {
        this.rollouts = rollouts;
        for (VersionLine line : rollouts.versions()) {
            Long expires = line.memory().expiresStreamMs();
            if (expires != null) {
                expiresAt.put(line.memory().memoryId(), expires);
            }
        }
    }

    static Reconciliation reconcile(Rollouts rollouts) {
        Reconciler reconciler = new Reconciler(rollouts);
        reconciler.digests();
        reconciler.outcomes();
        reconciler.repeated();
        reconciler.versions();
        reconciler.indexOperations();
        reconciler.differences.sort(Comparator.comparing(Difference::place)
                .thenComparing(Difference::kind)
                .thenComparing(Difference::entityId, Comparator.nullsFirst(Comparator.naturalOrder()))
                .thenComparing(Difference::id, Comparator.nullsFirst(Comparator.naturalOrder()))
                .thenComparing(Difference::message));
        Collection<DigestLine.State> states = rollouts.stateDigests().values();
        Collection<DigestLine.Store> stores = rollouts.storeDigests().values();
        Collection<DigestLine.Index> indexes = rollouts.indexDigests().values();
        return new Reconciliation(
                stores.isEmpty() ? null : new Held(stores.size(), total(stores, DigestLine.Store::active), null),
                states.isEmpty()
                        ? null
                        : new Held(
                                states.size(),
                                total(states, DigestLine.State::active),
                                total(states, DigestLine.State::indexed)),
                indexes.isEmpty() ? null : new Held(indexes.size(), null, total(indexes, DigestLine.Index::indexed)),
                reconciler.differences);
    }

    private static <T> long total(Collection<T> digests, Function<T, List<MemoryRef>> memories) {
        return digests.stream()
                .mapToLong(digest -> memories.apply(digest).size())
                .sum();
    }

    private void digests() {
        notRecorded("state", rollouts.stateDigests().isEmpty());
        Collection<DigestLine.State> states = rollouts.stateDigests().values();
        // A place that holds nothing has no digests; that is no difference where state says it holds nothing.
        boolean noMemory = !states.isEmpty() && total(states, DigestLine.State::active) == 0;
        notRecorded("store", rollouts.storeDigests().isEmpty() && !noMemory);
        boolean noVector = !states.isEmpty() && total(states, DigestLine.State::indexed) == 0;
        notRecorded("index", rollouts.indexDigests().isEmpty() && !noVector);
        if (rollouts.end() == null) {
            differ("not_recorded", ROLLOUTS, null, null, "expected an end line, found none: the run did not finish");
        }
        if (rollouts.stateDigests().isEmpty()) {
            return;
        }
        Set<String> entities = new TreeSet<>(rollouts.stateDigests().keySet());
        entities.addAll(rollouts.storeDigests().keySet());
        entities.addAll(rollouts.indexDigests().keySet());
        rollouts.events().forEach(event -> entities.add(event.entityId()));
        Map<String, Long> calls = new HashMap<>();
        rollouts.calls().forEach(call -> calls.merge(call.entityId(), 1L, Long::sum));
        for (String entity : entities) {
            DigestLine.State state = rollouts.stateDigests().get(entity);
            if (state == null) {
                differ("not_recorded", "state", entity, null, "expected a state digest of the entity, found none");
                continue;
            }
            DigestLine.Store store = rollouts.storeDigests().get(entity);
            DigestLine.Index index = rollouts.indexDigests().get(entity);
            if (!rollouts.storeDigests().isEmpty()) {
                compare("store", entity, state.active(), store == null ? List.of() : unexpired(store.active(), state));
            }
            if (!rollouts.indexDigests().isEmpty()) {
                compare("index", entity, state.indexed(), index == null ? List.of() : index.indexed());
            }
            counts(state, calls.getOrDefault(entity, 0L));
        }
    }

    /** A memory whose time to live is over stays the store's latest version until its entity's next decision. */
    private List<MemoryRef> unexpired(List<MemoryRef> memories, DigestLine.State state) {
        return memories.stream()
                .filter(memory -> expiresAt.getOrDefault(memory.memoryId(), Long.MAX_VALUE) > state.streamMs())
                .toList();
    }

    private void notRecorded(String place, boolean missing) {
        if (missing && !rollouts.events().isEmpty()) {
            differ("not_recorded", place, null, null, "expected digests of the " + place + ", found none");
        }
    }

    private void counts(DigestLine.State state, long calls) {
        if (state.pending() != 0) {
            String message = "expected no event without outcome at the end, found " + state.pending();
            differ("pending", "state", state.entityId(), null, message);
        }
        if (state.calls() != calls) {
            String message = "expected " + state.calls() + " calls as state counted, found " + calls + " call lines";
            differ("calls_differ", ROLLOUTS, state.entityId(), null, message);
        }
    }

    private void compare(String place, String entity, List<MemoryRef> expected, List<MemoryRef> found) {
        Map<String, Integer> left = byId(found);
        for (MemoryRef memory : expected) {
            Integer version = left.remove(memory.memoryId());
            String wanted = "expected version " + memory.version() + " as in state, found ";
            if (version == null) {
                differ("missing", place, entity, memory.memoryId(), wanted + "none");
            } else if (version != memory.version()) {
                differ("version_differs", place, entity, memory.memoryId(), wanted + version);
            }
        }
        left.forEach((id, version) ->
                differ("unexpected", place, entity, id, "expected none as in state, found version " + version));
    }

    private static Map<String, Integer> byId(List<MemoryRef> memories) {
        Map<String, Integer> byId = new TreeMap<>();
        memories.forEach(memory -> byId.put(memory.memoryId(), memory.version()));
        return byId;
    }

    private void outcomes() {
        Map<String, Set<Long>> callsOf = new HashMap<>();
        for (CallLine call : rollouts.calls()) {
            for (String eventId : call.eventIds()) {
                callsOf.computeIfAbsent(eventId, any -> new HashSet<>()).add(call.callSeq());
                if (rollouts.event(eventId) == null) {
                    String message = "expected the outcome of an event of call " + call.callSeq() + ", found none";
                    differ("no_outcome", ROLLOUTS, call.entityId(), eventId, message);
                }
            }
        }
        for (EventLine event : rollouts.events()) {
            if (!callsOf.getOrDefault(event.eventId(), Set.of()).contains(event.callSeq())) {
                String message = "expected call " + event.callSeq() + " to cover the event, found no such call line";
                differ("call_missing", ROLLOUTS, event.entityId(), event.eventId(), message);
            }
        }
        long expected =
                rollouts.run().dataset().events() + rollouts.run().dataset().queries();
        long found = rollouts.events().size()
                + rollouts.queries().size()
                + rollouts.inputs().size();
        if (found < expected) {
            String message = "expected lines for " + expected + " events and queries of the dataset, found " + found;
            differ("lines_missing", ROLLOUTS, null, null, message);
        }
        if (rollouts.run().config().get(WATCH) == null) {
            unexpected(
                    "events",
                    rollouts.run().dataset().events(),
                    rollouts.events().size());
            unexpected(
                    "queries",
                    rollouts.run().dataset().queries(),
                    rollouts.queries().size());
        }
    }

    /** Lines that became neither event nor query may be more than the dataset says; they are in no rate. */
    private void unexpected(String what, long expected, long found) {
        if (found > expected) {
            String message = "expected lines for " + expected + " " + what + " of the dataset, found " + found;
            differ("lines_unexpected", ROLLOUTS, null, null, message);
        }
    }

    /** Every version up to the newest that any line speaks of must have its own line. */
    private void versions() {
        Map<String, BitSet> recorded = new HashMap<>();
        Map<String, Integer> newest = new TreeMap<>();
        for (VersionLine line : rollouts.versions()) {
            MemoryVersion memory = line.memory();
            recorded.computeIfAbsent(memory.memoryId(), any -> new BitSet()).set(memory.version());
            newest.merge(memory.memoryId(), memory.version(), Math::max);
        }
        rollouts.indexOperations().forEach(line -> newest.merge(line.memoryId(), line.version(), Math::max));
        rollouts.queries()
                .forEach(query -> query.hits().forEach(hit -> newest.merge(hit.memoryId(), hit.version(), Math::max)));
        rollouts.stateDigests()
                .values()
                .forEach(
                        state -> state.active().forEach(ref -> newest.merge(ref.memoryId(), ref.version(), Math::max)));
        newest.forEach((memoryId, version) -> {
            int found = recorded.getOrDefault(memoryId, new BitSet()).cardinality();
            if (found < version) {
                String message = "expected lines of " + version + " versions, found " + found;
                differ("version_missing", ROLLOUTS, null, memoryId, message);
            }
        });
    }

    private void indexOperations() {
        for (MissingIndexLines missing : MissingIndexLines.in(rollouts)) {
            differ("index_line_missing", ROLLOUTS, missing.entityId(), missing.memoryId(), missing.message());
        }
    }

    private void repeated() {
        for (Rollouts.Repeated line : rollouts.repeated()) {
            repeated(line.kind(), line.entityId(), line.id());
        }
        Set<String> seen = new HashSet<>();
        for (CallLine call : rollouts.calls()) {
            if (!seen.add(call.entityId() + '\n' + call.callSeq())) {
                repeated("call", call.entityId(), Long.toString(call.callSeq()));
            }
        }
        seen.clear();
        for (VersionLine version : rollouts.versions()) {
            String memoryId = version.memory().memoryId();
            if (!seen.add(memoryId + '\n' + version.memory().version())) {
                repeated("version", version.memory().entityId(), memoryId);
            }
        }
    }

    private void repeated(String kind, @Nullable String entityId, String id) {
        differ("repeated", ROLLOUTS, entityId, id, "expected one " + kind + " line, found another one");
    }

    private void differ(String kind, String place, @Nullable String entityId, @Nullable String id, String message) {
        differences.add(new Difference(kind, place, entityId, id, message));
    }
}
