package io.fastmemory.job;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.embedding.HashedEmbeddingClient;
import io.fastmemory.connectors.index.InMemoryIndex;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.llm.LlmException;
import io.fastmemory.connectors.llm.MockLlmClient;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.backend.ReplayedRun;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/** A store on disk, and every service in this process as a test sets it up; not for a job graph. */
final class ServicesInProcess implements Backends {
    private static final long serialVersionUID = 1L;

    /** What every index that is opened holds. */
    final transient List<VectorIndex.Entry> vectors = new ArrayList<>();

    transient Path storePath = Path.of("unset");
    transient RuntimeException storeFailure;
    transient LlmException llmFailure;
    /** Whether there is an index; opening it creates it. */
    transient volatile boolean hasIndex;
    /** What the next attempts to open the index meet, in order. */
    final transient Deque<VectorIndexException> indexFailures = new ConcurrentLinkedDeque<>();

    @Override
    public SqliteFile openStore() {
        if (storeFailure != null) {
            throw storeFailure;
        }
        return SqliteFile.open(storePath, Clock.systemUTC());
    }

    @Override
    public SqliteFile openStoreOf(ReplayedRun run) {
        throw new UnsupportedOperationException("this world has no other run");
    }

    @Override
    public LlmClient openLlm() {
        return MockLlmClient.answering(request -> {
            if (llmFailure != null) {
                throw llmFailure;
            }
            return "{}";
        });
    }

    @Override
    public EmbeddingClient openEmbeddings() {
        return new HashedEmbeddingClient(8);
    }

    @Override
    public VectorIndex openIndex(int dimension) {
        hasIndex = true;
        return reopenIndex(dimension);
    }

    @Override
    public VectorIndex reopenIndex(int dimension) {
        if (!hasIndex) {
            throw new VectorIndexException(VectorIndexException.Reason.NOT_FOUND, "the index is gone", null);
        }
        if (!indexFailures.isEmpty()) {
            throw indexFailures.remove();
        }
        InMemoryIndex index = new InMemoryIndex();
        index.upsert(vectors).join();
        return index;
    }
}
