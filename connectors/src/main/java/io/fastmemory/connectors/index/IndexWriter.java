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
import java.util.function.Consumer;
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
 * <p><b>Failure.</b> What may pass is tried again with growing pauses, for all writes together, up to {@link
 * IndexWriterOptions#writeTimeout()}; a newer change of the memory takes the place of one that waits for its retry. What
 * fails then, or cannot pass, completes with an error in its receipt; a batch that is refused is divided until only the
 * refused memory fails. A receipt's future fails when the index is gone ({@code NOT_FOUND}) or by what nobody foresaw,
 * and is cancelled by {@link #close()}.
 *
 * <p><b>Late effects.</b> A write that went unanswered may take effect after later writes of the same memory, and bring an
 * old version or a removed memory back. Such a memory is looked at for {@link IndexWriterOptions#lateEffectTimeout()}
 * more, and its newest change is written again when something older shows up; its receipt comes after that, with the
 * times that were seen first, which are told before. Nothing is older than the upsert of a first version.
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
    private final LongAdder retried = new LongAdder();
    private final LongAdder failed = new LongAdder();

    // Owned by the writer's thread.
    private final Map<String, IndexChange> waiting = new LinkedHashMap<>();
    private final Map<String, IndexChange> inFlight = new HashMap<>();
    private final Map<String, Long> newestRanks;
    private final UnansweredWrites unanswered;
    private final WritePause pause = new WritePause();
    private int batchesInFlight;
    private boolean flushScheduled;
    private boolean pauseScheduled;
    private boolean closed;

    /** A writer of one index. */
    public IndexWriter(VectorIndex index, EmbeddingClient embeddings, Clock clock, IndexWriterOptions options) {
        this(index, embeddings, clock, options, firstSight -> {});
    }

    /**
     * The same, which tells what readers see when its receipt is held back.
     *
     * @param firstSights told what the receipt will say, on the writer's thread; short
     */
    public IndexWriter(
            VectorIndex index,
            EmbeddingClient embeddings,
            Clock clock,
            IndexWriterOptions options,
            Consumer<IndexReceipt> firstSights) {
        this.index = index;
        this.embeddings = embeddings;
        this.clock = clock;
        this.options = options;
        this.visibility = new VisibilityPoller(
                index, clock, options, thread, this::onWriterThread, superseded, this::writeAgain, firstSights);
        this.unanswered = new UnansweredWrites(options);
        index.onUnansweredWrite(ids -> onWriterThread(() -> unanswered.add(ids)));
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
                retried.sum(),
                visibility.rewritten(),
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
        } else {
            flushAfterLinger();
        }
    }

    private void flushAfterLinger() {
        if (!flushScheduled) {
            flushScheduled = true;
            flushIn(options.linger().toNanos(), () -> flushScheduled = false);
        }
    }

    private void flushAfterPause(long nanos) {
        if (!pauseScheduled) {
            pauseScheduled = true;
            flushIn(nanos, () -> pauseScheduled = false);
        }
    }

    private void flushIn(long nanos, Runnable first) {
        thread.schedule(
                () -> {
                    first.run();
                    onWriterThread(this::flush);
                },
                nanos,
                TimeUnit.NANOSECONDS);
    }

    /** Takes back a change that a late effect has undone, unless a newer one is on its way; false if one is. */
    private boolean writeAgain(IndexChange change) {
        if (waiting.containsKey(change.memoryId) || inFlight.containsKey(change.memoryId)) {
            return false;
        }
        change.tryUntil = 0;
        waiting.put(change.memoryId, change);
        flushAfterLinger();
        return true;
    }

    private void supersede(IndexChange change) {
        superseded.increment();
        change.complete(change.seenAt, true, null);
    }

    /** Sends what waits and is not held back by an earlier write of the same memory. */
    private void flush() {
        long paused = pause.leftNanos();
        if (paused > 0 && !waiting.isEmpty()) {
            flushAfterPause(paused);
            return;
        }
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
        long tryUntil = System.nanoTime() + options.writeTimeout().toNanos();
        for (IndexChange change : batch) {
            change.tryUntil = change.tryUntil == 0 ? tryUntil : change.tryUntil;
        }
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
        return embed(changes.stream().filter(change -> change.vector == null).toList())
                .thenCompose(embedded -> index.upsert(changes.stream()
                        .map(change -> new Entry(change.requireDocument(), change.requireVector()))
                        .toList()));
    }

    /** Embeds what no earlier attempt has embedded. */
    private CompletableFuture<Void> embed(List<IndexChange> changes) {
        if (changes.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return embeddings
                .embed(changes.stream()
                        .map(change -> change.requireDocument().content())
                        .toList())
                .thenAccept(vectors -> {
                    if (vectors.size() != changes.size()) {
                        throw new IllegalStateException("embedding must give one vector per text: " + vectors.size()
                                + " for " + changes.size());
                    }
                    for (int i = 0; i < vectors.size(); i++) {
                        changes.get(i).vector = vectors.get(i);
                    }
                });
    }

    private CompletableFuture<Void> delete(List<IndexChange> changes) {
        return index.delete(changes.stream().map(change -> change.memoryId).toList());
    }

    private void acknowledge(List<IndexChange> batch, Instant acknowledgedAt) {
        batchesInFlight--;
        pause.end();
        if (closed) {
            return;
        }
        for (IndexChange change : batch) {
            inFlight.remove(change.memoryId);
            acknowledged.increment();
            if (change.acknowledgedAt == null) {
                change.acknowledgedAt = acknowledgedAt;
            }
            change.guardedUntil = change.isFirst() ? 0 : unanswered.effectsEnd(change.memoryId);
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
        boolean mayPass = mayPass(failure);
        if (mayPass) {
            pause.grow();
        }
        LOG.warn(
                "index write failed operation={} memories={} tried_again={}",
                batch.get(0).operation,
                batch.size(),
                mayPass,
                failure);
        long now = System.nanoTime();
        for (IndexChange change : batch) {
            inFlight.remove(change.memoryId);
            if (mayPass && change.tryUntil - now > 0) {
                tryAgain(change);
            } else {
                end(change, failure);
            }
        }
    }

    /** Back among those that wait, where a newer change of the memory may have taken its place. */
    private void tryAgain(IndexChange change) {
        if (waiting.containsKey(change.memoryId)) {
            supersede(change);
        } else {
            retried.increment();
            waiting.put(change.memoryId, change);
        }
    }

    private void end(IndexChange change, Throwable failure) {
        failed.increment();
        if (isForCaller(failure)) {
            change.receipt.completeExceptionally(failure);
        } else {
            change.complete(null, false, explained(failure));
        }
    }

    /** An index that is gone, or what nobody foresaw: recording it with the memory would go on without its vector. */
    private static boolean isForCaller(Throwable failure) {
        return failure instanceof VectorIndexException index
                ? index.reason() == VectorIndexException.Reason.NOT_FOUND
                : !(failure instanceof LlmException);
    }

    private static boolean mayPass(Throwable failure) {
        return (failure instanceof VectorIndexException index && index.reason().passing())
                || (failure instanceof LlmException embedding
                        && embedding.reason().passing());
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
