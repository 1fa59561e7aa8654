package io.fastmemory.job.policy;

import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The lower bound: nothing is kept. */
public final class NoMemory implements MemoryWritePolicy {
    @Override
    public CompletableFuture<PolicyOutcome> decide(PolicyCall call) {
        List<MemoryAction> actions = call.events().stream()
                .map(arrived -> (MemoryAction) new IgnoreEvent(arrived.event().eventId(), "this bound keeps nothing"))
                .toList();
        return CompletableFuture.completedFuture(PolicyOutcome.of(actions));
    }

    @Override
    public void close() {}
}
