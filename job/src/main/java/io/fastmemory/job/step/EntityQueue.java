package io.fastmemory.job.step;

import io.fastmemory.job.memory.ArrivedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/** What waits for the current entity, in keyed state; an emptied queue leaves nothing behind. */
final class EntityQueue {
    /** Addresses of the state in a savepoint: never rename. */
    static final MapStateDescriptor<Long, EntityInput> INPUTS =
            new MapStateDescriptor<>("queue", Types.LONG, Types.POJO(EntityInput.class));

    static final ValueStateDescriptor<Bounds> BOUNDS =
            new ValueStateDescriptor<>("queue-bounds", Types.POJO(Bounds.class));

    /**
     * What an entity's queue comes to.
     *
     * @param head place of the first waiting input
     * @param tail place behind the last one
     * @param characters of the events between
     */
    public record Bounds(long head, long tail, long characters) {
        static final Bounds EMPTY = new Bounds(0, 0, 0);
    }

    private final MapState<Long, EntityInput> inputs;
    private final ValueState<Bounds> bounds;
    private final long share;
    private long excess;
    private long charactersOfAll;

    /** @param share how many inputs of an entity are not in excess */
    EntityQueue(KeyedStateStore store, long share) {
        this.share = share;
        inputs = store.getMapState(INPUTS);
        bounds = store.getState(BOUNDS);
    }

    int size() throws Exception {
        Bounds range = range();
        return Math.toIntExact(range.tail() - range.head());
    }

    /** How many inputs of all entities are beyond their shares. */
    long excess() {
        return excess;
    }

    /** Characters of the current entity's events. */
    long characters() throws Exception {
        return range().characters();
    }

    /** Characters of the events of all entities. */
    long charactersOfAll() {
        return charactersOfAll;
    }

    /** Counts the current entity's queue among all; to be done once for each one that was restored. */
    void countRestored() throws Exception {
        count(Bounds.EMPTY, range());
    }

    private long beyondShare(Bounds range) {
        return Math.max(0, range.tail() - range.head() - share);
    }

    void add(EntityInput input) throws Exception {
        Bounds range = range();
        inputs.put(range.tail(), input);
        become(range, new Bounds(range.head(), range.tail() + 1, range.characters() + input.characters()));
    }

    /** Puts events before all others. */
    void addFirst(List<ArrivedEvent> events) throws Exception {
        if (events.isEmpty()) {
            return;
        }
        Bounds range = range();
        long place = range.head() - events.size();
        become(range, new Bounds(place, range.tail(), range.characters() + charactersOf(events)));
        for (ArrivedEvent event : events) {
            inputs.put(place++, EntityInput.of(event));
        }
    }

    /** What waits longest, or {@code null}. */
    @Nullable
    EntityInput first() throws Exception {
        Bounds range = range();
        return range.head() == range.tail() ? null : inputs.get(range.head());
    }

    /** The events before the first marker that one call takes. */
    List<ArrivedEvent> firstEvents(CallBounds call) throws Exception {
        Bounds range = range();
        List<ArrivedEvent> events = new ArrayList<>();
        long characters = 0;
        for (long place = range.head(); place < range.tail(); place++) {
            ArrivedEvent event = inputs.get(place).event();
            if (event == null) {
                break;
            }
            characters += event.event().characters();
            if (call.areExceeded(events.size() + 1, characters)) {
                break;
            }
            events.add(event);
        }
        return events;
    }

    /** How many urgent events wait; it reads all of them. */
    int urgentEvents() throws Exception {
        Bounds range = range();
        int urgent = 0;
        for (long place = range.head(); place < range.tail(); place++) {
            urgent += inputs.get(place).isUrgent() ? 1 : 0;
        }
        return urgent;
    }

    /** Takes out the marker that waits longest. */
    void removeFirstMarker() throws Exception {
        removeFirst(1, 0);
    }

    /** Takes out the events that wait longest, as {@link #firstEvents} told them. */
    void removeFirst(List<ArrivedEvent> events) throws Exception {
        removeFirst(events.size(), charactersOf(events));
    }

    /** Characters of so many events. */
    static long charactersOf(List<ArrivedEvent> events) {
        return events.stream().mapToLong(event -> event.event().characters()).sum();
    }

    private void removeFirst(int count, long characters) throws Exception {
        Bounds range = range();
        long head = range.head() + count;
        if (head == range.tail()) {
            clear(range);
            return;
        }
        for (long place = range.head(); place < head; place++) {
            inputs.remove(place);
        }
        become(range, new Bounds(head, range.tail(), range.characters() - characters));
    }

    /** Takes out the events of these ids and takes their ids out of {@code ids}; returns how many there were. */
    int removeEvents(Set<String> ids) throws Exception {
        Bounds range = range();
        List<EntityInput> kept = new ArrayList<>();
        for (long place = range.head(); place < range.tail(); place++) {
            EntityInput input = inputs.get(place);
            if (input.event() == null || !ids.remove(input.event().event().eventId())) {
                kept.add(input);
            }
        }
        int removed = Math.toIntExact(range.tail() - range.head()) - kept.size();
        if (removed > 0) {
            clear(range);
            for (EntityInput input : kept) {
                add(input);
            }
        }
        return removed;
    }

    private void become(Bounds before, Bounds after) throws Exception {
        count(before, after);
        bounds.update(after);
    }

    private void count(Bounds before, Bounds after) {
        excess += beyondShare(after) - beyondShare(before);
        charactersOfAll += after.characters() - before.characters();
    }

    private void clear(Bounds before) {
        count(before, Bounds.EMPTY);
        inputs.clear();
        bounds.clear();
    }

    private Bounds range() throws Exception {
        Bounds value = bounds.value();
        return value == null ? Bounds.EMPTY : value;
    }
}
