package io.fastmemory.connectors.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The first times of index operations, which a replay does not move; key (run_id, memory_id, version, operation). */
public final class IndexJournal {
    private static final String RECORD = """
            INSERT INTO index_times (run_id, memory_id, version, operation, acknowledged_at_us, visible_at_us)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
                acknowledged_at_us = coalesce(acknowledged_at_us, excluded.acknowledged_at_us),
                visible_at_us = coalesce(visible_at_us, excluded.visible_at_us)
            RETURNING acknowledged_at_us, visible_at_us""";
    private static final String OPEN = """
            INSERT INTO index_times (run_id, memory_id, version, operation, acknowledged_at_us)
            VALUES (?, ?, 0, 'open', ?)
            ON CONFLICT DO NOTHING""";
    private static final String FIND = """
            SELECT acknowledged_at_us, visible_at_us FROM index_times
            WHERE run_id = ? AND memory_id = ? AND version = ? AND operation = ?""";

    private final SqliteFile file;

    /** A view of the file, which stays its opener's to close. */
    public IndexJournal(SqliteFile file) {
        this.file = file;
    }

    /**
     * Records times where none are known yet.
     *
     * @param operation what was done, for example {@code upsert} or {@code delete}
     * @param times what was measured now; {@code null} for what did not happen
     * @return the first times ever recorded
     */
    public CompletableFuture<IndexTimes> recordFirst(
            String runId, String memoryId, int version, String operation, IndexTimes times) {
        return file.write(0, transaction -> {
            try (ResultSet row = transaction
                    .bind(
                            RECORD,
                            runId,
                            memoryId,
                            version,
                            operation,
                            micros(times.acknowledgedAt()),
                            micros(times.visibleAt()))
                    .executeQuery()) {
                row.next();
                IndexTimes first = read(row);
                return at -> first;
            }
        });
    }

    /**
     * Notes that a job begins to write to the index of a run.
     *
     * @param jobId has the place of a memory's id, which has a colon
     * @return whether an attempt of the job had begun before, and may have left writes under way
     */
    public CompletableFuture<Boolean> begin(String runId, String jobId, Instant at) {
        return file.write(0, transaction -> {
            int inserted = transaction
                    .bind(OPEN, runId, jobId, CommitTimes.toMicros(at))
                    .executeUpdate();
            return committedAt -> inserted == 0;
        });
    }

    /** The first times of an operation, or {@code null} if none were recorded. */
    public CompletableFuture<@Nullable IndexTimes> find(String runId, String memoryId, int version, String operation) {
        return file.read(session -> {
            try (ResultSet row =
                    session.bind(FIND, runId, memoryId, version, operation).executeQuery()) {
                return row.next() ? read(row) : null;
            }
        });
    }

    private static IndexTimes read(ResultSet row) throws SQLException {
        return new IndexTimes(time(row, 1), time(row, 2));
    }

    private static @Nullable Instant time(ResultSet row, int column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? null : CommitTimes.fromMicros(micros);
    }

    private static @Nullable Long micros(@Nullable Instant time) {
        return time == null ? null : CommitTimes.toMicros(time);
    }
}
