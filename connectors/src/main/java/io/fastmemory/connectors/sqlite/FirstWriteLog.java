package io.fastmemory.connectors.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A table of payloads in which the first write of a key wins. */
final class FirstWriteLog {
    /** What is stored under a key. */
    record Stored(String payload, Instant committedAt) {}

    private final SqliteFile file;
    private final String find;
    private final String exists;
    private final String insert;

    FirstWriteLog(SqliteFile file, String table, String... keyColumns) {
        this.file = file;
        this.find = "SELECT payload, batch_id, coalesce(committed_at_us, 0) FROM " + table
                + " LEFT JOIN commits USING (batch_id) WHERE " + String.join(" = ? AND ", keyColumns) + " = ?";
        this.exists = "SELECT 1 FROM " + table + " WHERE " + String.join(" = ? AND ", keyColumns) + " = ?";
        this.insert = "INSERT INTO " + table + " (" + String.join(", ", keyColumns) + ", payload, batch_id) VALUES ("
                + "?, ".repeat(keyColumns.length) + "?, ?)";
    }

    CompletableFuture<@Nullable Stored> find(Object... key) {
        return file.read(session -> {
            try (ResultSet row = session.bind(find, key).executeQuery()) {
                return row.next()
                        ? new Stored(row.getString(1), file.times().of(row.getLong(2), row.getLong(3)))
                        : null;
            }
        });
    }

    CompletableFuture<Boolean> exists(Object... key) {
        return file.read(session -> {
            try (ResultSet row = session.bind(exists, key).executeQuery()) {
                return row.next();
            }
        });
    }

    CompletableFuture<Stored> putIfAbsent(String payload, Object... key) {
        return file.writeFirst(payload.length(), transaction -> {
            try (ResultSet row = transaction.bind(find, key).executeQuery()) {
                if (row.next()) {
                    String winner = row.getString(1);
                    Instant first = transaction.committedAt(row.getLong(2), row.getLong(3));
                    return at -> new Stored(winner, first == null ? at : first);
                }
            }
            insert(transaction, payload, key);
            return at -> new Stored(StoredText.of(payload), at);
        });
    }

    private void insert(WriteTransaction transaction, String payload, Object[] key) throws SQLException {
        Object[] values = Arrays.copyOf(key, key.length + 2);
        values[key.length] = payload;
        values[key.length + 1] = transaction.stamp();
        transaction.bind(insert, values).executeUpdate();
    }
}
