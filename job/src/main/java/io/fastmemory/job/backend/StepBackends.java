package io.fastmemory.job.backend;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.AwaitedIndex;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.sqlite.SqliteFile;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Other backends as the steps of a job open them: {@link LastingFaults} end the job at once, and an index that is away is
 * opened later, as a restart of the job would only meet it again.
 *
 * @param begun whether the run was at work before this job, so that its index must be there
 */
public record StepBackends(Backends backends, boolean begun) implements Backends {
    private static final long serialVersionUID = 1L;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** How long a request to an index waits until it is open. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

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
        return begun ? reopenIndex(dimension) : awaited(() -> backends.openIndex(dimension));
    }

    @Override
    public VectorIndex reopenIndex(int dimension) {
        return awaited(() -> backends.reopenIndex(dimension));
    }

    private static VectorIndex awaited(Supplier<VectorIndex> open) {
        return opened(() -> AwaitedIndex.open(open, PAUSE, PATIENCE));
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
