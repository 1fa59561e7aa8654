package io.fastmemory.connectors.sqlite;

import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the reader answered; key (run_id, query_id). Whoever logs first wins, every other attempt gets that row. */
public final class AnswerLog {
    private static final String ALL = """
            SELECT query_id, payload, batch_id, coalesce(committed_at_us, 0)
            FROM answers LEFT JOIN commits USING (batch_id) WHERE run_id = ? ORDER BY query_id""";

    private final SqliteFile file;
    private final FirstWriteLog log;

    /** A view of the file, which stays its opener's to close. */
    public AnswerLog(SqliteFile file) {
        this.file = file;
        this.log = new FirstWriteLog(file, "answers", "run_id", "query_id");
    }

    /** The logged answer to a query, or {@code null} if there is none yet. */
    public CompletableFuture<@Nullable AnswerRow> find(String runId, String queryId) {
        return log.find(runId, queryId)
                .thenApply(stored ->
                        stored == null ? null : new AnswerRow(runId, queryId, stored.payload(), stored.committedAt()));
    }

    /** Every answer of a run, in order of query ids. */
    public CompletableFuture<List<AnswerRow>> all(String runId) {
        return file.read(session -> {
            List<AnswerRow> found = new ArrayList<>();
            try (ResultSet row = session.bind(ALL, runId).executeQuery()) {
                while (row.next()) {
                    Instant answeredAt = file.times().of(row.getLong(3), row.getLong(4));
                    found.add(new AnswerRow(runId, row.getString(1), row.getString(2), answeredAt));
                }
            }
            return found;
        });
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
