package io.fastmemory.job.memory;

import io.fastmemory.model.Event;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that decisions have made of one entity's memory.
 *
 * @param active active memories by id
 * @param recent the short-term window, oldest first
 */
public record EntityMemory(Map<String, ActiveMemory> active, Ledger ledger, List<Event> recent) {
    /** The memory of an entity nothing was decided for. */
    public static final EntityMemory EMPTY = new EntityMemory(Map.of(), Ledger.EMPTY, List.of());

    public EntityMemory {
        active = new TreeMap<>(active);
        recent = List.copyOf(recent);
    }
}
