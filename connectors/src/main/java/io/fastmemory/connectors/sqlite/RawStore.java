package io.fastmemory.connectors.sqlite;

import io.fastmemory.connectors.sqlite.RawReceipt.Outcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Every event that arrived, first of all things; key (run_id, event_id), never changed. */
public final class RawStore {
    private static final String FIND_WITH_TIME = """
            SELECT position, content_sha256, batch_id, coalesce(committed_at_us, 0)
            FROM raw_events LEFT JOIN commits USING (batch_id) WHERE run_id = ? AND event_id = ?""";
    private static final String INSERT = """
            INSERT INTO raw_events (run_id, event_id, entity_id, position, content_sha256, json, batch_id)
            VALUES (?, ?, ?, ?, ?, ?, ?)""";
    private static final String FIND = """
            SELECT entity_id, position, content_sha256, json FROM raw_events WHERE run_id = ? AND event_id = ?""";
    private static final String ALL = """
            SELECT entity_id, position, content_sha256, json, event_id FROM raw_events
            WHERE run_id = ? ORDER BY sequence""";
    private static final String COUNT = "SELECT count(*) FROM raw_events WHERE run_id = ?";

    private final SqliteFile file;

    /** A view of the file, which stays its opener's to close. */
    public RawStore(SqliteFile file) {
        this.file = file;
    }

    /** Stores an event unless its id is taken; the receipt comes when it is on disk. */
    public CompletableFuture<RawReceipt> append(RawRow row) {
        return file.write(row.json().length(), transaction -> {
            try (ResultSet stored =
                    transaction.bind(FIND_WITH_TIME, row.runId(), row.eventId()).executeQuery()) {
                if (stored.next()) {
                    Outcome outcome = compare(row, stored.getString(1), stored.getString(2));
                    Instant first = transaction.committedAt(stored.getLong(3), stored.getLong(4));
                    return at -> new RawReceipt(outcome, first == null ? at : first);
                }
            }
            transaction
                    .bind(
                            INSERT,
                            row.runId(),
                            row.eventId(),
                            row.entityId(),
                            row.position(),
                            row.contentSha256(),
                            row.json(),
                            transaction.stamp())
                    .executeUpdate();
            return at -> new RawReceipt(Outcome.NEW, at);
        });
    }

    private static Outcome compare(RawRow row, String storedPosition, String storedSha256) {
        if (!storedSha256.equals(StoredText.of(row.contentSha256()))) {
            return Outcome.CONFLICT;
        }
        return storedPosition.equals(StoredText.of(row.position())) ? Outcome.REPLAY : Outcome.REDELIVERY;
    }

    /** The stored event of this id, or {@code null}. */
    public CompletableFuture<@Nullable RawRow> find(String runId, String eventId) {
        return file.read(session -> {
            try (ResultSet row = session.bind(FIND, runId, eventId).executeQuery()) {
                return row.next() ? read(runId, eventId, row) : null;
            }
        });
    }

    private static RawRow read(String runId, String eventId, ResultSet row) throws SQLException {
        return new RawRow(runId, eventId, row.getString(1), row.getString(2), row.getString(3), row.getString(4));
    }

    /** Every event of a run, in the order they were stored in. */
    public CompletableFuture<List<RawRow>> all(String runId) {
        return file.read(session -> {
            List<RawRow> found = new ArrayList<>();
            try (ResultSet row = session.bind(ALL, runId).executeQuery()) {
                while (row.next()) {
                    found.add(read(runId, row.getString(5), row));
                }
            }
            return found;
        });
    }

    /** How many events of a run are stored. */
    public CompletableFuture<Long> count(String runId) {
        return file.read(session -> {
            try (ResultSet row = session.bind(COUNT, runId).executeQuery()) {
                return row.next() ? row.getLong(1) : 0L;
            }
        });
    }
}
