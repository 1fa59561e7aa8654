package io.fastmemory.connectors.index;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A vector index whose answers wait until the test gives them; looks are answered at once from what is visible. */
final class HeldIndex implements VectorIndex {
    /** A write under way; the test completes {@code answer}. */
    record Write(boolean delete, Map<String, Integer> versions, CompletableFuture<Void> answer) {
        void acknowledge() {
            answer.complete(null);
        }
    }

    private final List<Write> writes = new ArrayList<>();
    private final Map<String, Integer> visible = new HashMap<>();
    private int looks;
    private @Nullable RuntimeException lookFailure;
    private Consumer<Collection<String>> unanswered = ids -> {};

    @Override
    public synchronized CompletableFuture<Void> upsert(List<Entry> entries) {
        Map<String, Integer> versions = new HashMap<>();
        entries.forEach(entry ->
                versions.put(entry.document().memoryId(), entry.document().version()));
        Write write = new Write(false, versions, new CompletableFuture<>());
        writes.add(write);
        return write.answer();
    }

    @Override
    public synchronized CompletableFuture<Void> delete(Collection<String> memoryIds) {
        Map<String, Integer> versions = new HashMap<>();
        memoryIds.forEach(id -> versions.put(id, 0));
        Write write = new Write(true, versions, new CompletableFuture<>());
        writes.add(write);
        return write.answer();
    }

    /** The n-th write, from 0, waiting for it to come. */
    Write write(int n) {
        Awaiting.until("write " + n + " is under way", () -> writeCount() > n);
        synchronized (this) {
            return writes.get(n);
        }
    }

    synchronized int writeCount() {
        return writes.size();
    }

    synchronized int looks() {
        return looks;
    }

    synchronized void show(String memoryId, int version) {
        visible.put(memoryId, version);
    }

    synchronized void hide(String memoryId) {
        visible.remove(memoryId);
    }

    synchronized void failLooks(@Nullable RuntimeException failure) {
        lookFailure = failure;
    }

    @Override
    public synchronized void onUnansweredWrite(Consumer<Collection<String>> listener) {
        unanswered = listener;
    }

    /** Tells the writer that an attempt to write these went unanswered. */
    synchronized void tellUnanswered(String... memoryIds) {
        unanswered.accept(List.of(memoryIds));
    }

    /** Returns after so many more looks have been answered. */
    void awaitLooks(int more) {
        int target = looks() + more;
        Awaiting.until(more + " more looks", () -> looks() >= target);
    }

    @Override
    public synchronized CompletableFuture<Map<String, Integer>> visibleVersions(Collection<String> memoryIds) {
        looks++;
        if (lookFailure != null) {
            return CompletableFuture.failedFuture(lookFailure);
        }
        Map<String, Integer> versions = new HashMap<>(visible);
        versions.keySet().retainAll(memoryIds);
        return CompletableFuture.completedFuture(versions);
    }

    @Override
    public CompletableFuture<List<Hit>> search(Search search) {
        throw new UnsupportedOperationException("a writer does not search");
    }

    @Override
    public CompletableFuture<List<Entry>> fetch(Collection<String> memoryIds) {
        throw new UnsupportedOperationException("a writer does not fetch");
    }

    @Override
    public CompletableFuture<List<String>> listIds() {
        throw new UnsupportedOperationException("a writer does not list");
    }

    @Override
    public void close() {}
}
