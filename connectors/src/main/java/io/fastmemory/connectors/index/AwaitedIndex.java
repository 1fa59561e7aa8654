package io.fastmemory.connectors.index;

import io.fastmemory.connectors.index.VectorIndexException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index that could not be reached when it was to be opened: a thread goes on trying. A request waits for that a while,
 * then fails as one to an open index does that went away; whoever makes it again does so here as well. If what the thread
 * meets does not pass, each request fails with an {@link IndexOpeningException}, which is none of the request's own.
 */
public final class AwaitedIndex implements VectorIndex {
    private static final Logger LOG = LoggerFactory.getLogger(AwaitedIndex.class);

    private final Supplier<VectorIndex> opening;
    private final Duration pause;
    private final Duration patience;
    private final CompletableFuture<VectorIndex> opened = new CompletableFuture<>();
    private final Thread thread = new Thread(this::open, "index-opening");

    // guarded by this
    private final List<Consumer<Collection<String>>> unansweredListeners = new ArrayList<>();

    private AwaitedIndex(Supplier<VectorIndex> opening, Duration pause, Duration patience) {
        this.opening = opening;
        this.pause = pause;
        this.patience = patience;
        this.thread.setDaemon(true);
    }

    /**
     * Opens an index at once, or as soon as it can be reached. Blocks for one attempt.
     *
     * @param opening one attempt
     * @param pause between two attempts
     * @param patience how long a request waits for it at most
     * @throws VectorIndexException if it cannot be opened, and later attempts would not do better
     */
    public static VectorIndex open(Supplier<VectorIndex> opening, Duration pause, Duration patience) {
        try {
            return opening.get();
        } catch (VectorIndexException away) {
            if (!away.reason().passing()) {
                throw away;
            }
            LOG.warn("index is opened later, when it can be reached reason={}", away.getMessage());
            AwaitedIndex index = new AwaitedIndex(opening, pause, patience);
            index.thread.start();
            return index;
        }
    }

    private void open() {
        while (!opened.isDone()) {
            try {
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                handOver(opening.get());
                LOG.info("index is open");
            } catch (VectorIndexException failure) {
                if (failure.reason().passing()) {
                    LOG.warn("index cannot be opened yet reason={}", failure.getMessage());
                } else {
                    opened.completeExceptionally(new IndexOpeningException(failure));
                }
            } catch (InterruptedException closed) {
                return;
            } catch (RuntimeException unforeseen) {
                opened.completeExceptionally(new IndexOpeningException(unforeseen));
            }
        }
    }

    private synchronized void handOver(VectorIndex index) {
        unansweredListeners.forEach(index::onUnansweredWrite);
        if (!opened.complete(index)) {
            index.close();
        }
    }

    private <T> CompletableFuture<T> whenOpen(Function<VectorIndex, CompletableFuture<T>> request) {
        return opened.copy()
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    throw explained(failure);
                })
                .thenCompose(request);
    }

    private RuntimeException explained(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return new VectorIndexException(Reason.UNAVAILABLE, "the index cannot be opened yet", null);
        }
        return cause instanceof RuntimeException known ? known : new CompletionException(cause);
    }

    @Override
    public CompletableFuture<Void> upsert(List<Entry> entries) {
        return whenOpen(index -> index.upsert(entries));
    }

    @Override
    public CompletableFuture<Void> delete(Collection<String> memoryIds) {
        return whenOpen(index -> index.delete(memoryIds));
    }

    @Override
    public CompletableFuture<List<Hit>> search(Search search) {
        return whenOpen(index -> index.search(search));
    }

    @Override
    public CompletableFuture<Map<String, Integer>> visibleVersions(Collection<String> memoryIds) {
        return whenOpen(index -> index.visibleVersions(memoryIds));
    }

    @Override
    public CompletableFuture<List<Entry>> fetch(Collection<String> memoryIds) {
        return whenOpen(index -> index.fetch(memoryIds));
    }

    @Override
    public CompletableFuture<List<String>> listIds() {
        return whenOpen(VectorIndex::listIds);
    }

    @Override
    public synchronized void onUnansweredWrite(Consumer<Collection<String>> listener) {
        unansweredListeners.add(listener);
        if (opened.isDone() && !opened.isCompletedExceptionally()) {
            opened.join().onUnansweredWrite(listener);
        }
    }

    /** Gives up opening it, or closes it; requests that wait fail. */
    @Override
    public void close() {
        boolean neverOpened = opened.completeExceptionally(
                new VectorIndexException(Reason.CLOSED, "the index was closed before it could be opened", null));
        thread.interrupt();
        if (!neverOpened && !opened.isCompletedExceptionally()) {
            opened.join().close();
        }
    }
}
