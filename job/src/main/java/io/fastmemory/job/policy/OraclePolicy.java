package io.fastmemory.job.policy;

import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.source.GoldLabels;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.IndexState;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.MarkStale;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.MemoryView;
import io.fastmemory.model.TokenEstimator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The upper bound: it knows the labels, keeps just what is evidence for a question, replaces what is no longer true, and
 * obeys the budgets: where they bind, it forgets what no later question needs.
 */
public final class OraclePolicy implements MemoryWritePolicy {
    private final GoldLabels gold;

    public OraclePolicy(GoldLabels gold) {
        this.gold = gold;
    }

    @Override
    public CompletableFuture<PolicyOutcome> decide(PolicyCall call) {
        return CompletableFuture.completedFuture(PolicyOutcome.of(new Plan(call).actions()));
    }

    @Override
    public void close() {}

    /** One place in memory that this call writes, rewrites or ends. */
    private static final class Slot {
        private final @Nullable MemoryView memory;
        private final List<ArrivedEvent> events = new ArrayList<>();
        private boolean needed;

        Slot(@Nullable MemoryView memory) {
            this.memory = memory;
        }

        ArrivedEvent newest() {
            return events.get(events.size() - 1);
        }

        List<String> sources() {
            return events.stream().map(event -> event.event().eventId()).toList();
        }
    }

    /** What to do with the events of one call. */
    private final class Plan {
        private final PolicyCall call;
        private final List<Slot> slots = new ArrayList<>();
        private final Map<String, Slot> slotOfEvent = new LinkedHashMap<>();
        private final Map<String, Slot> slotOfMemory = new LinkedHashMap<>();
        private final Set<String> ended = new HashSet<>();
        private final List<MemoryAction> actions = new ArrayList<>();
        private long tokensLeft;
        private long indexLeft;

        Plan(PolicyCall call) {
            this.call = call;
            this.tokensLeft = call.storage().left();
            this.indexLeft = call.indexing().left();
        }

        List<MemoryAction> actions() {
            call.events().forEach(this::place);
            makeRoom();
            slots.stream().filter(slot -> slot.memory != null).forEach(this::rewriteOrEnd);
            slots.stream().filter(slot -> slot.memory == null).forEach(this::write);
            indexWhatWaits();
            return actions;
        }

        private void place(ArrivedEvent arrived) {
            String eventId = arrived.event().eventId();
            GoldEvent label = gold.event(eventId);
            boolean needed = gold.queriesNeeding(eventId) > 0;
            Slot superseded = label == null ? null : superseded(label);
            boolean known = label != null && label.duplicateOf() != null && isKept(label.duplicateOf());
            if (known || (!needed && superseded == null)) {
                actions.add(new IgnoreEvent(eventId, known ? "it is known" : "no question needs it"));
                return;
            }
            Slot slot = superseded == null ? newSlot(null) : superseded;
            slot.events.add(arrived);
            slot.needed = needed;
            slotOfEvent.put(eventId, slot);
        }

        private Slot newSlot(@Nullable MemoryView memory) {
            Slot slot = new Slot(memory);
            slots.add(slot);
            return slot;
        }

        /** Where that stands what an event makes untrue, or {@code null} if it is not remembered. */
        private @Nullable Slot superseded(GoldEvent label) {
            for (String old : label.supersedes()) {
                Slot slot = slotOfEvent.get(old);
                if (slot != null) {
                    return slot;
                }
                for (MemoryView memory : call.memories()) {
                    if (memory.sourceEventIds().contains(old)) {
                        return slotOfMemory.computeIfAbsent(memory.memoryId(), id -> newSlot(memory));
                    }
                }
            }
            return null;
        }

        private boolean isKept(String eventId) {
            return slotOfEvent.containsKey(eventId)
                    || call.memories().stream()
                            .anyMatch(memory -> memory.sourceEventIds().contains(eventId));
        }

        /** Ends memories that no later question needs, as far as the budget asks for it. */
        private void makeRoom() {
            long wanted = slots.stream()
                    .filter(slot -> slot.needed)
                    .mapToLong(this::tokensOf)
                    .sum();
            String now = newestLabelled();
            for (MemoryView memory : call.memories()) {
                if (wanted <= tokensLeft) {
                    return;
                }
                boolean asked = memory.sourceEventIds().stream().anyMatch(source -> gold.isNeededAfter(source, now));
                if (!asked && !slotOfMemory.containsKey(memory.memoryId())) {
                    tokensLeft += memory.tokens();
                    ended.add(memory.memoryId());
                    actions.add(new MarkStale(memory.memoryId(), null, List.of(now), "no later question needs it"));
                }
            }
        }

        /** The newest event whose place among the questions is known; one without a label has none. */
        private String newestLabelled() {
            String newest = call.events().get(call.events().size() - 1).event().eventId();
            for (ArrivedEvent arrived : call.events()) {
                String eventId = arrived.event().eventId();
                newest = gold.event(eventId) == null ? newest : eventId;
            }
            return newest;
        }

        private long tokensOf(Slot slot) {
            return TokenEstimator.tokens(slot.newest().event().text(), facts(slot));
        }

        private void rewriteOrEnd(Slot slot) {
            MemoryView memory = slot.memory;
            if (memory == null) {
                return;
            }
            long added = tokensOf(slot) - memory.tokens();
            if (slot.needed && added <= tokensLeft) {
                tokensLeft -= added;
                actions.add(new UpdateMemory(
                        memory.memoryId(),
                        slot.newest().event().text(),
                        facts(slot),
                        slot.sources(),
                        "it has a new value"));
                index("$" + (actions.size() - 1));
            } else {
                tokensLeft += memory.tokens();
                actions.add(new MarkStale(memory.memoryId(), null, slot.sources(), "it is no longer true"));
            }
        }

        private void write(Slot slot) {
            long tokens = tokensOf(slot);
            if (!slot.needed || tokens > tokensLeft) {
                slot.sources()
                        .forEach(eventId -> actions.add(new IgnoreEvent(
                                eventId, slot.needed ? "the budget is used up" : "no question needs it")));
                return;
            }
            tokensLeft -= tokens;
            actions.add(new WriteMemory(
                    slot.newest().event().text(),
                    facts(slot),
                    slot.sources(),
                    Layer.FACT,
                    null,
                    "a question needs it"));
            index("$" + (actions.size() - 1));
        }

        private List<Fact> facts(Slot slot) {
            GoldEvent label = gold.event(slot.newest().event().eventId());
            return label == null ? List.of() : label.facts();
        }

        /** Memories that an earlier call had no index operation left for. */
        private void indexWhatWaits() {
            for (MemoryView memory : call.memories()) {
                if (memory.indexState() == IndexState.NONE
                        && !slotOfMemory.containsKey(memory.memoryId())
                        && !ended.contains(memory.memoryId())) {
                    index(memory.memoryId());
                }
            }
        }

        private void index(String memoryId) {
            if (indexLeft > 0) {
                indexLeft--;
                actions.add(new IndexNow(memoryId, "a question may come at once"));
            }
        }
    }
}
