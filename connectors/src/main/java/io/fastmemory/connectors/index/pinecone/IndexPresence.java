package io.fastmemory.connectors.index.pinecone;

import io.fastmemory.connectors.index.VectorIndexException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openapitools.db_control.client.model.IndexModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an index that cannot be reached for now from one that is gone: asks the control plane, in a thread of its own and
 * once for all who ask meanwhile.
 */
final class IndexPresence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexPresence.class);
    /** So long an answer holds. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final PineconeOptions options;
    private final String host;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread asking = new Thread(task, "pinecone-index-presence");
        asking.setDaemon(true);
        return asking;
    });

    // guarded by this
    private CompletableFuture<String> asked = CompletableFuture.completedFuture("");
    private long askedAt;

    /** @param host address the index had when it was opened */
    IndexPresence(PineconeOptions options, String host) {
        this.options = options.withPatience(options.requestTimeout(), 0);
        this.host = host;
        this.askedAt = System.nanoTime() - FRESH.toNanos();
    }

    /** What became of the index; empty while it is where it was, or nobody says otherwise in time. Never fails. */
    synchronized CompletableFuture<String> whatBecameOfIt() {
        if (asked.isDone() && System.nanoTime() - askedAt >= FRESH.toNanos()) {
            askedAt = System.nanoTime();
            asked = ask(thread);
        }
        return asked;
    }

    private CompletableFuture<String> ask(Executor executor) {
        try {
            return CompletableFuture.supplyAsync(this::look, executor)
                    .completeOnTimeout("", options.requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.completedFuture("");
        }
    }

    private String look() {
        try {
            IndexModel found = new PineconeIndexLocator(options).describe();
            return found == null ? "it has been deleted" : movedTo(found.getHost());
        } catch (VectorIndexException noAnswer) {
            LOG.debug("control plane does not say whether the index is there", noAnswer);
            return "";
        }
    }

    private String movedTo(@Nullable String found) {
        return found == null || found.equals(host)
                ? ""
                : "it has been deleted and created anew, at " + found + " instead of " + host;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
