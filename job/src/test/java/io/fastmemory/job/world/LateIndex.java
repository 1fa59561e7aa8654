package io.fastmemory.job.world;

import io.fastmemory.connectors.index.InMemoryIndex;
import io.fastmemory.connectors.index.VectorIndex;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** An index that acknowledges at once and lets readers see a change only a while later, in order. */
final class LateIndex implements VectorIndex {
    private final InMemoryIndex index = new InMemoryIndex();
    private final Duration delay;
    private final Map<String, Shown> shown = new ConcurrentHashMap<>();

    /** The version readers see until {@code changesAtNanos}, and the one they see from then on; 0 is none. */
    private record Shown(int before, int after, long changesAtNanos) {
        int now() {
            return System.nanoTime() - changesAtNanos >= 0 ? after : before;
        }
    }

    LateIndex(Duration delay) {
        this.delay = delay;
    }

    private void change(String memoryId, int version) {
        long at = System.nanoTime() + delay.toNanos();
        shown.compute(memoryId, (id, last) -> new Shown(last == null ? 0 : last.now(), version, at));
    }

    @Override
    public CompletableFuture<Void> upsert(List<Entry> entries) {
        entries.forEach(
                entry -> change(entry.document().memoryId(), entry.document().version()));
        return index.upsert(entries);
    }

    @Override
    public CompletableFuture<Void> delete(Collection<String> memoryIds) {
        memoryIds.forEach(id -> change(id, 0));
        return index.delete(memoryIds);
    }

    @Override
    public CompletableFuture<List<Hit>> search(Search search) {
        return index.search(search);
    }

    @Override
    public CompletableFuture<Map<String, Integer>> visibleVersions(Collection<String> memoryIds) {
        Map<String, Integer> versions = new HashMap<>();
        for (String id : memoryIds) {
            Shown now = shown.get(id);
            if (now != null && now.now() > 0) {
                versions.put(id, now.now());
            }
        }
        return CompletableFuture.completedFuture(versions);
    }

    /** What the index holds, seen or not. */
    Map<String, Integer> held() {
        return index.visibleVersions(index.listIds().join()).join();
    }

    @Override
    public CompletableFuture<List<Entry>> fetch(Collection<String> memoryIds) {
        return index.fetch(memoryIds);
    }

    @Override
    public CompletableFuture<List<String>> listIds() {
        return index.listIds();
    }

    /** The attempts of a run share the index: it outlives each of them. */
    @Override
    public void close() {}
}
