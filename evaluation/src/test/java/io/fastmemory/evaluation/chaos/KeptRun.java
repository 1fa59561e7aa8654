package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.embedding.HashedEmbeddingClient;
import io.fastmemory.connectors.index.InMemoryIndex;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.sqlite.AnswerLog;
import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.MemoryStore;
import io.fastmemory.connectors.sqlite.RawRow;
import io.fastmemory.connectors.sqlite.RawStore;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.RolloutMerger;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.DecisionOutcome;
import io.fastmemory.job.reader.ReaderOutcome;
import io.fastmemory.job.step.AnsweredQuery;
import io.fastmemory.job.step.RetrievedQuery;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Event;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.PolicyAnswer;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.rollout.VersionLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import io.fastmemory.model.scoring.Verdicts;
import io.fastmemory.model.timeline.DatasetLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A run of one event, which became a memory of two versions, and one query, of which all places say the same. A test changes
 * what one of them holds.
 */
final class KeptRun {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final int DIMENSION = 32;
    private static final String RUN = "run";

    /** Of every row. */
    Instant committedAt = START.plusMillis(100);

    long restarts;

    final List<RolloutLine> lines = new ArrayList<>();
    final List<RawRow> rawEvents = new ArrayList<>();
    final List<MemoryVersion> versions = new ArrayList<>();
    final List<Decision> decisions = new ArrayList<>();
    final List<AnsweredQuery> answers = new ArrayList<>();
    final List<VectorIndex.Entry> vectors = new ArrayList<>();

    private final Event event = event("ann", "I paint my door red.");

    KeptRun() {
        Instant decidedAt = START.plusMillis(100);
        versions.add(version(1, "Ann's door is blue.", decidedAt));
        versions.add(version(2, "Ann's door is red.", decidedAt));
        rawEvents.add(raw("ann", event));
        decisions.add(decision(1));
        answers.add(answered("q1", "red"));
        vectors.add(vector(versions.get(1).toIndexDocument()));
        recordLines(decidedAt);
    }

    static Event event(String entityId, String text) {
        return new Event(
                "e1", entityId, Scope.USER, null, 5, null, "chat", text, Urgency.NORMAL, Map.of("channel", "phone"));
    }

    static RawRow raw(String entityId, Event event) {
        return new RawRow(
                RUN, event.eventId(), entityId, "stream.jsonl:1", event.contentSha256(), DatasetLines.of(event));
    }

    static MemoryVersion version(int version, String content, Instant decidedAt) {
        return new MemoryVersion(
                "ann:m1.0",
                version,
                "ann",
                Scope.USER,
                null,
                1,
                MemoryStatus.ACTIVE,
                Layer.FACT,
                content,
                List.of(Fact.of("door", "colour", "red")),
                10,
                List.of("e1"),
                false,
                false,
                null,
                5,
                5,
                5,
                Instant.parse("2026-01-02T03:04:05.678901Z"),
                null,
                decidedAt);
    }

    Decision decision(long callSeq) {
        ArrivedEvent arrived = new ArrivedEvent(event, START.plusMillis(5), START.plusMillis(6));
        return new Decision(
                "ann",
                callSeq,
                List.of(arrived),
                List.of(),
                DecisionOutcome.DECIDED,
                null,
                null,
                START.plusMillis(50),
                START.plusMillis(90),
                null,
                "{}",
                List.of(),
                "{\"actions\":[]}",
                100,
                10,
                1,
                0,
                0,
                Instant.EPOCH);
    }

    static AnsweredQuery answered(String queryId, String value) {
        Query query = new Query(
                queryId, List.of("ann"), null, 20, null, "Which?", List.of(new Ask("a1", "door", "colour")), null);
        RetrievedQuery retrieved = new RetrievedQuery(
                query, "stream.jsonl:2", START.plusMillis(20), START.plusMillis(60), List.of(), null);
        Answer answer = new Answer(List.of(new Answer.AskAnswer("a1", value, List.of())), "It is " + value, false);
        return new AnsweredQuery(retrieved, 0, ReaderOutcome.of(answer), Instant.EPOCH);
    }

    static VectorIndex.Entry vector(IndexDocument document) {
        IndexDocument asKept = Json.MAPPER.convertValue(
                Json.MAPPER.<ObjectNode>valueToTree(document).put("event_time", "2026-01-02T03:04:05.678Z"),
                IndexDocument.class);
        return new VectorIndex.Entry(asKept, HashedEmbeddingClient.vectorOf(document.content(), DIMENSION));
    }

