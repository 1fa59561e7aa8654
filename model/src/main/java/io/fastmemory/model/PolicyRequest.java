package io.fastmemory.model;

import java.util.List;

/**
 * What the policy sees of one entity when it is called.
 *
 * @param events the events to decide on, oldest first, 1 to K
 * @param recentEvents events of the entity decided before, oldest first
 * @param activeMemories the entity's active memories, as its previous decision left them
 * @param notShown how many active memories were left out to keep the prompt in its token budget
 * @param latencyBudget target and wait so far, milliseconds
 * @param storageBudget tokens of active memory
 * @param indexingBudget index operations of the current minute of stream time
 * @param lastResults results of the entity's previous call
 * @param lessons lessons of earlier runs, empty without
 */
public record PolicyRequest(
        List<Event> events,
        List<Event> recentEvents,
        List<MemoryView> activeMemories,
        int notShown,
        Budget latencyBudget,
        Budget storageBudget,
        Budget indexingBudget,
        List<ActionResult> lastResults,
        List<String> lessons) {
    public PolicyRequest {
        events = List.copyOf(events);
        recentEvents = List.copyOf(recentEvents);
        activeMemories = List.copyOf(activeMemories);
        lastResults = List.copyOf(lastResults);
        lessons = List.copyOf(lessons);
    }
}
