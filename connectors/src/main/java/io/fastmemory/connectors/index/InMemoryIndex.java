package io.fastmemory.connectors.index;

import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Scope;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A vector index in this process, for unit tests: exact, visible at once, gone with the object. */
public final class InMemoryIndex implements VectorIndex {
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    @Override
    public CompletableFuture<Void> upsert(List<Entry> upserts) {
        upserts.forEach(entry -> entries.put(entry.document().memoryId(), entry));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> delete(Collection<String> memoryIds) {
        memoryIds.forEach(entries::remove);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<List<Hit>> search(Search search) {
        return CompletableFuture.completedFuture(entries.values().stream()
                .filter(entry -> isReadable(entry.document(), search))
                .map(entry -> new Hit(entry.document(), cosine(entry.vector(), search.vector())))
                .sorted(Comparator.comparingDouble(Hit::score)
                        .reversed()
                        .thenComparing(hit -> hit.document().memoryId()))
                .limit(search.topK())
                .toList());
    }

    private static boolean isReadable(IndexDocument document, Search search) {
        return search.entityIds().contains(document.entityId())
                || (search.includeGlobal() && document.scope() == Scope.GLOBAL);
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
        }
        return product / Math.sqrt(squaresA * squaresB);
    }

    @Override
    public CompletableFuture<Map<String, Integer>> visibleVersions(Collection<String> memoryIds) {
        Map<String, Integer> versions = new HashMap<>();
        for (String id : memoryIds) {
            Entry entry = entries.get(id);
            if (entry != null) {
                versions.put(id, entry.document().version());
            }
        }
        return CompletableFuture.completedFuture(versions);
    }

    @Override
    public CompletableFuture<List<Entry>> fetch(Collection<String> memoryIds) {
        return CompletableFuture.completedFuture(memoryIds.stream()
                .filter(entries::containsKey)
                .map(entries::get)
                .toList());
    }

    @Override
    public CompletableFuture<List<String>> listIds() {
        return CompletableFuture.completedFuture(List.copyOf(entries.keySet()));
    }

    @Override
    public void close() {
        entries.clear();
    }
}
