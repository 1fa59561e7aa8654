package io.fastmemory.job.backend;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.sqlite.SqliteFile;
import java.util.function.Supplier;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** Other backends, whose {@link LastingFaults} when they are opened end the job at once. */
public record FailFastBackends(Backends backends) implements Backends {
    private static final long serialVersionUID = 1L;

    @Override
    public SqliteFile openStore() {
        return opened(backends::openStore);
    }

    @Override
    public SqliteFile openStoreOf(ReplayedRun run) {
        return opened(() -> backends.openStoreOf(run));
    }

    @Override
    public LlmClient openLlm() {
        return opened(backends::openLlm);
    }

    @Override
    public EmbeddingClient openEmbeddings() {
        return opened(backends::openEmbeddings);
    }

    @Override
    public VectorIndex openIndex(int dimension) {
        return opened(() -> backends.openIndex(dimension));
    }

    private static <T> T opened(Supplier<T> open) {
        try {
            return open.get();
        } catch (RuntimeException e) {
            if (LastingFaults.marked(e) instanceof SuppressRestartsException lasting) {
                throw lasting;
            }
            throw e;
        }
    }
}
