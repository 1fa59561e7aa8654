package io.fastmemory.evaluation.chaos;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.llm.ChatCompletion;
import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.backend.ReplayedRun;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Other backends, whose model and embedder throw when the run's {@link JobFailures} say so. */
record FaultyBackends(Backends backends, String runId) implements Backends {
    private static final long serialVersionUID = 1L;

    @Override
    public SqliteFile openStore() {
        return backends.openStore();
    }

    @Override
    public SqliteFile openStoreOf(ReplayedRun run) {
        return backends.openStoreOf(run);
    }

    @Override
    public LlmClient openLlm() {
        JobFailures failures = JobFailures.of(runId);
        failures.opened();
        return new FaultyModel(backends.openLlm(), failures);
    }

    @Override
    public EmbeddingClient openEmbeddings() {
        return new FaultyEmbedder(backends.openEmbeddings(), JobFailures.of(runId));
    }

    @Override
    public VectorIndex openIndex(int dimension) {
        return backends.openIndex(dimension);
    }

    @Override
    public VectorIndex reopenIndex(int dimension) {
        return backends.reopenIndex(dimension);
    }

    private record FaultyModel(LlmClient llm, JobFailures failures) implements LlmClient {
        @Override
        public CompletableFuture<ChatCompletion> complete(ChatRequest request) {
            failures.beforeCall();
            return llm.complete(request);
        }

        @Override
        public String model() {
            return llm.model();
        }

        @Override
        public boolean mock() {
            return llm.mock();
        }

        @Override
        public void close() {
            llm.close();
        }
    }

    private record FaultyEmbedder(EmbeddingClient embedder, JobFailures failures) implements EmbeddingClient {
        @Override
        public CompletableFuture<List<float[]>> embed(List<String> texts) {
            failures.beforeCall();
            return embedder.embed(texts);
        }

        @Override
        public int dimension() {
            return embedder.dimension();
        }

        @Override
        public String model() {
            return embedder.model();
        }

        @Override
        public void close() {
            embedder.close();
        }
    }
}
