package io.fastmemory.connectors.embedding;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Turns texts into vectors of one fixed dimension. Thread-safe; never blocks the caller. */
public interface EmbeddingClient extends AutoCloseable {
    /**
     * Embeds all texts in as few requests as the service allows.
     *
     * @return one unit-length vector per text, in their order; fails as a whole
     */
    CompletableFuture<List<float[]>> embed(List<String> texts);

    /** Length of every vector. */
    int dimension();

    /** Name of the model, for the run's record. */
    String model();

    @Override
    void close();
}
