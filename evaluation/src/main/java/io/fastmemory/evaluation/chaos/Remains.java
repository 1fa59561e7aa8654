package io.fastmemory.evaluation.chaos;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.sqlite.AnswerLog;
import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.DecisionRow;
import io.fastmemory.connectors.sqlite.MemoryStore;
import io.fastmemory.connectors.sqlite.RawRow;
import io.fastmemory.connectors.sqlite.RawStore;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.connectors.sqlite.StoredVersion;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.JsonLines;
import io.fastmemory.evaluation.metric.RolloutMerger;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.job.ConfiguredBackends;
import io.fastmemory.job.JobConfig;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.step.AnsweredQuery;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Json;
import io.fastmemory.model.Undecided;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/**
 * What a run has left behind, as far as it is checked.
 *
 * @param rawEvents all of the raw store
 * @param versions all of the memory store
 * @param calls all of the decision log
 * @param answers all of the answer log
 * @param vectors all of the index
 * @param undecided ids in the file of parked events, one for each line
 * @param deadLetters where the lines of the dead-letter file say they were read, one for each line
 */
record Remains(
        EvalSummary summary,
        Rollouts rollouts,
        List<RawRow> rawEvents,
        List<StoredVersion> versions,
        List<Called> calls,
        List<Answered> answers,
        List<FoundVector> vectors,
        List<String> undecided,
        List<String> deadLetters) {
    Remains {
        rawEvents = List.copyOf(rawEvents);
        versions = List.copyOf(versions);
        calls = List.copyOf(calls);
        answers = List.copyOf(answers);
        vectors = List.copyOf(vectors);
        undecided = List.copyOf(undecided);
        deadLetters = List.copyOf(deadLetters);
    }

    /**
     * A row of the decision log.
     *
     * @param entityId in the row's key
     * @param callSeq in the row's key
     */
    record Called(String entityId, long callSeq, CallContent content, Instant decidedAt) {
        private static Called of(DecisionRow row) {
            CallContent content = CallContent.of(Json.read(row.payload(), Decision.class));
            return new Called(row.entityId(), row.callSeq(), content, row.decidedAt());
        }
    }

    /**
     * A row of the answer log.
     *
     * @param queryId in the row's key
     */
    record Answered(String queryId, AnswerContent content, Instant answeredAt) {}

    /**
     * Reads them with the embedder and from the index that the run was configured with.
     *
     * @param folder of the run, evaluated
     * @param store of the run
     * @param indexUrl where the index is served now
     */
    static Remains of(Path folder, EvalSummary summary, SqliteFile store, String indexUrl, Clock clock)
            throws IOException {
        RunLine run = Rollouts.read(folder.resolve(Rollouts.FILE)).run();
        Configuration options = Configuration.fromMap(run.config());
        options.set(JobOptions.OUTPUT_PATH, folder.toAbsolutePath().toString());
        options.set(JobOptions.RUN_START, run.startedAt().toEpochMilli());
        options.set(JobOptions.INDEX_URL, indexUrl);
        Backends backends = new ConfiguredBackends(JobConfig.from(options, run.startedAt()), clock);
        try (EmbeddingClient embeddings = backends.openEmbeddings();
                VectorIndex index = backends.reopenIndex(embeddings.dimension())) {
            return of(folder, summary, store, index, embeddings);
        }
    }

    /**
     * Reads them.
     *
     * @param folder of the run, evaluated
     * @param store of the run
     * @param index the run's namespace
     * @param embeddings what the run embedded with
     */
    static Remains of(Path folder, EvalSummary summary, SqliteFile store, VectorIndex index, EmbeddingClient embeddings)
            throws IOException {
        Rollouts rollouts = Rollouts.read(folder.resolve(Rollouts.FILE));
        String runId = rollouts.run().runId();
        List<String> undecided = new ArrayList<>();
        JsonLines.read(
                folder.resolve(RolloutMerger.UNDECIDED_FILE),
                Undecided.class,
                (parked, number, bytes) -> undecided.add(parked.event().eventId()));
        List<String> deadLetters = new ArrayList<>();
        JsonLines.read(
                folder.resolve(RolloutMerger.DEAD_LETTER_FILE),
                DeadLetter.class,
                (letter, number, bytes) -> deadLetters.add(letter.file() + ":" + letter.line()));
        return new Remains(
                summary,
                rollouts,
                new RawStore(store).all(runId).join(),
                new MemoryStore(store).all(runId).join(),
                calls(new DecisionLog(store), runId),
                answers(new AnswerLog(store), runId),
                FoundVector.in(index, embeddings),
                undecided,
                deadLetters);
    }

    /** Entity by entity, as the rows hold long requests. */
    private static List<Called> calls(DecisionLog log, String runId) {
        List<Called> calls = new ArrayList<>();
        for (String entityId : log.callSizes(runId).join().keySet()) {
            log.findFrom(runId, entityId, Long.MIN_VALUE).join().forEach(row -> calls.add(Called.of(row)));
        }
        return calls;
    }

    private static List<Answered> answers(AnswerLog log, String runId) {
        return log.all(runId).join().stream()
                .map(row -> new Answered(
                        row.queryId(),
                        AnswerContent.of(Json.read(row.payload(), AnsweredQuery.class)),
                        row.answeredAt()))
                .toList();
    }
}
