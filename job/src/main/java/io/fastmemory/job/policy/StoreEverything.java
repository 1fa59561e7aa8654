package io.fastmemory.job.policy;

import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.WriteMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The bound that shows what storage buys: every event is kept verbatim and indexed at once, whatever the budgets. */
public final class StoreEverything implements MemoryWritePolicy {
    @Override
    public CompletableFuture<PolicyOutcome> decide(PolicyCall call) {
        List<MemoryAction> actions = new ArrayList<>();
        for (ArrivedEvent arrived : call.events()) {
            String eventId = arrived.event().eventId();
            if (arrived.event().text().isBlank()) {
                actions.add(new IgnoreEvent(eventId, "there is no text to keep"));
                continue;
            }
            String written = "$" + actions.size();
            actions.add(verbatim(arrived, "this bound keeps everything"));
            actions.add(new IndexNow(written, "this bound indexes everything"));
        }
        return CompletableFuture.completedFuture(PolicyOutcome.of(actions));
    }

    /** The action that keeps an event's text unchanged. */
    static WriteMemory verbatim(ArrivedEvent arrived, String reason) {
        return new WriteMemory(
                arrived.event().text(), List.of(), List.of(arrived.event().eventId()), Layer.FACT, null, reason);
    }

    @Override
    public void close() {}
}
