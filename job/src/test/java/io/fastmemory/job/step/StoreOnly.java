package io.fastmemory.job.step;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.backend.ReplayedRun;
import java.nio.file.Path;
import java.time.Clock;

/** An outside world of nothing but a SQLite file, which a test can take away. */
final class StoreOnly implements Backends {
    private static final long serialVersionUID = 1L;

    private final transient Path path;
    private transient SqliteFile opened;

    StoreOnly(Path path) {
        this.path = path;
    }

    @Override
    public SqliteFile openStore() {
        opened = SqliteFile.open(path, Clock.systemUTC());
        return opened;
    }

    @Override
    public SqliteFile openStoreOf(ReplayedRun run) {
        return SqliteFile.open(path, Clock.systemUTC()); // the other run is in the same file
    }

    /** From now on nothing can be read or written. */
    void fail() {
        opened.close();
    }

    @Override
    public LlmClient openLlm() {
        throw new UnsupportedOperationException("this world has no language model");
    }

    @Override
    public EmbeddingClient openEmbeddings() {
        throw new UnsupportedOperationException("this world has no embeddings");
    }

    @Override
    public VectorIndex openIndex(int dimension) {
        throw new UnsupportedOperationException("this world has no index");
    }

    @Override
    public VectorIndex reopenIndex(int dimension) {
        return openIndex(dimension);
    }
}
