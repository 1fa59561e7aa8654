package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fastmemory.connectors.sqlite.MemoryStore;
import io.fastmemory.connectors.sqlite.RawStore;
import io.fastmemory.job.world.InstructedModel;
import io.fastmemory.job.world.JobRun;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.RunFiles;
import io.fastmemory.job.world.TestTimeline;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Event;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.PolicyRequest;
import io.fastmemory.model.RejectionCode;
import io.fastmemory.model.Undecided;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.QueryLine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job fed with lines and answers that are not what they should be: each gets what was promised, the rest goes on. */
class FaultyInputAndAnswersITCase {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(8);

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    Path folder;

    private final InstructedModel model = new InstructedModel();

    @Test
    void repairsRejectsOrParksBadAnswersWhileOtherEntitiesGoOn() throws Exception {
        TestTimeline timeline = new TestTimeline()
                .event("h1", "hanging", 0, "hang")
                .event("h2", "hanging", 1, "keep")
                .event("r1", "repaired", 2, "invalid 2")
                .event("b1", "broken", 3, "invalid 3")
                .event("b2", "broken", 4, "keep")
                .event("u1", "unauthorised", 5, "refuse")
                .event("o1", "other", 6, "keep")
                .event("f1", "foreign", 7, "update other:m1.0")
                .event("f2", "foreign", 8, "cite o1")
                .event("f3", "foreign", 9, "keep");
        for (int i = 0; i < 20; i++) {
            timeline.event("busy" + i, "busy", 10 + i, "keep");
        }
        timeline.writeTo(folder.resolve("dataset"));
        try (OutsideWorld world = open("bad-answers")) {
            JobRun run = new JobRun("bad-answers", folder, world)
                    .with(JobOptions.MAX_EVENTS_PER_CALL.key(), "1")
                    .with(JobOptions.CALL_TIMEOUT.key(), CALL_TIMEOUT.toMillis() + " ms");
            JobRun.awaitEnd(run.start());
            RunFiles files = run.files();

            assertThat(files.rollouts(EventLine.class).stream().map(EventLine::eventId))
                    .containsExactlyInAnyOrderElementsOf(timeline.eventIds().values().stream()
                            .flatMap(List::stream)
                            .toList());
            repaired(call(files, "r1"));
            parked(files);
            othersWentOnWhileOneHung(files);
            foreignIdsAreRejected(files);
            assertThat(new MemoryStore(world.store())
                            .history("bad-answers", "other:m1.0")
                            .join())
                    .hasSize(1);
        }
    }

    private void repaired(CallLine call) {
        assertThat(call.outcome()).isEqualTo("decided");
        assertThat(call.repairs())
                .extracting(CallLine.Repair::rawAnswer)
                .containsExactly(InstructedModel.NO_JSON, InstructedModel.NO_JSON);
        assertThat(call.repairs())
                .allSatisfy(repair -> assertThat(repair.errors()).isNotEmpty());
        assertThat(call.llmCalls()).isEqualTo(3);
        assertThat(call.results()).hasSize(2).allMatch(ActionResult::success);
    }

    private static void parked(RunFiles files) throws Exception {
        assertThat(files.undecided())
                .extracting(
                        undecided -> undecided.event().eventId(),
                        Undecided::entityId,
                        Undecided::callSeq,
                        Undecided::reason)
                .containsExactlyInAnyOrder(
                        tuple("h1", "hanging", 1L, "timeout"),
                        tuple("b1", "broken", 1L, "invalid_answer"),
                        tuple("u1", "unauthorised", 1L, "unauthorized"));
        assertThat(files.undecided()).extracting(Undecided::message).doesNotContain("");
        for (String eventId : List.of("h1", "b1", "u1")) {
            CallLine call = call(files, eventId);
            assertThat(call.outcome()).isEqualTo("parked");
            assertThat(call.results()).isEmpty();
        }
        assertThat(call(files, "b1").rawAnswer()).isEqualTo(InstructedModel.NO_JSON);
        assertThat(call(files, "b1").repairs()).hasSize(2);
        assertThat(files.rollouts(EventLine.class))
                .filteredOn(line -> line.outcome().equals("parked"))
                .extracting(EventLine::eventId)
                .containsExactlyInAnyOrder("h1", "b1", "u1");
        assertThat(call(files, "h2").outcome()).isEqualTo("decided");
        assertThat(call(files, "b2").outcome()).isEqualTo("decided");
    }

