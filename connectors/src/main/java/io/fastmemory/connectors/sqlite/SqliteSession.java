package io.fastmemory.connectors.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;

/**
 * One connection with its prepared statements, used by one thread at a time: write-ahead log, {@code synchronous=FULL},
 * busy timeout.
 *
 * <p>Transactions are begun and ended by plain statements; the driver stays in autocommit mode and does not interfere.
 */
final class SqliteSession implements AutoCloseable {
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(10);

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private SqliteSession(Connection connection) {
        this.connection = connection;
    }

    /**
     * Connects and sets the durability pragmas, waiting for other processes up to the busy timeout.
     *
     * @throws StoreException.Permanent if the file system does not support a write-ahead log
     */
    static SqliteSession open(Path file, Duration busyTimeout) throws SQLException {
        // The switch to a write-ahead log does not wait by itself when another process does the same.
        long deadline = System.nanoTime() + busyTimeout.toNanos();
        while (true) {
            try {
                return attempt(file, busyTimeout);
            } catch (SQLException e) {
                if (!StoreException.isBusy(e) || System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
            }
        }
    }

    private static SqliteSession attempt(Path file, Duration busyTimeout) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        // As a URI, a path may hold any character; the driver would cut a plain one at its first question mark.
        Connection connection = JDBC.createConnection("jdbc:sqlite:" + file.toUri(), config.toProperties());
        SqliteSession session = new SqliteSession(connection);
        try {
            session.require(file, "PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal");
            session.require(file, "PRAGMA synchronous = FULL", "PRAGMA synchronous", "2");
            // Copying the log back happens in the committing thread; a log of 64 MiB makes it rare.
            session.require(file, "PRAGMA wal_autocheckpoint = 16384", "PRAGMA wal_autocheckpoint", "16384");
            return session;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private void require(Path file, String pragma, String question, String expected) throws SQLException {
        execute(pragma);
        String found = text(question);
        if (!expected.equals(found)) {
            throw new StoreException.Permanent("cannot open " + file + ": expected " + question + " = " + expected
                    + ": " + found + "; put the file on a local disk");
        }
    }

    /** The statement for this text, prepared once; the caller binds every parameter and closes the results. */
    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    /** The same with its parameters bound in order; each a {@code String}, {@code Long}, {@code Integer} or null. */
    PreparedStatement bind(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = prepare(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    /** Runs a statement whose results are of no interest. */
    void execute(String sql) throws SQLException {
        PreparedStatement statement = prepare(sql);
        if (statement.execute()) {
            statement.getResultSet().close();
        }
    }

    /** First column of the first row, as text. */
    String text(String sql) throws SQLException {
        try (ResultSet row = prepare(sql).executeQuery()) {
            return row.next() ? row.getString(1) : "";
        }
    }

    /** First column of the first row, as a number; 0 if there is none. */
    long number(String sql) throws SQLException {
        try (ResultSet row = prepare(sql).executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close(); // closes its statements too
    }
}
