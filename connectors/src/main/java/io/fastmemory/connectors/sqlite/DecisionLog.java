package io.fastmemory.connectors.sqlite;

import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the policy decided, written before it takes effect; key (run_id, entity_id, call_seq). Whoever logs first wins,
 * and every other attempt gets the winner's row.
 */
public final class DecisionLog {
    private static final String FROM = """
            SELECT call_seq, payload, batch_id, committed_at_us FROM decisions JOIN commits USING (batch_id)
            WHERE run_id = ? AND entity_id = ? AND call_seq >= ? ORDER BY call_seq""";
    private static final String SIZES = """
            SELECT entity_id, json_array_length(payload, '$.events') FROM decisions
            WHERE run_id = ? ORDER BY entity_id, call_seq""";
    private static final String ASK = """
            INSERT INTO asks (run_id, entity_id, call_seq, times) VALUES (?, ?, ?, 1)
            ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times - 1""";

    private final SqliteFile file;
    private final FirstWriteLog log;

    /** A view of the file, which stays its opener's to close. */
    public DecisionLog(SqliteFile file) {
        this.file = file;
        this.log = new FirstWriteLog(file, "decisions", "run_id", "entity_id", "call_seq");
    }

    /** The logged decision of a call, or {@code null} if there is none yet. */
    public CompletableFuture<@Nullable DecisionRow> find(String runId, String entityId, long callSeq) {
        return log.find(runId, entityId, callSeq)
                .thenApply(stored -> stored == null
                        ? null
                        : new DecisionRow(runId, entityId, callSeq, stored.payload(), stored.committedAt()));
    }

    /** The decisions of an entity from a call on, in order of calls. */
    public CompletableFuture<List<DecisionRow>> findFrom(String runId, String entityId, long firstCallSeq) {
        return file.read(session -> {
            List<DecisionRow> rows = new ArrayList<>();
            try (ResultSet row =
                    session.bind(FROM, runId, entityId, firstCallSeq).executeQuery()) {
                while (row.next()) {
                    rows.add(new DecisionRow(
                            runId,
                            entityId,
                            row.getLong(1),
                            row.getString(2),
                            file.times().of(row.getLong(3), row.getLong(4))));
                }
            }
            return rows;
        });
    }

    /** How many events each call of a run covers, by entity, in order of calls. */
    public CompletableFuture<Map<String, int[]>> callSizes(String runId) {
        return file.read(session -> {
            Map<String, int[]> sizes = new HashMap<>();
            try (ResultSet row = session.bind(SIZES, runId).executeQuery()) {
                while (row.next()) {
                    int[] before = sizes.getOrDefault(row.getString(1), new int[0]);
                    int[] all = Arrays.copyOf(before, before.length + 1);
                    all[before.length] = row.getInt(2);
                    sizes.put(row.getString(1), all);
                }
            }
            return sizes;
        });
    }

    /**
     * Logs a decision unless the call has one already.
     *
     * @param payload the decision as JSON
     * @return the row that is on disk: this one, or that of an earlier attempt
     */
    public CompletableFuture<DecisionRow> putIfAbsent(String runId, String entityId, long callSeq, String payload) {
        return log.putIfAbsent(payload, runId, entityId, callSeq)
                .thenApply(stored -> new DecisionRow(runId, entityId, callSeq, stored.payload(), stored.committedAt()));
    }

    /**
     * Counts that the policy is being asked; start it beside the call, the call need not wait.
     *
     * @return how often this call was asked before
     */
    public CompletableFuture<Integer> recordAsk(String runId, String entityId, long callSeq) {
        return file.write(0, transaction -> {
            try (ResultSet row = transaction.bind(ASK, runId, entityId, callSeq).executeQuery()) {
                int before = row.next() ? row.getInt(1) : 0;
                return at -> before;
            }
        });
    }
}
