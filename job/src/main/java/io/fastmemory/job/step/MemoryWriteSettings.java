package io.fastmemory.job.step;

import io.fastmemory.job.backend.ReplayedRun;
import io.fastmemory.job.memory.Budgets;
import io.fastmemory.job.memory.RecentEvents;
import io.fastmemory.job.policy.CallBuilder;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the keyed loop needs to know.
 *
 * @param call how much of what waits for an entity one call takes
 * @param queue how much may wait
 * @param maxCallsInFlight calls one subtask makes at the same time at most, from 1
 * @param replay the run whose decisions are repeated, which says how many events a call takes, or {@code null}
 * @param redrivenCalls when parked events of a run that ended are decided again, the calls of each of their entities, by
 *     which the log rebuilds its memory; else {@code null}
 * @param settled whether queries wait for the memory of all that came before them
 * @param promptTokens tokens of memory content one request shows at most
 */
public record MemoryWriteSettings(
        CallBounds call,
        QueueBounds queue,
        int maxCallsInFlight,
        @Nullable ReplayedRun replay,
        @Nullable Map<String, Long> redrivenCalls,
        boolean settled,
        long promptTokens,
        Budgets budgets,
        RecentEvents recentEvents)
        implements Serializable {

    /** The same for deciding parked events again. */
    public MemoryWriteSettings redriving(Map<String, Long> callsBefore) {
        return new MemoryWriteSettings(
                call,
                queue,
                maxCallsInFlight,
                null,
                new HashMap<>(callsBefore),
                settled,
                promptTokens,
                budgets,
                recentEvents);
    }

    /** Builds the calls within the prompt's budget. */
    CallBuilder callBuilder() {
        return new CallBuilder(budgets, promptTokens);
    }
}