    private static void othersWentOnWhileOneHung(RunFiles files) throws Exception {
        CallLine hung = call(files, "h1");
        assertThat(Duration.between(hung.calledAt(), hung.decidedAt()))
                .isGreaterThanOrEqualTo(CALL_TIMEOUT.minusMillis(50));
        Instant parkedAt = hung.decidedAt();
        assertThat(files.rollouts(CallLine.class))
                .filteredOn(call -> call.entityId().equals("busy"))
                .hasSize(20)
                .allSatisfy(call -> assertThat(call.decidedAt()).isBefore(parkedAt));
        assertThat(call(files, "h2").calledAt()).isAfterOrEqualTo(parkedAt);
    }

    private void foreignIdsAreRejected(RunFiles files) throws Exception {
        List<ActionResult> update = call(files, "f1").results();
        assertThat(update.get(0).error().code()).isEqualTo(RejectionCode.UNKNOWN_MEMORY);
        assertThat(update.get(1).success()).isTrue();
        List<ActionResult> cite = call(files, "f2").results();
        assertThat(cite.get(0).error().code()).isEqualTo(RejectionCode.FOREIGN_SOURCE);
        PolicyRequest afterUpdate = model.requestOf("f2");
        assertThat(afterUpdate.lastResults()).isEqualTo(update);
        PolicyRequest afterCite = model.requestOf("f3");
        assertThat(afterCite.lastResults()).isEqualTo(cite);
        assertThat(afterCite.activeMemories()).isEmpty();
    }

    @Test
    void storesVerbatimAndFlaggedInsteadOfParkingWhenToldTo() throws Exception {
        new TestTimeline()
                .event("b1", "broken", 0, "invalid 3")
                .event("u1", "unauthorised", 1, "refuse")
                .event("k1", "kept", 2, "keep")
                .writeTo(folder.resolve("dataset"));
        try (OutsideWorld world = open("stored")) {
            JobRun run = new JobRun("stored", folder, world).with(JobOptions.ON_POLICY_FAILURE.key(), "store");
            JobRun.awaitEnd(run.start());
            RunFiles files = run.files();

            assertThat(files.undecided()).isEmpty();
            assertThat(files.rollouts(EventLine.class))
                    .extracting(EventLine::eventId, EventLine::outcome, EventLine::reason)
                    .containsExactlyInAnyOrder(
                            tuple("b1", "fallback_stored", "invalid_answer"),
                            tuple("u1", "fallback_stored", "unauthorized"),
                            tuple("k1", "decided", null));
            assertThat(new MemoryStore(world.store()).latest("stored").join())
                    .extracting(
                            MemoryVersion::entityId,
                            MemoryVersion::content,
                            MemoryVersion::fallback,
                            MemoryVersion::verbatim)
                    .containsExactlyInAnyOrder(
                            tuple("broken", "invalid 3", true, true),
                            tuple("unauthorised", "refuse", true, true),
                            tuple("kept", "kept: keep", false, false));
            assertThat(world.indexed()).containsOnlyKeys("kept:m1.0");
        }
    }

