package io.fastmemory.connectors.sqlite;

import io.fastmemory.connectors.sqlite.WriteTransaction.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One user's share of a SQLite file that holds the raw store, the memory store and the logs.
 *
 * <p>All users of a file in a JVM share one writer thread with group commit and one reader thread; the last to close
 * ends both. Several processes of one machine may use the file too: writers take turns. Nothing here blocks the
 * caller but {@link #open} and {@link #close}. The queue is unbounded: bound the operations in flight.
 *
 * <p>What a future acknowledged is on disk. A failed one holds a {@link StoreException}, and its operation left nothing
 * behind, except that after an I/O error it may yet turn out to be stored; repeating it is safe. Futures complete on the
 * writer or reader thread: what hangs on them must not block, and must not open or close a file.
 *
 * <p>Commit times are read after the commit, to the microsecond, and stay the same when read back. Two cases show the
 * time just before the commit instead: a process was killed right after acknowledging its last transaction, or another
 * process reads a transaction that is less than an idle moment (250 ms) old.
 *
 * <p>While the file is in use, do not open, copy or hash it by other means in the same process: closing it drops
 * SQLite's locks.
 */
public final class SqliteFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteFile.class);
    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(30);

    /** Users by file; guarded by itself. */
    private static final Map<Path, Shared> OPEN = new HashMap<>();

    /** What the users of a file share. */
    private static final class Shared {
        final Path file;
        final CommitTimes times = new CommitTimes();
        final GroupCommitWriter writer;
        final SqliteSession reading;
        final ExecutorService reader;
        int users;

        Shared(Path file, Clock clock, Duration busyTimeout) throws SQLException {
            this.file = file;
            SqliteSession writing = SqliteSession.open(file, busyTimeout);
            try {
                Schema.ensure(writing, file);
                reading = SqliteSession.open(file, busyTimeout);
                reading.execute("PRAGMA query_only = ON");
            } catch (SQLException | RuntimeException e) {
                writing.close();
                throw e;
            }
            writer = new GroupCommitWriter(file, writing, busyTimeout, clock, times);
            reader = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "sqlite-reader " + file.getFileName());
                thread.setDaemon(true);
                return thread;
            });
        }

        void close() {
            writer.close();
            CompletableFuture.runAsync(
                            () -> {
                                try {
                                    reading.close();
                                } catch (SQLException e) {
                                    LOG.warn("connection did not close file={}", file, e);
                                }
                            },
                            reader)
                    .join();
            reader.shutdown();
        }
    }

    /**
     * A read.
     *
     * @param <T> what its caller gets
     */
    @FunctionalInterface
    interface Query<T> {
        /** Runs on the reader thread. */
        @Nullable
        T run(SqliteSession session) throws SQLException;
    }

    private final Shared shared;
    private boolean closed;

    private SqliteFile(Shared shared) {
        this.shared = shared;
    }

    /**
     * Opens a file, creating it and its directory when absent. A file open in this JVM already is shared, with the
     * clock of its first user.
     *
     * @param clock tells the commit times
     * @throws StoreException if it is locked, damaged, not a store or another version's; the message says what to do
     */
    public static SqliteFile open(Path file, Clock clock) {
        return open(file, clock, BUSY_TIMEOUT);
    }

    /**
     * The same with another limit.
     *
     * @param busyTimeout how long a transaction waits for those of other processes, to the millisecond
     */
    public static SqliteFile open(Path file, Clock clock, Duration busyTimeout) {
        Path real = realPath(file);
        synchronized (OPEN) {
            Shared shared = OPEN.get(real);
            if (shared == null) {
                claim(real);
                try {
                    shared = new Shared(real, clock, busyTimeout);
                    OPEN.put(real, shared);
                } catch (SQLException e) {
                    throw StoreException.of(real, "open", e);
                } finally {
                    if (shared == null) {
                        release(real);
                    }
                }
            }
            shared.users++;
            return new SqliteFile(shared);
        }
    }

    private static Path realPath(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        try {
            if (Files.exists(absolute)) {
                return absolute.toRealPath();
            }
            Path directory = absolute.getParent();
            Path name = absolute.getFileName();
            if (directory == null || name == null) {
                throw new StoreException.Permanent("cannot open " + file + ": it names no file");
            }
            return Files.createDirectories(directory).toRealPath().resolve(name);
        } catch (IOException e) {
            throw new StoreException.Permanent("cannot open " + file + ": its directory cannot be made (" + e + ")");
        }
    }

    /**
     * Refuses a file that another class loader of this JVM has open. Each has its own copy of SQLite, and two copies
     * in one process destroy each other's file locks.
     */
    private static void claim(Path file) {
        Object owner =
                System.getProperties().putIfAbsent(claimOf(file), String.valueOf(SqliteFile.class.getClassLoader()));
        if (owner != null) {
            throw new StoreException.Permanent(
                    "cannot open " + file
                            + ": another class loader of this process has it open; load the job's jar once, by a common parent");
        }
    }

    private static void release(Path file) {
        System.getProperties().remove(claimOf(file));
    }

    private static String claimOf(Path file) {
        return "fmw.sqlite.open." + file;
    }

    /** Transactions committed through this JVM's writer of the file that carried at least one operation. */
    public long transactions() {
        return shared.writer.transactions();
    }

    /** The file, absolute and without links. */
    public Path path() {
        return shared.file;
    }

    /** Queues an operation for the writer thread. */
    <T> CompletableFuture<T> write(long characters, Operation<T> operation) {
        return shared.writer.submit(characters, operation);
    }

    /** Queues an operation for the writer thread, ahead of those that wait there. */
    <T> CompletableFuture<T> writeFirst(long characters, Operation<T> operation) {
        return shared.writer.submitFirst(characters, operation);
    }

    /** Queues a query for the reader thread; it sees everything acknowledged before. */
    <T> CompletableFuture<T> read(Query<T> query) {
        CompletableFuture<T> future = new CompletableFuture<>();
        try {
            shared.reader.execute(() -> {
                try {
                    future.complete(query.run(shared.reading));
                } catch (SQLException e) {
                    future.completeExceptionally(StoreException.of(shared.file, "read", e));
                } catch (RuntimeException e) {
                    future.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(new StoreException.Permanent("cannot read " + shared.file + ": it is closed"));
        }
        return future;
    }

    /** What is known of the commit times beyond the file. */
    CommitTimes times() {
        return shared.times;
    }

    /** Waits until everything queued before is committed, and ends the threads if this was the last user. */
    @Override
    public void close() {
        synchronized (OPEN) {
            if (closed) {
                return;
            }
            closed = true;
            shared.users--;
            if (shared.users == 0) {
                try {
                    shared.close();
                } finally {
                    OPEN.remove(shared.file);
                    release(shared.file);
                }
                return;
            }
        }
        shared.writer
                .submit(0, transaction -> at -> at)
                .handle((at, failure) -> at)
                .join();
    }
}
