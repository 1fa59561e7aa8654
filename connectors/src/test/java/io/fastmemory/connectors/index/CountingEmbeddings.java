package io.fastmemory.connectors.index;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.llm.LlmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Embeds each text as a fixed random direction, refuses texts that say "poison" and remembers its batches. */
final class CountingEmbeddings implements EmbeddingClient {
    final List<List<String>> batches = new CopyOnWriteArrayList<>();
    private final int dimension;

    CountingEmbeddings(int dimension) {
        this.dimension = dimension;
    }

    @Override
    public CompletableFuture<List<float[]>> embed(List<String> texts) {
        batches.add(List.copyOf(texts));
        List<float[]> vectors = new ArrayList<>();
        for (String text : texts) {
            if (text.contains("poison")) {
                return CompletableFuture.failedFuture(
                        new LlmException(LlmException.Reason.REJECTED, 0, "HTTP 400: one of the inputs"));
            }
            if (text.contains("bug")) {
                throw new IllegalStateException("thrown, not returned");
            }
            vectors.add(Documents.randomUnit(new Random(text.hashCode()), dimension));
        }
        return CompletableFuture.completedFuture(vectors);
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public String model() {
        return "fixed-random";
    }

    @Override
    public void close() {}
}
