package io.fastmemory.evaluation.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.embedding.HashedEmbeddingClient;
import io.fastmemory.connectors.index.InMemoryIndex;
import io.fastmemory.connectors.sqlite.RawStore;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.evaluation.chaos.WatchedModel.Asked;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.RolloutMerger;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Event;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Json;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Undecided;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.DigestLine.MemoryRef;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.timeline.DatasetLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCheckTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    private Path folder;

    private int stores;
    private long restarts;

    @Test
    void namesAnEventWithoutAnOutcomeAndOneThatNobodySent() throws IOException {
        assertThat(check(Set.of("e1", "e2"), List.of(event("e1", 100), event("e9", 200)))
                        .differences(0, 0, List.of()))
                .contains("expected one outcome of event e2, found 0", "expected no outcome of event e9, found 1");
    }

    @Test
    void countsTheRecordsOfBadLines() throws IOException {
        RunCheck check = check(
                Set.of("e1"),
                List.of(event("e1", 100), new InputLine("stream.jsonl", 2, "dead_letter", "malformed_json", null)));

        assertThat(check.differences(2, 0, List.of())).contains("expected a line for each of 2 bad lines, found 1");
    }

    @Test
    void seesAnEventThatTheRawStoreLacksOrHoldsWithAnotherText() throws IOException {
        List<RolloutLine> lines = List.of(event("e1", 100), event("e2", 100));
        Set<String> sent = Set.of("e1", "e2");

        assertThat(stored(check(sent, lines))).isEmpty();
        assertThat(stored(check(sent, lines, Map.of("e2", "hearsay"))))
                .containsExactlyInAnyOrder(
                        "expected event e1 in the raw store, found none",
                        "expected the text of event e2 in the raw store, found another one");
    }

    @Test
    void seesAnEventInTheRawStoreThatNobodySent() throws IOException {
        assertThat(stored(check(Set.of("e1"), List.of(event("e1", 100)), texts(Set.of("e1", "e9")))))
                .containsExactly("expected no event e9 in the raw store, found one");
    }

    @Test
    void findsNothingWhereAllPlacesSayTheSame() throws IOException {
        assertThat(new KeptRun().differences(folder)).isEmpty();
    }

    @Test
    void seesARawEventOfAnotherEntityOrWithOtherAttributes() throws IOException {
        KeptRun run = new KeptRun();
        Event sent = KeptRun.event("ann", "I paint my door red.");
        run.rawEvents.set(0, KeptRun.raw("bob", KeptRun.event("bob", sent.text())));
        assertThat(run.differences(folder))
                .containsExactlyInAnyOrder(
                        "expected the entity_id of event e1 in the raw store, found another one",
                        "expected event e1 in the raw store under its entity ann, found it under bob");
    }

    @Test
    void seesThatAnyFieldOfARawEventIsAnother() throws IOException {
        KeptRun run = new KeptRun();
        run.rawEvents.set(
                0,
                KeptRun.raw(
                        "ann",
                        new Event(
                                "e1",
                                "ann",
                                Scope.SESSION,
                                "s1",
                                5,
                                START,
                                "mail",
                                "I paint my door red.",
                                Urgency.URGENT,
                                Map.of())));
        assertThat(run.differences(folder))
                .containsExactlyInAnyOrder(
                        "expected the scope of event e1 in the raw store, found another one",
                        "expected the session_id of event e1 in the raw store, found another one",
                        "expected the event_time of event e1 in the raw store, found another one",
                        "expected the source of event e1 in the raw store, found another one",
                        "expected the urgency of event e1 in the raw store, found another one",
                        "expected the attributes of event e1 in the raw store, found another one");
    }

    @Test
    void seesThatTheStoreHoldsAVersionWithAnotherContent() throws IOException {
        KeptRun run = new KeptRun();
        run.versions.set(0, KeptRun.version(1, "NOT blue.", run.committedAt));
        assertThat(run.differences(folder))
                .containsExactly("expected the content of version ann:m1.0/1 in the memory store, found another one");
    }

    @Test
    void seesThatTheStoreHasLostAnOldVersion() throws IOException {
        KeptRun run = new KeptRun();
        run.versions.remove(0);
        assertThat(run.differences(folder))
                .containsExactly("expected version ann:m1.0/1 in the memory store, found none");
    }

    @Test
    void seesAVersionInTheStoreThatHasNoLine() throws IOException {
        KeptRun run = new KeptRun();
        run.versions.add(KeptRun.version(3, "Ann's door is green.", run.committedAt));
        assertThat(run.differences(folder))
                .containsExactly("expected no version ann:m1.0/3 in the memory store, found one");
    }

    @Test
    void seesThatRowsWereCommittedAtAnotherTimeThanTheirLinesSay() throws IOException {
        KeptRun run = new KeptRun();
        run.commitLater(Duration.ofMillis(1));
        assertThat(run.differences(folder))
                .containsExactlyInAnyOrder(
                        late("commit of version ann:m1.0/1 in the memory store"),
                        late("commit of version ann:m1.0/2 in the memory store"),
                        late("commit of call 1 of ann in the decision log"),
                        late("commit of answer to q1 in the answer log"));
    }

    private static String late(String what) {
        return "expected 2026-03-01T10:00:00.100Z as the time of the " + what + ", found 2026-03-01T10:00:00.101Z";
    }

    @Test
    void seesAVersionInTheStoreThatNamesAnotherDecision() throws IOException {
        KeptRun run = new KeptRun();
        run.versions.set(0, KeptRun.version(1, "Ann's door is blue.", START));
        assertThat(run.differences(folder))
                .containsExactly("expected 2026-03-01T10:00:00.100Z as the time of the decision of version ann:m1.0/1"
                        + " in the memory store, found 2026-03-01T10:00:00Z");
    }

    @Test
    void timeOfACommitMayHaveStayedInexactWhereTheJobWasRestarted() throws IOException {
        KeptRun run = new KeptRun();
        run.restarts = 1;
        run.commitLater(Duration.ofSeconds(4));
        assertThat(run.differences(Files.createDirectory(folder.resolve("near"))))
                .isEmpty();
        run.commitLater(Duration.ofSeconds(2));
        assertThat(run.differences(Files.createDirectory(folder.resolve("far"))))
                .hasSize(4);
    }

    @Test
    void seesAVectorOfAnotherEntity() throws IOException {
        KeptRun run = new KeptRun();
        IndexDocument kept = run.vectors.get(0).document();
        IndexDocument foreign = new IndexDocument(
                kept.memoryId(),
                kept.version(),
                "bob",
                kept.scope(),
                kept.sessionId(),
                kept.layer(),
                kept.content(),
                List.of(),
                List.of("e2"),
                kept.verbatim(),
                kept.createdStreamMs(),
                kept.updatedStreamMs(),
                kept.newestSourceMs(),
                kept.eventTime(),
                kept.contentCut());
        run.vectors.set(0, KeptRun.vector(foreign));
        assertThat(run.differences(folder))
                .containsExactlyInAnyOrder(
                        "expected the entity_id of the vector of ann:m1.0/2 in the index, found another one",
                        "expected the facts of the vector of ann:m1.0/2 in the index, found another one",
                        "expected the source_event_ids of the vector of ann:m1.0/2 in the index, found another one");
    }

    @Test
    void seesAVectorWhoseValuesAreNotThoseOfItsContent() throws IOException {
        KeptRun run = new KeptRun();
        float[] values = run.vectors.get(0).vector();
        values[3] += 0.001f;
        assertThat(run.differences(folder))
                .containsExactly("expected the values of the vector of ann:m1.0/2 in the index to be those of its"
                        + " content, found others");
        values[3] = Float.NaN;
        assertThat(run.differences(Files.createDirectory(folder.resolve("nan"))))
                .hasSize(1);
    }

    @Test
    void seesAVectorOfAVersionThatHasNoLine() throws IOException {
        KeptRun run = new KeptRun();
        run.vectors.set(
                0,
                KeptRun.vector(KeptRun.version(3, "Ann's door is green.", run.committedAt)
                        .toIndexDocument()));
        assertThat(run.differences(folder))
                .containsExactly(
                        "expected no vector of ann:m1.0/3 in the index, as no line has this version, found one");
    }

    @Test
    void seesADecisionWithoutALineAndALineWithoutADecision() throws IOException {
        KeptRun run = new KeptRun();
        run.decisions.set(0, run.decision(2));
        assertThat(run.differences(folder))
                .containsExactly(
                        "expected call 1 of ann in the decision log, found none",
                        "expected no call 2 of ann in the decision log, found one");
    }

    @Test
    void seesAnAnswerThatIsNotTheLoggedOne() throws IOException {
        KeptRun run = new KeptRun();
        run.answers.set(0, KeptRun.answered("q1", "blue"));
        run.answers.add(KeptRun.answered("q2", "red"));
        assertThat(run.differences(folder))
                .containsExactly(
                        "expected the answer of answer to q1 in the answer log, found another one",
                        "expected no answer to q2 in the answer log, found one");
    }

    private static List<String> stored(RunCheck check) {
        return check.differences(0, 0, List.of()).stream()
                .filter(difference -> difference.contains("raw store"))
                .toList();
    }

    @Test
    void comparesTheFileOfParkedEventsWithThoseThatAreParked() throws IOException {
        List<RolloutLine> lines = List.of(event("e1", 100, "parked"), event("e2", 100, "parked"), event("e3", 100));
        Files.writeString(
                folder.resolve(RolloutMerger.UNDECIDED_FILE), undecided("e2") + undecided("e2") + undecided("e3"));

        assertThat(check(Set.of("e1", "e2", "e3"), lines).differences(0, 0, List.of()))
                .filteredOn(difference -> difference.contains("undecided"))
                .containsExactly(
                        "expected one undecided line of e1, found 0",
                        "expected one undecided line of e2, found 2",
                        "expected no undecided line of e3, found 1");
    }

    private static String undecided(String eventId) {
        Event event = new Event(eventId, "ann", Scope.USER, null, 0, null, "chat", "Red.", Urgency.NORMAL, Map.of());
        return Json.write(new Undecided(event, "ann", 1, "timeout", "no answer", START)) + "\n";
    }

    @Test
    void comparesTheFileOfDeadLettersWithThoseThatWereRecorded() throws IOException {
        List<RolloutLine> lines = List.of(
                new InputLine("stream.jsonl", 2, "dead_letter", "malformed_json", null),
                new InputLine("stream.jsonl", 3, "dead_letter", "malformed_json", null),
                new InputLine("stream.jsonl", 4, "redelivered", null, "e1"));
        Files.writeString(
                folder.resolve(RolloutMerger.DEAD_LETTER_FILE), deadLetter(3) + deadLetter(3) + deadLetter(4));

        assertThat(check(Set.of(), lines).differences(3, 0, List.of()))
                .filteredOn(difference -> difference.contains("dead letter"))
                .containsExactly(
                        "expected one dead letter of stream.jsonl:2, found 0",
                        "expected one dead letter of stream.jsonl:3, found 2",
                        "expected no dead letter of stream.jsonl:4, found 1");
    }

    private static String deadLetter(long line) {
        byte[] bytes = "{\"kind\":".getBytes(StandardCharsets.UTF_8);
        return Json.write(DeadLetter.of(
                        DeadLetterCode.MALFORMED_JSON, "stream.jsonl", line, null, "expected JSON", null, bytes))
                + "\n";
    }

    @Test
    void seesAQuestionThatCameAfterTheDecisionWasOnDisk() throws IOException {
        RunCheck check = check(Set.of("e1"), List.of(event("e1", 100)));
        Asked before = new Asked(START.plusMillis(50), List.of("e1"));
        Asked after = new Asked(START.plusMillis(101), List.of("e1"));

        assertThat(questions(check.differences(0, 0, List.of(before)))).isEmpty();
        assertThat(questions(check.differences(0, 0, List.of(before, after)))).hasSize(1);
    }

    @Test
    void seesAnIndexOperationThatWasRecordedTwice() throws IOException {
        IndexLine first = indexed(1);
        IndexLine next = indexed(2);

        assertThat(check(Set.of("e1"), List.of(event("e1", 100), first, next, first))
                        .differences(0, 0, List.of()))
                .filteredOn(difference -> difference.contains("index operation"))
                .containsExactly("expected one line of an index operation, found another one:"
                        + " upsert ann:m1.0/1 by index_now of call 1 due 0");
    }

    @Test
    void seesThatTheLineOfAnIndexOperationIsMissing() throws IOException {
        List<MemoryRef> memory = List.of(new MemoryRef("ann:m1.0", 2));
        DigestLine.State state = new DigestLine.State("ann", memory, memory, 10, 1, 0, 0);
        String missing = "memory ann:m1.0: expected version 2 to have been written to the index, found no such line";

        assertThat(check(Set.of("e1"), List.of(event("e1", 100), indexed(1), state))
                        .differences(0, 0, List.of()))
                .contains(missing);
        assertThat(check(Set.of("e1"), List.of(event("e1", 100), indexed(1), indexed(2), state))
                        .differences(0, 0, List.of()))
                .doesNotContain(missing);
    }

    @Test
    void seesAFailedIndexOperation() throws IOException {
        assertThat(check(Set.of("e1"), List.of(event("e1", 100), indexed(1), indexed(2, "too long")))
                        .differences(0, 0, List.of()))
                .filteredOn(difference -> difference.contains("failed"))
                .containsExactly("expected no failed index operation, found upsert of ann:m1.0/2: too long");
    }

    private static IndexLine indexed(int version) {
        return indexed(version, null);
    }

    private static IndexLine indexed(int version, @Nullable String error) {
        Instant at = START.plusMillis(200);
        return new IndexLine(
                "ann:m1.0", version, "ann", version, "upsert", "index_now", 0, false, at, at, at, at, false, error);
    }

    @Test
    void seesThatMoreEventsAreParkedThanMayBe() throws IOException {
        List<RolloutLine> lines = List.of(event("e1", 100, "parked"), event("e2", 100, "parked"));
        Set<String> sent = Set.of("e1", "e2");

        assertThat(check(sent, lines).differences(0, 2, List.of()))
                .noneMatch(difference -> difference.contains("parked"));
        assertThat(check(sent, lines).differences(0, 1, List.of()))
                .contains("expected at most 1 parked events, found 2");
    }

    @Test
    void measuresTheLongestTimeToTheFirstDecisionAfterTheJobRanAgain() throws IOException {
        RunCheck check =
                check(Set.of("e1", "e2", "e3"), List.of(event("e1", 1_000), event("e2", 1_800), event("e3", 5_000)));

        assertThat(check.recoverySeconds(List.of(outage(500, 900), outage(1_500, 2_500))))
                .isEqualTo(3.5, within(1e-9));
        assertThat(check.recoverySeconds(List.of(outage(4_500, 6_000)))).isNull();
    }

    @Test
    void decidingMustGoOnWithoutTheIndexWhileItsWritesWait() throws IOException {
        List<RolloutLine> lines = List.of(event("e1", 150), event("e2", 180), indexed(1, 170, 250));
        restarts = 1;
        RunCheck check = check(Set.of("e1", "e2"), lines);
        List<Outage> failure = List.of(outage(140, 160));

        assertThat(check.withoutIndex(outage(100, 230), failure)).isEmpty();
        assertThat(check.withoutIndex(outage(100, 280), List.of(outage(140, 185))))
                .containsExactly(
                        "expected decisions after the job's failure while the index was away, found none from"
                                + " 2026-03-01T10:00:00.185Z to 2026-03-01T10:00:00.280Z",
                        "expected index operations to wait while the index was away, none did");
        assertThat(check.withoutIndex(outage(100, 150), failure))
                .singleElement()
                .asString()
                .startsWith("expected the job to fail and start again once while the index was away");
    }

    @Test
    void jobThatFailsOnceWithoutTheIndexRestartsOnce() throws IOException {
        List<RolloutLine> lines = List.of(event("e1", 150), event("e2", 180), indexed(1, 170, 250));
        for (long wrong : new long[] {0, 2}) {
            restarts = wrong;

            assertThat(check(Set.of("e1", "e2"), lines).withoutIndex(outage(100, 230), List.of(outage(140, 160))))
                    .containsExactly("expected one restart of the job, found " + wrong);
        }
    }

    private static IndexLine indexed(int version, long requestedMs, long acknowledgedMs) {
        Instant at = START.plusMillis(requestedMs);
        Instant done = START.plusMillis(acknowledgedMs);
        return new IndexLine(
                "ann:m1.0", version, "ann", version, "upsert", "index_now", 0, false, at, at, done, done, false, null);
    }

    private static Outage outage(long struckMs, long restoredMs) {
        return new Outage(START.plusMillis(struckMs), START.plusMillis(restoredMs));
    }

    @Test
    void redriveMustDecideWhatWasParkedAndAskAboutNothingElse() throws IOException {
        RunCheck check = check(Set.of("e1", "e2"), List.of(event("e1", 100), event("e2", 100, "parked")));
        Asked other = new Asked(START.plusMillis(900), List.of("e1"));

        assertThat(check.parked()).containsExactly("e2");
        assertThat(check.afterRedrive(0, check.parked(), List.of(other)))
                .contains(
                        "expected the redrive to decide e2, it is parked",
                        "expected the redrive to ask about parked events only, it asked about e1");
    }

    private static List<String> questions(List<String> differences) {
        return differences.stream()
                .filter(difference -> difference.contains("question"))
                .toList();
    }

    private RunCheck check(Set<String> eventIds, List<RolloutLine> lines) throws IOException {
        return check(eventIds, lines, texts(eventIds));
    }

    /** @param raw texts of the events in the raw store */
    private RunCheck check(Set<String> eventIds, List<RolloutLine> lines, Map<String, String> raw) throws IOException {
        List<RolloutLine> all = new ArrayList<>(lines);
        all.add(
                0,
                new RunLine(
                        "run",
                        START,
                        1,
                        "arrival",
                        "llm",
                        "llm",
                        new RunLine.Llm("stub", "scripted", true),
                        new RunLine.DatasetRef("tiny", "small", 7L, "ab", eventIds.size(), 0),
                        "local",
                        "hashed",
                        "cd",
                        0,
                        7,
                        Map.of(),
                        Map.of()));
        all.add(new EndLine("run", START.plusSeconds(60), restarts, 1));
        StringBuilder text = new StringBuilder();
        for (RolloutLine line : all) {
            text.append(Json.write(line)).append('\n');
        }
        Files.writeString(folder.resolve(Rollouts.FILE), text);
        EvalSummary summary = Evaluator.evaluate(folder);
        try (SqliteFile store = SqliteFile.open(folder.resolve("memory-" + ++stores + ".db"), Clock.systemUTC());
                InMemoryIndex index = new InMemoryIndex();
                HashedEmbeddingClient embeddings = new HashedEmbeddingClient(8)) {
            raw.forEach((eventId, said) -> new RawStore(store)
                    .append(KeptRun.raw("ann", sent(eventId, said)))
                    .join());
            Map<String, JsonNode> events = new TreeMap<>();
            eventIds.forEach(id -> events.put(
                    id, Json.read(DatasetLines.of(sent(id, texts(eventIds).get(id))), JsonNode.class)));
            return new RunCheck(
                    new RunCheck.Input(events, Set.of(), Map.of()),
                    Remains.of(folder, summary, store, index, embeddings),
                    false);
        }
    }

    private static Event sent(String eventId, String text) {
        return new Event(eventId, "ann", Scope.USER, null, 0, null, "chat", text, Urgency.NORMAL, Map.of());
    }

    private static Map<String, String> texts(Set<String> eventIds) {
        return eventIds.stream().collect(Collectors.toMap(id -> id, id -> "text of " + id));
    }

    private static EventLine event(String id, long decidedMs) {
        return event(id, decidedMs, "decided");
    }

    private static EventLine event(String id, long decidedMs, String outcome) {
        return new EventLine(
                id,
                "ann",
                0,
                Urgency.NORMAL,
                5,
                START,
                START.plusMillis(2),
                START.plusMillis(3),
                START.plusMillis(decidedMs),
                outcome,
                1,
                null);
    }
}
