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

    /** Places of the first and behind the last waiting input. */
    public record Bounds(long head, long tail) {}

    private final MapState<Long, EntityInput> inputs;
    private final ValueState<Bounds> bounds;
    private final long share;
    private long excess;

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

    /** Counts what the current entity has in excess; to be done once for each entity whose queue was restored. */
    void countExcess() throws Exception {
        excess += beyondShare(range());
    }

    private long beyondShare(Bounds range) {
        return Math.max(0, range.tail() - range.head() - share);
    }

    void add(EntityInput input) throws Exception {
        Bounds range = range();
        inputs.put(range.tail(), input);
        become(range, new Bounds(range.head(), range.tail() + 1));
    }

    /** Puts events before all others. */
    void addFirst(List<ArrivedEvent> events) throws Exception {
        if (events.isEmpty()) {
            return;
        }
        Bounds range = range();
        long place = range.head() - events.size();
        become(range, new Bounds(place, range.tail()));
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

    /** The events before the first marker, so many at most. */
    List<ArrivedEvent> firstEvents(int most) throws Exception {
        Bounds range = range();
        List<ArrivedEvent> events = new ArrayList<>();
        for (long place = range.head(); place < range.tail() && events.size() < most; place++) {
            ArrivedEvent event = inputs.get(place).event();
            if (event == null) {
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

    /** Takes out what waits longest. */
    void removeFirst(int count) throws Exception {
        Bounds range = range();
        long head = range.head() + count;
        if (head == range.tail()) {
            clear(range);
            return;
        }
        for (long place = range.head(); place < head; place++) {
            inputs.remove(place);
        }
        become(range, new Bounds(head, range.tail()));
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
        excess += beyondShare(after) - beyondShare(before);
        bounds.update(after);
    }

    private void clear(Bounds before) {
        excess -= beyondShare(before);
        inputs.clear();
        bounds.clear();
    }

    private Bounds range() throws Exception {
        Bounds value = bounds.value();
        return value == null ? new Bounds(0, 0) : value;
    }
}
