package io.fastmemory.job.backend;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.sqlite.SqliteFile;
import java.io.Serializable;

/** Opens the outside world where a step runs. Serialisable: it holds settings, never a client or a key. */
public interface Backends extends Serializable {
    /** The file of raw store, memory store and logs; shared within the JVM. */
    SqliteFile openStore();

    /** The store of another run, whose log is repeated; shared within the JVM. */
    SqliteFile openStoreOf(ReplayedRun run);

    /** The language model. */
    LlmClient openLlm();

    /** What embeds texts. */
    EmbeddingClient openEmbeddings();

    /** The run's namespace of the vector index, which is created if it is not there. */
    VectorIndex openIndex(int dimension);

    /** The same of a run that may have written to it: an index that is not there is gone, and not created. */
    VectorIndex reopenIndex(int dimension);
}
