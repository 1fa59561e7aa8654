package io.fastmemory.job.step;

import io.fastmemory.job.backend.ReplayedRun;
import io.fastmemory.job.memory.Budgets;
import io.fastmemory.job.memory.RecentEvents;
import io.fastmemory.job.policy.CallBuilder;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What the keyed loop needs to know.
 *
 * @param maxEventsPerCall how many waiting events of an entity one call takes at most, from 1
 * @param maxWaitingEvents events queued or in flight in one subtask before it stops taking in more
 * @param maxCallsInFlight calls one subtask makes at the same time at most, from 1
 * @param replay the run whose decisions are repeated, which says how many events a call takes, or {@code null}
 * @param settled whether queries wait for the memory of all that came before them
 * @param promptTokens tokens of memory content one request shows at most
 */
public record MemoryWriteSettings(
        int maxEventsPerCall,
        long maxWaitingEvents,
        int maxCallsInFlight,
        @Nullable ReplayedRun replay,
        boolean settled,
        long promptTokens,
        Budgets budgets,
        RecentEvents recentEvents)
        implements Serializable {

    /** Builds the calls within the prompt's budget. */
    CallBuilder callBuilder() {
        return new CallBuilder(budgets, promptTokens);
    }
}
