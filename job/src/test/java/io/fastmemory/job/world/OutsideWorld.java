package io.fastmemory.job.world;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.embedding.HashedEmbeddingClient;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.index.pinecone.PineconeIndex;
import io.fastmemory.connectors.index.pinecone.PineconeOptions;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.backend.ReplayedRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The outside of one run: a SQLite file, an index and a model, which outlive the attempts of the job.
 *
 * <p>Steps find it by the run's id, since all TaskManagers of a test share the JVM.
 */
public final class OutsideWorld implements AutoCloseable {
    private static final Map<String, OutsideWorld> BY_RUN = new ConcurrentHashMap<>();
    private static final int DIMENSION = 32;
    private static final Duration LOCK_PATIENCE = Duration.ofMillis(500);

    /** How the queries of tests begin, which tells their embedding from that of memories. */
    public static final String QUERY_MARK = "Query: ";

    private final String runId;
    private final Path storePath;
    private final SqliteFile store;
    private final LateIndex index;
    private final @Nullable LocalIndexServer server;
    private final TestModel model;

    private OutsideWorld(
            String runId, Path storePath, Duration indexDelay, @Nullable LocalIndexServer server, TestModel model) {
        this.runId = runId;
        this.storePath = storePath;
        this.store = SqliteFile.open(storePath, new RunClock(), LOCK_PATIENCE);
        this.index = new LateIndex(indexDelay);
        this.server = server;
        this.model = model;
    }

    /** A world with its file at {@code storePath}. */
    public static OutsideWorld open(String runId, Path storePath, Duration indexDelay, TestModel model) {
        return registered(runId, new OutsideWorld(runId, storePath, indexDelay, null, model));
    }

    /** The same with a served index, which stays the caller's to close. */
    public static OutsideWorld open(String runId, Path storePath, LocalIndexServer server, TestModel model) {
        return registered(runId, new OutsideWorld(runId, storePath, Duration.ZERO, server, model));
    }

    private static OutsideWorld registered(String runId, OutsideWorld world) {
        if (BY_RUN.putIfAbsent(runId, world) != null) {
            throw new IllegalStateException("expected a run id of its own: " + runId);
        }
        return world;
    }

    /** What the job is given. */
    public Backends backends() {
        return new ByRunId(runId);
    }

    /** The file, open as long as the world, as another process would have it. */
    public SqliteFile store() {
        return store;
    }

    /** The versions the index holds, by memory id. */
    public Map<String, Integer> indexed() {
        if (server == null) {
            return index.held();
        }
        try (VectorIndex served = PineconeIndex.reopen(options(server))) {
            return served.visibleVersions(served.listIds().join()).join();
        }
    }

    private PineconeOptions options(LocalIndexServer at) {
        return PineconeOptions.local(at.controlPlaneUrl(), "memories", runId, DIMENSION)
                .withPatience(Duration.ofMillis(300), 3);
    }

    @Override
    public void close() {
        BY_RUN.remove(runId);
        model.close();
        store.close();
    }

    private record ByRunId(String runId) implements Backends {
        private OutsideWorld world() {
            OutsideWorld world = BY_RUN.get(runId);
            if (world == null) {
                throw new IllegalStateException("the world of this run is closed: " + runId);
            }
            return world;
        }

        @Override
        public SqliteFile openStore() {
            return SqliteFile.open(world().storePath, new RunClock());
        }

        @Override
        public SqliteFile openStoreOf(ReplayedRun run) {
            return SqliteFile.open(Path.of(run.storePath()), new RunClock());
        }

        @Override
        public LlmClient openLlm() {
            return world().model.open();
        }

        @Override
        public EmbeddingClient openEmbeddings() {
            return new Embeddings(new HashedEmbeddingClient(DIMENSION), world().model);
        }

        @Override
        public VectorIndex openIndex(int dimension) {
            OutsideWorld world = world();
            return world.server == null ? world.index : PineconeIndex.open(world.options(world.server));
        }

        @Override
        public VectorIndex reopenIndex(int dimension) {
            OutsideWorld world = world();
            return world.server == null ? world.index : PineconeIndex.reopen(world.options(world.server));
        }
    }

    /** Embeddings that fail for a query when the model's plan says so. */
    private record Embeddings(EmbeddingClient hashed, TestModel plan) implements EmbeddingClient {
        @Override
        public CompletableFuture<List<float[]>> embed(List<String> texts) {
            if (texts.get(0).startsWith(QUERY_MARK)) {
                plan.beforeQuery();
            }
            return hashed.embed(texts);
        }

        @Override
        public int dimension() {
            return hashed.dimension();
        }

        @Override
        public String model() {
            return hashed.model();
        }

        @Override
        public void close() {
            hashed.close();
        }
    }
}
