package io.fastmemory.connectors.index;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.IndexReceipt.Operation;
import io.fastmemory.connectors.index.VectorIndex.Entry;
import io.fastmemory.connectors.llm.LlmException;
import io.fastmemory.model.IndexDocument;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changes of memories to a {@link VectorIndex}: embeds many texts in one call, writes them in one request and
 * tells when readers see them.
 *
 * <p><b>Order.</b> At most one write of a memory is under way. Of the changes that wait behind it the newest wins; a
 * version's removal is newer than its upsert, whatever the order of arrival. A superseded change completes at once,
 * flagged so.
 *
 * <p><b>Failure.</b> The clients below retry what may pass. What fails then completes with an error in its receipt;
 * a batch that is refused is divided until only the refused memory fails. A receipt's future never fails, it is only
 * cancelled by {@link #close()}.
 *
 * <p>Thread-safe; never blocks the caller. All work is done by one thread, which also completes the futures: what is
 * chained to them must be short. The index and the embedding client stay the caller's to close.
 */
public final class IndexWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexWriter.class);

    private final VectorIndex index;
    private final EmbeddingClient embeddings;
    private final Clock clock;
    private final IndexWriterOptions options;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread writer = new Thread(task, "index-writer");
        writer.setDaemon(true);
        return writer;
    });
    private final VisibilityPoller visibility;

    private final LongAdder submitted = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder superseded = new LongAdder();
    private final LongAdder failed = new LongAdder();

    // Owned by the writer's thread.
    private final Map<String, IndexChange> waiting = new LinkedHashMap<>();
    private final Map<String, IndexChange> inFlight = new HashMap<>();
    private final Map<String, Long> newestRanks;
    private int batchesInFlight;
    private boolean flushScheduled;
    private boolean closed;

    public IndexWriter(VectorIndex index, EmbeddingClient embeddings, Clock clock, IndexWriterOptions options) {
        this.index = index;
        this.embeddings = embeddings;
        this.clock = clock;
        this.options = options;
        this.visibility = new VisibilityPoller(index, clock, options, thread, this::onWriterThread, superseded);
        this.newestRanks = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                return size() > options.rememberedMemories();
            }
        };
    }

    /** Embeds and writes one memory version. */
    public CompletableFuture<IndexReceipt> upsert(IndexDocument document) {
        return submit(IndexChange.upsert(document));
    }

    /** Removes a memory as of {@code version}: an upsert of this or an older version that comes later has no effect. */
    public CompletableFuture<IndexReceipt> delete(String memoryId, int version) {
        return submit(IndexChange.delete(memoryId, version));
    }

    /** What the writer has done so far. */
    public IndexWriterCounters counters() {
        return new IndexWriterCounters(
                submitted.sum() - completed.sum(),
                requests.sum(),
                acknowledged.sum(),
                superseded.sum(),
                failed.sum(),
                visibility.unseen(),
                visibility.looks(),
                visibility.failedLooks());
    }

    private CompletableFuture<IndexReceipt> submit(IndexChange change) {
        submitted.increment();
        change.receipt.whenComplete((receipt, cancelled) -> completed.increment());
        if (!onWriterThread(() -> accept(change))) {
            change.receipt.cancel(false);
        }
        return change.receipt;
    }

    /** Runs a task on the writer's thread; tells whether it will be run. */
    private boolean onWriterThread(Runnable task) {
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    if (!thread.isShutdown()) {
                        LOG.error("index writer stops: its own state is broken", e);
                        close();
                    }
                }
            });
            return true;
        } catch (RejectedExecutionException shutDown) {
            LOG.debug("index writer is closed");
            return false;
        }
    }

    private void accept(IndexChange change) {
        if (closed) {
            change.receipt.cancel(false);
            return;
        }
        Long newest = newestRanks.get(change.memoryId);
        if (newest != null && change.rank() < newest) {
            supersede(change);
            return;
        }
        newestRanks.put(change.memoryId, change.rank());
        IndexChange replaced = waiting.put(change.memoryId, change);
        if (replaced != null) {
            supersede(replaced);
        }
        if (waiting.size() - inFlight.size() >= options.maxBatch()) {
            flush();
        } else if (!flushScheduled) {
            flushScheduled = true;
            thread.schedule(
                    () -> {
                        flushScheduled = false;
                        onWriterThread(this::flush);
                    },
                    options.linger().toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }

    private void supersede(IndexChange change) {
        superseded.increment();
        change.complete(null, true, null);
    }

    /** Sends what waits and is not held back by an earlier write of the same memory. */
    private void flush() {
        while (!closed && batchesInFlight < options.maxBatchesInFlight()) {
            List<IndexChange> batch = takeBatch();
            if (batch.isEmpty()) {
                return;
            }
            batchesInFlight++;
            send(batch);
        }
    }

    /** Changes of one kind, that of the one that has waited longest. */
    private List<IndexChange> takeBatch() {
        List<IndexChange> batch = new ArrayList<>();
        Operation kind = null;
        for (Iterator<IndexChange> changes = waiting.values().iterator();
                changes.hasNext() && batch.size() < options.maxBatch(); ) {
            IndexChange change = changes.next();
            if (!inFlight.containsKey(change.memoryId) && (kind == null || kind == change.operation)) {
                kind = change.operation;
                changes.remove();
                inFlight.put(change.memoryId, change);
                batch.add(change);
            }
        }
        return batch;
    }

    private void send(List<IndexChange> batch) {
        requests.increment();
        CompletableFuture.completedFuture(batch)
                .thenCompose(changes ->
                        changes.get(0).operation == Operation.UPSERT ? embedAndUpsert(changes) : delete(changes))
                .whenComplete((done, failure) -> {
                    Instant acknowledgedAt = clock.instant();
                    onWriterThread(() -> {
                        if (failure == null) {
                            acknowledge(batch, acknowledgedAt);
                        } else {
                            fail(batch, unwrapped(failure));
                        }
                        flush();
                    });
                });
    }

    private CompletableFuture<Void> embedAndUpsert(List<IndexChange> changes) {
        List<IndexDocument> documents =
                changes.stream().map(IndexChange::requireDocument).toList();
        return embeddings
                .embed(documents.stream().map(IndexDocument::content).toList())
                .thenCompose(vectors -> {
                    if (vectors.size() != documents.size()) {
                        throw new IllegalStateException("embedding must give one vector per text: " + vectors.size()
                                + " for " + documents.size());
                    }
                    List<Entry> entries = new ArrayList<>();
                    for (int i = 0; i < vectors.size(); i++) {
                        entries.add(new Entry(documents.get(i), vectors.get(i)));
                    }
                    return index.upsert(entries);
                });
    }

    private CompletableFuture<Void> delete(List<IndexChange> changes) {
        return index.delete(changes.stream().map(change -> change.memoryId).toList());
    }

    private void acknowledge(List<IndexChange> batch, Instant acknowledgedAt) {
        batchesInFlight--;
        if (closed) {
            return;
        }
        for (IndexChange change : batch) {
            inFlight.remove(change.memoryId);
            acknowledged.increment();
            change.acknowledgedAt = acknowledgedAt;
        }
        visibility.watch(batch);
    }

    private void fail(List<IndexChange> batch, Throwable failure) {
        if (closed) {
            return;
        }
        if (batch.size() > 1 && isRefusal(failure)) {
            LOG.debug("refused batch is divided memories={}", batch.size(), failure);
            batchesInFlight++;
            int half = batch.size() / 2;
            send(batch.subList(0, half));
            send(batch.subList(half, batch.size()));
            return;
        }
        batchesInFlight--;
        LOG.warn("index write failed operation={} memories={}", batch.get(0).operation, batch.size(), failure);
        for (IndexChange change : batch) {
            inFlight.remove(change.memoryId);
            failed.increment();
            change.complete(null, false, explained(failure));
        }
    }

    /** Whether one bad memory may have spoilt the batch. */
    private static boolean isRefusal(Throwable failure) {
        if (failure instanceof VectorIndexException refused) {
            return refused.reason() == VectorIndexException.Reason.REJECTED
                    || refused.reason() == VectorIndexException.Reason.DIMENSION_MISMATCH;
        }
        return failure instanceof LlmException refused && refused.reason() == LlmException.Reason.REJECTED;
    }

    private static String explained(Throwable failure) {
        String kind = failure.getClass().getSimpleName();
        if (failure instanceof VectorIndexException exception) {
            kind = "index " + exception.reason();
        } else if (failure instanceof LlmException exception) {
            kind = "embedding " + exception.reason();
        }
        return kind + ": " + failure.getMessage();
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Cancels what has no receipt yet. A write that is under way may still take effect. */
    @Override
    public void close() {
        try {
            thread.execute(this::cancelAll);
        } catch (RejectedExecutionException closedBefore) {
            return;
        }
        thread.shutdown();
    }

    private void cancelAll() {
        closed = true;
        List<IndexChange> open = new ArrayList<>(waiting.values());
        open.addAll(inFlight.values());
        open.addAll(visibility.clear());
        waiting.clear();
        inFlight.clear();
        open.forEach(change -> change.receipt.cancel(false));
    }
}
