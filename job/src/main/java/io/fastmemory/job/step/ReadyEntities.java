package io.fastmemory.job.step;

import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.model.Urgency;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * The entities of one subtask whose next call waits until one may be made: those with an urgent event in their queue first,
 * otherwise in the order in which they became ready. While both are waiting, every {@value #SHARED}th call goes to one
 * without, so that steady urgency starves nobody.
 *
 * <p>An urgent event far back in its queue lets its entity go first until it is reached, as an entity's events keep their
 * order. No state: the queues say who is ready and what is urgent.
 */
final class ReadyEntities {
    private static final int SHARED = 4;

    private final Set<String> urgent = new LinkedHashSet<>();
    private final Set<String> others = new LinkedHashSet<>();
    /** Urgent events in the queue of each entity that has any, ready or not. */
    private final Map<String, Integer> urgentEvents = new HashMap<>();
    /** Urgent turns in a row while others waited. */
    private int urgentTurns;

    int size() {
        return urgent.size() + others.size();
    }

    boolean contains(String entityId) {
        return urgent.contains(entityId) || others.contains(entityId);
    }

    /** Lines an entity up. */
    void add(String entityId) {
        (urgentEvents.containsKey(entityId) ? urgent : others).add(entityId);
    }

    /** Takes out the entity whose turn it is. */
    String next() {
        boolean turnOfOthers = urgent.isEmpty() || (!others.isEmpty() && urgentTurns == SHARED - 1);
        urgentTurns = turnOfOthers || others.isEmpty() ? 0 : urgentTurns + 1;
        Iterator<String> lane = (turnOfOthers ? others : urgent).iterator();
        if (!lane.hasNext()) {
            throw new NoSuchElementException("no entity is ready");
        }
        String entityId = lane.next();
        lane.remove();
        return entityId;
    }

    /** Minds an input that was put at the end of its entity's queue. */
    void queued(EntityInput input) {
        if (input.isUrgent()) {
            urgentEvents.merge(input.entityId(), 1, Integer::sum);
            if (others.remove(input.entityId())) {
                urgent.add(input.entityId());
            }
        }
    }

    /** Minds events that were taken out of their entity's queue. */
    void taken(String entityId, List<ArrivedEvent> events) {
        long taken = events.stream()
                .filter(event -> event.event().urgency() == Urgency.URGENT)
                .count();
        if (taken > 0) {
            countUrgent(entityId, urgentEvents.getOrDefault(entityId, 0) - Math.toIntExact(taken));
        }
    }

    /** Sets how many urgent events the queue of an entity holds, which is not lined up. */
    void countUrgent(String entityId, int events) {
        if (events > 0) {
            urgentEvents.put(entityId, events);
        } else {
            urgentEvents.remove(entityId);
        }
    }
}
