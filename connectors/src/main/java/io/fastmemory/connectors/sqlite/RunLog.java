package io.fastmemory.connectors.sqlite;

import io.fastmemory.model.Json;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The runs a file holds, each noted before it is submitted; key run_id. Whoever notes a run first wins: what is logged
 * under a run's id is that run's, and no other may take it for its own.
 */
public final class RunLog {
    private final FirstWriteLog log;

    /** A view of the file, which stays its opener's to close. */
    public RunLog(SqliteFile file) {
        this.log = new FirstWriteLog(file, "runs", "run_id");
    }

    /** The run of this id, or {@code null} if the file holds none. */
    public CompletableFuture<@Nullable RunRow> find(String runId) {
        return log.find(runId).thenApply(stored -> stored == null ? null : Json.read(stored.payload(), RunRow.class));
    }

    /**
     * Notes a run unless one of its id is there already.
     *
     * @return the run that is on disk: this one, or the earlier one
     */
    public CompletableFuture<RunRow> putIfAbsent(RunRow run) {
        return log.putIfAbsent(Json.write(run), run.runId())
                .thenApply(stored -> Json.read(stored.payload(), RunRow.class));
    }
}
