package io.fastmemory.job;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.sqlite.RunLog;
import io.fastmemory.connectors.sqlite.RunRow;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.JobOptions.EmbeddingType;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.source.DatasetFolder;
import io.fastmemory.job.source.TimelineScan;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at where a run is submitted: its dataset, its place, and every service it needs. What is wrong is said
 * there and then, and nothing is cold when the clock starts.
 */
public final class Preflight {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final JobConfig config;
    private final Backends backends;

    /** A look at what {@code config} names, through {@code backends}. */
    public Preflight(JobConfig config, Backends backends) {
        this.config = config;
        this.backends = backends;
    }

    /**
     * What there is to know before the start.
     *
     * @param datasetSha256 digest of the dataset as it is now
     * @param mock whether a stand-in plays the language model
     * @param timelineMs offset of the timeline's end
     * @param embeddingDimension length of the vectors as the embedding endpoint gave them, or 0 if it was not asked for it
     * @param notes what someone should look at, a sentence each
     */
    public record Findings(
            String datasetSha256, boolean mock, long timelineMs, int embeddingDimension, List<String> notes) {
        public Findings {
            notes = List.copyOf(notes);
        }

        /** Options of the job that spare its steps to ask again, when who was asked may be away. */
        public Configuration learnt() {
            Configuration options = new Configuration();
            if (embeddingDimension > 0) {
                options.set(JobOptions.EMBEDDING_DIMENSION, embeddingDimension);
            }
            return options;
        }
    }

    /**
     * Looks, and calls each service once unless {@code fmw.run.preflight} is false.
     *
     * @throws IOException if a file cannot be read, a folder or run id is taken, or a service does not answer
     * @throws IllegalArgumentException if a setting is missing
     * @throws io.fastmemory.model.timeline.LineException naming file, line and field of a label that cannot be read
     */
    public Findings check() throws IOException {
        Path folder = Path.of(config.datasetPath());
        DatasetFolder dataset = DatasetFolder.open(folder);
        DatasetFolder.checkLabels(folder);
        TimelineScan timeline =
                TimelineScan.of(folder.resolve(Dataset.STREAM_FILE).toString(), config.maxAhead());
        boolean resumed = isResumed(dataset.sha256());
        JobConfig.ReplayedModel replayed = config.replayedModel();
        boolean mock = replayed == null || config.asksLlm() ? config.llm().isStub() : replayed.mock();
        int embeddingDimension = 0;
        if (config.preflight()) {
            int dimension = askIndex(resumed);
            embeddingDimension = config.embedding().type() == EmbeddingType.OPENAI ? dimension : 0;
            mock |= config.asksLlm() && askLlm();
        }
        List<String> notes = new ArrayList<>();
        for (String file : dataset.changedFiles()) {
            notes.add(file + " was changed since the dataset was written; the results name it as it is now");
        }
        notes.addAll(timeline.notes());
        return new Findings(dataset.sha256(), mock, timeline.longestMs(), embeddingDimension, notes);
    }

    /**
     * Looks, before parked events of a run are decided again, whether index and model are the run's, and calls each once unless
     * {@code fmw.run.preflight} is false.
     *
     * @param decided the model of the run
     * @throws IOException if another model is set, or a service does not answer
     */
    public void checkRedrive(RunLine.Llm decided) throws IOException {
        String model = RunRecord.model(config);
        if (!model.equals(decided.model())) {
            throw new IOException("expected the model of run " + config.runId() + ", " + decided.model() + ", found "
                    + model + ": what it decides would stand under the other's name");
        }
        if (!config.preflight()) {
            return;
        }
        askIndex(true);
        if (askLlm() != decided.mock()) {
            throw new IOException("expected " + (decided.mock() ? "the stand-in" : "no stand-in")
                    + " to answer, as in run " + config.runId() + ": its results say so");
        }
    }

    /**
     * Takes the run id in the store for this run; to be done last, as the id cannot be taken again.
     *
     * @param started the configuration with the run start that is submitted
     * @throws IOException if another run has taken it
     */
    public static void claim(JobConfig started, Backends backends, String datasetSha256) throws IOException {
        RunRow run = new RunRow(started.runId(), started.runStart(), datasetSha256);
        try (SqliteFile file = backends.openStore()) {
            RunRow stored = answer("store", new RunLog(file).putIfAbsent(run));
            if (!stored.equals(run)) {
                throw taken(started, stored, datasetSha256);
            }
        }
    }

    /** Whether this very run was submitted before. */
    private boolean isResumed(String datasetSha256) throws IOException {
        RunRow stored = storedRun();
        if (stored != null) {
            if (!stored.equals(new RunRow(config.runId(), config.runStart(), datasetSha256))) {
                throw taken(config, stored, datasetSha256);
            }
            return true;
        }
        Path parts = Path.of(config.outputPath(), MemoryWriteJob.PARTS);
        if (Files.exists(parts)) {
            throw new IOException(
                    "expected " + JobOptions.OUTPUT_PATH.key() + " to be a new folder, a run is there: " + parts);
        }
        return false;
    }

    /** The run that holds the id in the store; a store that is not there holds none and is not made for this. */
    private @Nullable RunRow storedRun() throws IOException {
        if (!Files.exists(Path.of(config.storePath()))) {
            return null;
        }
        try (SqliteFile file = backends.openStore()) {
            return answer("store", new RunLog(file).find(config.runId()));
        }
    }

    private static IOException taken(JobConfig config, RunRow stored, String datasetSha256) {
        String why = stored.datasetSha256().equals(datasetSha256) ? "" : ", on another dataset";
        return new IOException("expected a new run id, " + config.storePath() + " holds a run " + stored.runId()
                + " that started at " + stored.startedAt() + why + ": choose another " + JobOptions.RUN_ID.key()
                + " or "
                + JobOptions.STORE_PATH.key()
                + " (fmw run: another --out); to resume that run from its checkpoint, set "
                + JobOptions.RUN_START.key() + "=" + stored.startedAt().toEpochMilli());
    }

    /** The length of its vectors. */
    private int askIndex(boolean resumed) throws IOException {
        try (EmbeddingClient embeddings = backends.openEmbeddings()) {
            answer("embedder", embeddings.embed(List.of("warm")));
            int dimension = embeddings.dimension();
            try (VectorIndex index = resumed ? backends.reopenIndex(dimension) : backends.openIndex(dimension)) {
                answer("index", index.visibleVersions(List.of("warm")));
                int vectors = resumed ? 0 : answer("index", index.listIds()).size();
                if (vectors > 0) {
                    throw new IOException("expected the index's namespace of a new run to be empty, found " + vectors
                            + " vectors in " + config.runId() + ": choose another " + JobOptions.RUN_ID.key());
                }
            }
            return dimension;
        }
    }

    /** Whether a stand-in answered. */
    private boolean askLlm() throws IOException {
        ChatRequest nothing = new ChatRequest(
                List.of(
                        new ChatRequest.Message(ChatRequest.Role.SYSTEM, "Answer with {}."),
                        new ChatRequest.Message(ChatRequest.Role.USER, "{}")),
                "preflight",
                null,
                0,
                16,
                PATIENCE);
        try (LlmClient llm = backends.openLlm()) {
            answer("language model", llm.complete(nothing));
            return llm.mock();
        }
    }

    private static <T> T answer(String service, CompletableFuture<T> asked) throws IOException {
        try {
            return asked.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(service + ": " + cause.getMessage(), cause);
        }
    }
}