    private void recordLines(Instant decidedAt) {
        lines.add(new RunLine(
                RUN,
                START,
                1,
                "arrival",
                "llm",
                "llm",
                new RunLine.Llm("stub", "scripted", true),
                new RunLine.DatasetRef("tiny", "small", 7L, "ab", 1, 1),
                "local",
                "hashed",
                "cd",
                0,
                7,
                Map.of(),
                Map.of()));
        lines.add(new EventLine(
                "e1",
                "ann",
                5,
                Urgency.NORMAL,
                5,
                START.plusMillis(5),
                START.plusMillis(6),
                START.plusMillis(50),
                decidedAt,
                "decided",
                1,
                null));
        lines.add(call(decidedAt));
        versions.forEach(version -> lines.add(new VersionLine(version, decidedAt)));
        lines.add(query(answers.get(0), decidedAt));
        Instant done = START.plusMillis(200);
        lines.add(new IndexLine(
                "ann:m1.0", 2, "ann", 1, "upsert", "index_now", 5, false, decidedAt, done, done, done, false, null));
        List<DigestLine.MemoryRef> held = List.of(new DigestLine.MemoryRef("ann:m1.0", 2));
        lines.add(new DigestLine.State("ann", held, held, 10, 1, 0, 5));
        lines.add(new DigestLine.Store("ann", held));
        lines.add(new DigestLine.Index("ann", held));
    }

    private CallLine call(Instant decidedAt) {
        Decision decision = decisions.get(0);
        MemoryAction index = new MemoryAction.IndexNow("ann:m1.0", "now");
        ActionResult done =
                new ActionResult(1, 0, "index_now", true, 10, 0, null, Map.of("memory_id", "ann:m1.0", "version", "2"));
        return new CallLine(
                "ann",
                1,
                List.of("e1"),
                "decided",
                null,
                decision.calledAt(),
                decision.answeredAt(),
                decidedAt,
                5,
                null,
                "{}",
                List.of(),
                Json.MAPPER.valueToTree(new PolicyAnswer(List.of(index))).get("actions"),
                List.of(done),
                100,
                10,
                1,
                0,
                0,
                null);
    }

    private static QueryLine query(AnsweredQuery answered, Instant answeredAt) {
        Query query = answered.retrieved().query();
        GoldQuery gold = new GoldQuery(
                "q1",
                "fact",
                List.of(new GoldQuery.Required("a1", Fact.of("door", "colour", "red"), List.of("e1"))),
                List.of(),
                false);
        Instant arrivalAt = answered.retrieved().arrivalAt();
        Answer answer = answered.outcome().answer();
        return new QueryLine(
                "q1",
                query.entityIds(),
                query.offsetMs(),
                null,
                query.text(),
                query.asks(),
                arrivalAt,
                answered.retrieved().retrievedAt(),
                answeredAt,
                0,
                List.of(),
                answer,
                null,
                0,
                0,
                0,
                0,
                0,
                gold,
                Verdicts.judge(query.asks(), null, arrivalAt, answeredAt, gold, answer, List.of(), 0),
                CauseOfFailure.IN_FLIGHT,
                null);
    }

    /** What is told of it, written into a folder. */
    List<String> differences(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        for (RolloutLine line : lines) {
            text.append(Json.write(line)).append('\n');
        }
        text.append(Json.write(new EndLine(RUN, START.plusSeconds(60), restarts, 1)));
        Files.writeString(folder.resolve(Rollouts.FILE), text.append('\n'));
        Files.writeString(folder.resolve(RolloutMerger.UNDECIDED_FILE), "");
        Files.writeString(folder.resolve(RolloutMerger.DEAD_LETTER_FILE), "");
        EvalSummary summary = Evaluator.evaluate(folder);
        try (SqliteFile store = SqliteFile.open(folder.resolve("memory.db"), Clock.fixed(committedAt, ZoneOffset.UTC));
                InMemoryIndex index = new InMemoryIndex();
                HashedEmbeddingClient embeddings = new HashedEmbeddingClient(DIMENSION)) {
            write(store);
            index.upsert(vectors).join();
            JsonNode line = Json.read(DatasetLines.of(event), JsonNode.class);
            RunCheck.Input input = new RunCheck.Input(Map.of("e1", line), Set.of("q1"), Map.of("e1", 1, "q1", 2));
            return new RunCheck(input, Remains.of(folder, summary, store, index, embeddings), false)
                    .differences(0, 0, List.of());
        }
    }

    private void write(SqliteFile store) {
        rawEvents.forEach(row -> new RawStore(store).append(row).join());
        new MemoryStore(store).put(RUN, versions).join();
        decisions.forEach(decision -> new DecisionLog(store)
                .putIfAbsent(RUN, decision.entityId(), decision.callSeq(), Json.write(decision))
                .join());
        answers.forEach(answer -> new AnswerLog(store)
                .putIfAbsent(RUN, answer.retrieved().query().queryId(), Json.write(answer))
                .join());
    }

    /** Lets rows be committed so much after their lines say. */
    void commitLater(Duration by) {
        committedAt = committedAt.plus(by);
    }
}
