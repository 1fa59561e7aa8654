package io.fastmemory.job.policy;

import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Budget;
import io.fastmemory.model.Event;
import io.fastmemory.model.MemoryView;
import io.fastmemory.model.PolicyRequest;
import java.util.List;

/**
 * One call of the policy for one entity, with the entity's memory as its previous decision left it.
 *
 * @param callSeq number of the call in the entity, from 1
 * @param generation which attempt of the task made it; calls restored from an older one are void
 * @param events the events to decide on, in the entity's order, 1 to K
 * @param recentEvents events decided before, oldest first
 * @param memories the active memories that are shown
 * @param hiddenMemoryIds the active memories that are not
 * @param storage tokens of active memory
 * @param indexing index operations of the current minute of stream time
 * @param lastResults results of the entity's previous decision
 */
public record PolicyCall(
        String entityId,
        long callSeq,
        String generation,
        List<ArrivedEvent> events,
        List<Event> recentEvents,
        List<MemoryView> memories,
        List<String> hiddenMemoryIds,
        Budget storage,
        Budget indexing,
        List<ActionResult> lastResults) {
    public PolicyCall {
        events = List.copyOf(events);
        recentEvents = List.copyOf(recentEvents);
        memories = List.copyOf(memories);
        hiddenMemoryIds = List.copyOf(hiddenMemoryIds);
        lastResults = List.copyOf(lastResults);
    }

    /** The request as the policy sees it. */
    public PolicyRequest toRequest(Budget latency) {
        return new PolicyRequest(
                events.stream().map(ArrivedEvent::event).toList(),
                recentEvents,
                memories,
                hiddenMemoryIds.size(),
                latency,
                storage,
                indexing,
                lastResults,
                List.of());
    }
}
