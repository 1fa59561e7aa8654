package io.fastmemory.connectors.sqlite;

import io.fastmemory.connectors.sqlite.WriteTransaction.Acknowledgement;
import io.fastmemory.connectors.sqlite.WriteTransaction.Operation;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes a file: it takes what is waiting, up to a limit, into one transaction and acknowledges all
 * of it after the commit.
 *
 * <p>Commit times. The clock is read after the commit, that is what callers are told. It cannot stand in the
 * transaction it measures, so the transaction stores the time just before its commit, and this writer's next one (or an
 * idle moment, or the close) replaces it by the exact one. Only a process that dies in between leaves the earlier
 * time behind, off by the length of one commit.
 */
final class GroupCommitWriter {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitWriter.class);

    static final int MAX_OPERATIONS = 1000;
    private static final long MAX_CHARACTERS = 8L << 20;
    private static final Duration IDLE = Duration.ofMillis(250);

    /** In which order waiting operations are taken; those of a rank one after the other. */
    private enum Rank {
        FIRST,
        NORMAL,
        END
    }

    private record Pending<T>(
            Rank rank, long number, Operation<T> operation, long characters, CompletableFuture<T> future) {}

    private record CommitTime(long batchId, Instant committedAt) {}

    private final Path file;
    private final Duration busyTimeout;
    private final Clock clock;
    private final CommitTimes times;
    private final PriorityBlockingQueue<Pending<?>> queue = new PriorityBlockingQueue<>(
            MAX_OPERATIONS,
            Comparator.<Pending<?>, Rank>comparing(Pending::rank).thenComparingLong(Pending::number));
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final AtomicLong transactions = new AtomicLong();

    // guarded by this
    private boolean closed;
    private long submitted;

    // of the writer thread
    private @Nullable SqliteSession session;
    private @Nullable CommitTime inexact;

    GroupCommitWriter(Path file, SqliteSession session, Duration busyTimeout, Clock clock, CommitTimes times) {
        this.file = file;
        this.session = session;
        this.busyTimeout = busyTimeout;
        this.clock = clock;
        this.times = times;
        Thread thread = new Thread(this::run, "sqlite-writer " + file.getFileName());
        thread.setDaemon(true);
        thread.start();
    }

    /** Queues an operation; never blocks. The future completes on the writer thread, after the commit. */
    <T> CompletableFuture<T> submit(long characters, Operation<T> operation) {
        return submit(Rank.NORMAL, characters, operation);
    }

    /** The same, ahead of everything that waits: for what holds up an entity while it is not on disk. */
    <T> CompletableFuture<T> submitFirst(long characters, Operation<T> operation) {
        return submit(Rank.FIRST, characters, operation);
    }

    private <T> CompletableFuture<T> submit(Rank rank, long characters, Operation<T> operation) {
        CompletableFuture<T> future = new CompletableFuture<>();
        synchronized (this) {
            if (!closed) {
                queue.add(new Pending<>(rank, submitted++, operation, characters, future));
                return future;
            }
        }
        return CompletableFuture.failedFuture(closedException());
    }

    /** Transactions committed so far that carried at least one operation. */
    long transactions() {
        return transactions.get();
    }

    /** Commits what is queued and ends the thread; waits until both is done. */
    void close() {
        synchronized (this) {
            if (!closed) {
                closed = true;
                queue.add(new Pending<>(Rank.END, submitted, transaction -> at -> at, 0, new CompletableFuture<>()));
            }
        }
        terminated.join();
    }

    private void run() {
        try {
            while (writeNext()) {}
        } catch (InterruptedException e) {
            LOG.warn("writer was interrupted file={}", file);
        } finally {
            terminate();
        }
    }

    /** Writes one batch; {@code false} at the end. */
    private boolean writeNext() throws InterruptedException {
        Pending<?> first = inexact == null ? queue.take() : queue.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        List<Pending<?>> batch = new ArrayList<>();
        if (first == null) {
            settleCommitTime();
            first = queue.take();
        }
        long characters = 0;
        for (Pending<?> next = first; next != null; next = queue.poll()) {
            if (next.rank == Rank.END) {
                commit(batch);
                return false;
            }
            batch.add(next);
            characters += next.characters;
            if (batch.size() == MAX_OPERATIONS || characters >= MAX_CHARACTERS) {
                break;
            }
        }
        commit(batch);
        return true;
    }

    private void commit(List<Pending<?>> batch) {
        if (batch.isEmpty()) {
            return;
        }
        List<Consumer<Instant>> acknowledgements = new ArrayList<>(batch.size());
        WriteTransaction transaction;
        try {
            SqliteSession writing = begin();
            transaction = new WriteTransaction(
                    writing, times, writing.number("SELECT coalesce(max(batch_id), 0) + 1 FROM commits"));
            for (Pending<?> pending : batch) {
                acknowledgements.add(apply(pending, writing, transaction));
            }
            if (transaction.isStamped()) {
                writing.bind(
                                "INSERT INTO commits (batch_id, committed_at_us) VALUES (?, ?)",
                                transaction.batchId(),
                                CommitTimes.toMicros(now()))
                        .executeUpdate();
            }
            writing.execute("COMMIT");
        } catch (SQLException e) {
            abandonTransaction();
            StoreException failure = StoreException.of(file, "write to", e);
            batch.forEach(pending -> pending.future.completeExceptionally(failure));
            return;
        } catch (StoreException e) { // connecting again did not succeed
            batch.forEach(pending -> pending.future.completeExceptionally(e));
            return;
        } catch (Throwable e) {
            batch.forEach(pending -> pending.future.completeExceptionally(e));
            throw e;
        }
        Instant committedAt = now();
        transactions.incrementAndGet();
        inexact = null;
        if (transaction.isStamped()) {
            times.acknowledged(transaction.batchId(), committedAt);
            inexact = new CommitTime(transaction.batchId(), committedAt);
        }
        acknowledgements.forEach(acknowledgement -> acknowledgement.accept(committedAt));
    }

    private SqliteSession begin() throws SQLException {
        SqliteSession writing = session;
        if (writing == null) {
            writing = SqliteSession.open(file, busyTimeout);
            session = writing;
        }
        writing.execute("BEGIN IMMEDIATE");
        CommitTime last = inexact;
        if (last != null) {
            PreparedStatement update = writing.bind(
                    "UPDATE commits SET committed_at_us = ? WHERE batch_id = ?",
                    CommitTimes.toMicros(last.committedAt),
                    last.batchId);
            update.executeUpdate();
        }
        return writing;
    }

    private <T> Consumer<Instant> apply(Pending<T> pending, SqliteSession writing, WriteTransaction transaction)
            throws SQLException {
        writing.execute("SAVEPOINT operation");
        RuntimeException failure;
        try {
            Acknowledgement<T> acknowledgement = pending.operation.run(transaction);
            writing.execute("RELEASE operation");
            return at -> pending.future.complete(acknowledgement.at(at));
        } catch (SQLException e) {
            if (!StoreException.concernsOneOperation(e)) {
                throw e;
            }
            failure = StoreException.of(file, "write to", e);
        } catch (RuntimeException e) {
            failure = e;
        }
        writing.execute("ROLLBACK TO operation");
        writing.execute("RELEASE operation");
        RuntimeException reason = failure;
        return at -> pending.future.completeExceptionally(reason);
    }

    private void settleCommitTime() {
        if (inexact == null) {
            return;
        }
        try {
            begin().execute("COMMIT");
            inexact = null;
        } catch (SQLException | StoreException e) {
            abandonTransaction();
            LOG.warn("exact commit time not stored yet file={}", file, e);
        }
    }

    /** Leaves no transaction open: some faults have rolled back already, others need a new connection. */
    private void abandonTransaction() {
        SqliteSession failed = session;
        if (failed == null) {
            return;
        }
        try {
            failed.execute("ROLLBACK");
        } catch (SQLException e) {
            LOG.debug("transaction was gone, connecting again file={}", file, e);
            session = null;
            closeQuietly(failed);
        }
    }

    private void terminate() {
        synchronized (this) {
            closed = true;
        }
        for (Pending<?> left = queue.poll(); left != null; left = queue.poll()) {
            left.future.completeExceptionally(closedException());
        }
        settleCommitTime();
        if (session != null) {
            closeQuietly(session);
        }
        terminated.complete(null);
    }

    private void closeQuietly(SqliteSession failed) {
        try {
            failed.close();
        } catch (SQLException e) {
            LOG.warn("connection did not close file={}", file, e);
        }
    }

    private StoreException closedException() {
        return new StoreException.Permanent("cannot write to " + file + ": it is closed");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
