package io.fastmemory.connectors.sqlite;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What one operation sees of the transaction it shares with others; used on the writer thread only. */
final class WriteTransaction {
    /**
     * One operation of a transaction.
     *
     * @param <T> what its caller gets
     */
    @FunctionalInterface
    interface Operation<T> {
        /** Reads and writes; runs on the writer thread and may be rolled back, never run twice. */
        Acknowledgement<T> run(WriteTransaction transaction) throws SQLException;
    }

    /**
     * What to tell the caller once the transaction is committed.
     *
     * @param <T> what the caller gets
     */
    @FunctionalInterface
    interface Acknowledgement<T> {
        /** The result, given the time of the commit. */
        T at(Instant committedAt);
    }

    private final SqliteSession session;
    private final CommitTimes times;
    private final long batchId;
    private boolean stamped;

    WriteTransaction(SqliteSession session, CommitTimes times, long batchId) {
        this.session = session;
        this.times = times;
        this.batchId = batchId;
    }

    PreparedStatement bind(String sql, @Nullable Object... parameters) throws SQLException {
        return session.bind(sql, parameters);
    }

    /** The id that new rows carry; asking for it makes the commit time part of the transaction. */
    long stamp() {
        stamped = true;
        return batchId;
    }

    /** Whether a row carries the commit time of this transaction. */
    boolean isStamped() {
        return stamped;
    }

    long batchId() {
        return batchId;
    }

    /** First commit time of a row, or {@code null} if it was written by the transaction still under way. */
    @Nullable
    Instant committedAt(long rowBatchId, long storedMicros) {
        return rowBatchId == batchId ? null : times.of(rowBatchId, storedMicros);
    }
}
