package io.fastmemory.connectors.sqlite;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the reader answered; key (run_id, query_id). Whoever logs first wins, every other attempt gets that row. */
public final class AnswerLog {
    private final FirstWriteLog log;

    /** A view of the file, which stays its opener's to close. */
    public AnswerLog(SqliteFile file) {
        this.log = new FirstWriteLog(file, "answers", "run_id", "query_id");
    }

    /** The logged answer to a query, or {@code null} if there is none yet. */
    public CompletableFuture<@Nullable AnswerRow> find(String runId, String queryId) {
        return log.find(runId, queryId)
                .thenApply(stored ->
                        stored == null ? null : new AnswerRow(runId, queryId, stored.payload(), stored.committedAt()));
    }

    /** Whether there is an answer to a query, without reading it. */
    public CompletableFuture<Boolean> isAnswered(String runId, String queryId) {
        return log.exists(runId, queryId);
    }

    /**
     * Logs an answer unless the query has one already.
     *
     * @param payload the answer as JSON
     * @return the row that is on disk: this one, or that of an earlier attempt
     */
    public CompletableFuture<AnswerRow> putIfAbsent(String runId, String queryId, String payload) {
        return log.putIfAbsent(payload, runId, queryId)
                .thenApply(stored -> new AnswerRow(runId, queryId, stored.payload(), stored.committedAt()));
    }
}