    @Test
    void namesEveryLineItCannotUseAndGoesOn() throws Exception {
        TestTimeline timeline = new TestTimeline().event("e1", "one", 0, "keep");
        long malformed = timeline.nextLine();
        timeline.line("{\"kind\":\"event\",\"event_id\":\"broken");
        long oversized = timeline.nextLine();
        String tooLong = "x".repeat(Event.MAX_TEXT_BYTES + 1);
        timeline.line(TestTimeline.eventLine("too-long", "one", 1, tooLong));
        long unknownKind = timeline.nextLine();
        timeline.line("{\"kind\":\"rumour\",\"event_id\":\"e9\"}");
        long badId = timeline.nextLine();
        timeline.line(TestTimeline.eventLine("no spaces please", "one", 2, "keep"));
        long redelivered = timeline.nextLine();
        timeline.line(TestTimeline.eventLine("e1", "one", 0, "keep"));
        long conflicting = timeline.nextLine();
        timeline.line(TestTimeline.eventLine("e1", "one", 0, "keep something else"));
        timeline.query("q1", "one", 3);
        long asked = timeline.nextLine() - 1;
        long askedAgain = timeline.nextLine();
        timeline.line(TestTimeline.queryLine("q1", "one", 4));
        timeline.event("e2", "one", 5, "keep").writeTo(folder.resolve("dataset"));
        try (OutsideWorld world = open("bad-lines")) {
            JobRun run = new JobRun("bad-lines", folder, world);
            JobRun.awaitEnd(run.start());
            RunFiles files = run.files();

            Map<DeadLetterCode, DeadLetter> letters =
                    files.deadLetters().stream().collect(Collectors.toMap(DeadLetter::code, letter -> letter));
            assertThat(letters).hasSize(6);
            assertThat(letters.get(DeadLetterCode.MALFORMED_JSON).line()).isEqualTo(malformed);
            assertThat(letters.get(DeadLetterCode.OVERSIZED))
                    .extracting(DeadLetter::line, DeadLetter::field, DeadLetter::eventId)
                    .containsExactly(oversized, "/text", "too-long");
            assertThat(letters.get(DeadLetterCode.OVERSIZED).excerpt()).hasSize(1024);
            assertThat(letters.get(DeadLetterCode.UNKNOWN_KIND))
                    .extracting(DeadLetter::line, DeadLetter::field)
                    .containsExactly(unknownKind, "/kind");
            assertThat(letters.get(DeadLetterCode.BAD_ID))
                    .extracting(DeadLetter::line, DeadLetter::field, DeadLetter::eventId)
                    .containsExactly(badId, "/event_id", null);
            assertThat(letters.get(DeadLetterCode.CONFLICTING_ID))
                    .extracting(DeadLetter::line, DeadLetter::eventId)
                    .containsExactly(conflicting, "e1");
            assertThat(letters.get(DeadLetterCode.DUPLICATE_QUERY).eventId()).isEqualTo("q1");
            assertThat(letters.get(DeadLetterCode.DUPLICATE_QUERY).line()).isIn(asked, askedAgain);
            assertThat(letters.values()).allSatisfy(letter -> {
                assertThat(letter.file()).isEqualTo("stream.jsonl");
                assertThat(letter.message()).contains("expected");
                assertThat(letter.sha256()).hasSize(64);
            });

            assertThat(files.rollouts(InputLine.class))
                    .filteredOn(line -> line.outcome().equals("redelivered"))
                    .extracting(InputLine::line, InputLine::eventId)
                    .containsExactly(tuple(redelivered, "e1"));
            // Every dead letter is counted among the rollouts too.
            assertThat(files.rollouts(InputLine.class))
                    .filteredOn(line -> line.outcome().equals("dead_letter"))
                    .extracting(line -> line.line() + " " + line.code())
                    .containsExactlyInAnyOrderElementsOf(letters.values().stream()
                            .map(letter ->
                                    letter.line() + " " + letter.code().name().toLowerCase(Locale.ROOT))
                            .toList());
            assertThat(files.rollouts(EventLine.class))
                    .extracting(EventLine::eventId, EventLine::outcome)
                    .containsExactlyInAnyOrder(tuple("e1", "decided"), tuple("e2", "decided"));
            assertThat(files.rollouts(QueryLine.class))
                    .extracting(QueryLine::queryId)
                    .containsExactly("q1");
            assertThat(new RawStore(world.store())
                            .find("bad-lines", "e1")
                            .join()
                            .json())
                    .isEqualTo(TestTimeline.eventLine("e1", "one", 0, "keep"));
        }
    }

    private OutsideWorld open(String runId) {
        return OutsideWorld.open(runId, folder.resolve("memory.db"), Duration.ZERO, model);
    }

    private static CallLine call(RunFiles files, String eventId) throws Exception {
        List<CallLine> calls = files.rollouts(CallLine.class).stream()
                .filter(line -> line.eventIds().contains(eventId))
                .toList();
        assertThat(calls).as("calls that covered %s", eventId).hasSize(1);
        return calls.get(0);
    }
}
