package io.fastmemory.job.policy;

import io.fastmemory.job.memory.ActiveMemory;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Budgets;
import io.fastmemory.job.memory.EntityMemory;
import io.fastmemory.job.memory.Ledger;
import io.fastmemory.model.Budget;
import io.fastmemory.model.MemoryView;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decides what of an entity's memory fits into a request: the newest-touched memories within the prompt's token budget.
 *
 * @param promptTokens tokens of memories, content and facts, a request shows at most
 */
public record CallBuilder(Budgets budgets, long promptTokens) implements Serializable {

    /** The call of {@code events} on the memory as it stands. */
    public PolicyCall build(
            String entityId, long callSeq, String generation, List<ArrivedEvent> events, EntityMemory memory) {
        long streamMs = events.get(events.size() - 1).streamMs();
        List<ActiveMemory> newestFirst = memory.active().values().stream()
                .filter(active -> !expired(active, streamMs))
                .sorted(Comparator.comparingLong((ActiveMemory m) -> m.latest().updatedStreamMs())
                        .reversed()
                        .thenComparing(m -> m.latest().memoryId()))
                .toList();
        List<MemoryView> shown = new ArrayList<>();
        List<String> hidden = new ArrayList<>();
        long tokens = 0;
        for (ActiveMemory active : newestFirst) {
            tokens += active.latest().tokens();
            if (tokens <= promptTokens) {
                shown.add(active.viewAt(streamMs));
            } else {
                hidden.add(active.latest().memoryId());
            }
        }
        Ledger ledger = memory.ledger();
        long expiredTokens = memory.active().values().stream()
                .filter(active -> expired(active, streamMs))
                .mapToLong(active -> active.latest().tokens())
                .sum();
        return new PolicyCall(
                entityId,
                callSeq,
                generation,
                events,
                memory.recent(),
                shown,
                hidden,
                Budget.of(budgets.storageTokens(), ledger.tokens() - expiredTokens),
                Budget.of(budgets.indexOperations(), ledger.indexOperationsAt(streamMs)),
                ledger.lastResults());
    }

    private static boolean expired(ActiveMemory memory, long streamMs) {
        Long expires = memory.latest().expiresStreamMs();
        return expires != null && expires <= streamMs;
    }
}
