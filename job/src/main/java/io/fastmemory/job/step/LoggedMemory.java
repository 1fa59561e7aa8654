package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.DecisionRow;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.memory.ActionApplier;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.EntityMemory;
import io.fastmemory.model.Json;
import java.util.Map;

/**
 * Entities' memory as the decisions of a run left it, from its log alone: applying a row is a pure function of the memory
 * before it.
 */
final class LoggedMemory implements AutoCloseable {
    private final String runId;
    private final SqliteFile file;
    private final DecisionLog log;
    private final ActionApplier applier;
    private final Map<String, Long> calls;

    /** @param calls how many calls of each entity count */
    LoggedMemory(String runId, Backends backends, ActionApplier applier, Map<String, Long> calls) {
        this.runId = runId;
        this.file = backends.openStore();
        this.log = new DecisionLog(file);
        this.applier = applier;
        this.calls = calls;
    }

    /**
     * The memory after the last call that counts.
     *
     * @throws IllegalStateException if the log lacks one of them
     */
    EntityMemory of(String entityId) {
        long last = calls.getOrDefault(entityId, 0L);
        EntityMemory memory = EntityMemory.EMPTY;
        for (DecisionRow row : log.findFrom(runId, entityId, 1).join()) {
            if (row.callSeq() <= last) {
                Decision decision = Json.read(row.payload(), Decision.class).loggedAt(row.decidedAt());
                memory = applier.apply(memory, decision).after();
            }
        }
        if (memory.ledger().calls() != last) {
            throw new IllegalStateException("expected " + last + " decisions of " + entityId + " in the log of run "
                    + runId + ", found " + memory.ledger().calls());
        }
        return memory;
    }

    @Override
    public void close() {
        file.close();
    }
}
