package io.fastmemory.connectors.index;

import io.fastmemory.model.IndexDocument;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One namespace of a vector index. Thread-safe; never blocks the caller; retries what may pass itself. Writes to the
 * same id must not be in flight at the same time: {@link IndexWriter} sees to that.
 */
public interface VectorIndex extends AutoCloseable {
    /** One vector with what the index knows about it. */
    record Entry(IndexDocument document, float[] vector) {}

    /** One search result; the document is what was indexed, the score a cosine similarity in [-1, 1]. */
    record Hit(IndexDocument document, double score) {}

    /**
     * A search.
     *
     * @param entityIds only memories of these entities are found
     * @param includeGlobal whether memories of scope global are found whatever their entity
     * @param topK at most so many hits, from 1
     */
    record Search(float[] vector, List<String> entityIds, boolean includeGlobal, int topK) {}

    /** Writes or replaces vectors by memory id; done when the service acknowledged all. */
    CompletableFuture<Void> upsert(List<Entry> entries);

    /** Removes vectors by memory id; absent ids are not an error. */
    CompletableFuture<Void> delete(Collection<String> memoryIds);

    /** The nearest vectors, best first. */
    CompletableFuture<List<Hit>> search(Search search);

    /** The versions a reader sees now, by memory id; what is not visible is absent. */
    CompletableFuture<Map<String, Integer>> visibleVersions(Collection<String> memoryIds);

    /** What a reader sees now, whole; what is not visible is absent. */
    CompletableFuture<List<Entry>> fetch(Collection<String> memoryIds);

    /** Every memory id in the namespace, in no order. */
    CompletableFuture<List<String>> listIds();

    /**
     * Names whoever is to be told which memories a write went unanswered for: it may have had no effect, or have one yet, even
     * after later writes of the same memory. Told before the write's future is done, also when a retry was answered. An
     * index whose writes are always answered tells nothing.
     */
    default void onUnansweredWrite(Consumer<Collection<String>> listener) {}

    @Override
    void close();
}
