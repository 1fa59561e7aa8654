package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.MemoryStore;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.memory.AppliedDecision;
import io.fastmemory.job.memory.ArrivedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.streaming.api.functions.async.ResultFuture;

/**
 * Writes every memory version to the memory store before the index hears of it: a vector never refers to a memory that is
 * not stored.
 *
 * <p>Failure: versions written again are recognised by id and version and keep their first commit time.
 */
public final class MemoryStoreFunction extends AsyncStep<AppliedDecision, StoredDecision> {
    private static final long serialVersionUID = 1L;

    private final String runId;
    private final Backends backends;
    private transient SqliteFile file;
    private transient MemoryStore store;
    private transient Histogram memoryWriteMillis;

    @SuppressWarnings("NullAway.Init")
    public MemoryStoreFunction(String runId, Backends backends) {
        this.runId = runId;
        this.backends = backends;
    }

    @Override
    public void open(OpenContext context) {
        file = backends.openStore();
        store = new MemoryStore(file);
        memoryWriteMillis = StepMetrics.histogram(getRuntimeContext(), "timeToMemoryWriteMillis");
    }

    @Override
    public void asyncInvoke(AppliedDecision applied, ResultFuture<StoredDecision> stored) {
        if (applied.versions().isEmpty()) {
            stored.complete(List.of(new StoredDecision(applied, List.of())));
            return;
        }
        store.put(runId, applied.versions()).whenComplete((committedAt, failure) -> {
            if (failure != null) {
                failJobOn(failure, stored);
                return;
            }
            measure(applied, committedAt.get(committedAt.size() - 1));
            stored.complete(List.of(new StoredDecision(applied, committedAt)));
        });
    }

    private void measure(AppliedDecision applied, Instant committedAt) {
        for (ArrivedEvent event : applied.decision().events()) {
            String eventId = event.event().eventId();
            boolean kept = applied.versions().stream()
                    .anyMatch(version -> version.sourceEventIds().contains(eventId));
            if (kept) {
                memoryWriteMillis.update(
                        Duration.between(event.arrivalAt(), committedAt).toMillis());
            }
        }
    }

    @Override
    void release() {
        if (file != null) {
            file.close();
        }
    }
}
