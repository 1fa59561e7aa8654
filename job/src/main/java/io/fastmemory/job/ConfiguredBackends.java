package io.fastmemory.job;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.embedding.HashedEmbeddingClient;
import io.fastmemory.connectors.embedding.OnnxEmbeddingClient;
import io.fastmemory.connectors.embedding.OpenAiCompatibleEmbeddingClient;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.index.pinecone.PineconeIndex;
import io.fastmemory.connectors.index.pinecone.PineconeOptions;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.llm.OpenAiCompatibleLlmClient;
import io.fastmemory.connectors.llm.OpenAiOptions;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.JobOptions.IndexType;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.backend.ReplayedRun;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The outside world as the options and the environment describe it. */
public record ConfiguredBackends(JobConfig config, Clock clock) implements Backends {
    private static final int EMBEDDING_BATCH = 64;
    private static final int HASHED_DIMENSION = 384;
    private static final Duration EMBEDDING_TIMEOUT = Duration.ofSeconds(30);

    @Override
    public SqliteFile openStore() {
        return SqliteFile.open(Path.of(config.storePath()), clock);
    }

    @Override
    public SqliteFile openStoreOf(ReplayedRun run) {
        return SqliteFile.open(Path.of(run.storePath()), clock);
    }

    @Override
    public LlmClient openLlm() {
        JobConfig.Llm llm = config.llm();
        Secrets secrets = Secrets.fromEnvironment();
        String baseUrl = setting(llm.baseUrl(), secrets, "LLM_BASE_URL", "the language model's endpoint");
        OpenAiOptions options = OpenAiOptions.of(
                        baseUrl,
                        llm.isStub()
                                ? secrets.get("LLM_STUB_API_KEY")
                                : secrets.keyFor("LLM_API_KEY", baseUrl, llm.allowInsecure()),
                        setting(llm.model(), secrets, "LLM_MODEL", "the language model's name"))
                .withMaxRetries(llm.maxRetries())
                .withAttemptTimeout(llm.attemptTimeout())
                .withMaxResponseBytes(llm.maxAnswerBytes())
                .withCircuit(llm.circuit())
                .withMaxConcurrent(Math.max(
                        config.memoryWrite().maxCallsInFlight(), config.reader().maxInFlight()));
        return new OpenAiCompatibleLlmClient(options, clock);
    }

    @Override
    public EmbeddingClient openEmbeddings() {
        JobConfig.Embedding embedding = config.embedding();
        return switch (embedding.type()) {
            case ONNX -> new OnnxEmbeddingClient();
            case HASHED ->
                new HashedEmbeddingClient(embedding.dimension() == 0 ? HASHED_DIMENSION : embedding.dimension());
            case OPENAI -> {
                Secrets secrets = Secrets.fromEnvironment();
                String baseUrl = setting(embedding.baseUrl(), secrets, "EMBEDDING_BASE_URL", "the embedding endpoint");
                OpenAiOptions options = OpenAiOptions.of(
                        baseUrl,
                        secrets.keyFor(
                                "EMBEDDING_API_KEY", baseUrl, config.llm().allowInsecure()),
                        setting(embedding.model(), secrets, "EMBEDDING_MODEL", "the embedding model's name"));
                yield new OpenAiCompatibleEmbeddingClient(
                        options, embedding.dimension(), EMBEDDING_BATCH, EMBEDDING_TIMEOUT, clock);
            }
        };
    }

    @Override
    public VectorIndex openIndex(int dimension) {
        return PineconeIndex.open(indexOptions(dimension));
    }

    @Override
    public VectorIndex reopenIndex(int dimension) {
        return PineconeIndex.reopen(indexOptions(dimension));
    }

    private PineconeOptions indexOptions(int dimension) {
        JobConfig.Index index = config.index();
        if (index.type() == IndexType.LOCAL) {
            String url = index.controlPlaneUrl();
            if (url == null) {
                throw new IllegalStateException("validated index has no control plane url");
            }
            return PineconeOptions.local(url, index.name(), config.runId(), dimension);
        }
        Secrets secrets = Secrets.fromEnvironment();
        String controlPlane = index.controlPlaneUrl();
        if (controlPlane != null) {
            secrets.keyFor("PINECONE_API_KEY", controlPlane, false);
        }
        String name = secrets.get("PINECONE_INDEX_NAME");
        String cloud = secrets.get("PINECONE_CLOUD");
        String region = secrets.get("PINECONE_REGION");
        return PineconeOptions.serverless(
                        secrets.require("PINECONE_API_KEY", "the key of the Pinecone project"),
                        name == null ? index.name() : name,
                        cloud == null ? index.cloud() : cloud,
                        region == null ? index.region() : region,
                        config.runId(),
                        dimension)
                .withControlPlaneUrl(controlPlane);
    }

    private static String setting(@Nullable String option, Secrets secrets, String variable, String why) {
        return option != null ? option : secrets.require(variable, why);
    }
}
