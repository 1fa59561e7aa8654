package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.ENTITY;
import static io.fastmemory.evaluation.metric.RecordedRun.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Event;
import io.fastmemory.model.Json;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Undecided;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A parked event that was decided again is one event, with the last outcome. */
class RedrivenEventsTest {
    private static final int LINES_OF_RUN = 8; // of those of redriven(), which begin with them

    @TempDir
    Path run;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void countsOnceByItsLastOutcomeInWhateverOrderTheLinesCome(long seed) throws IOException {
        RecordedRun recorded = redriven();
        Collections.shuffle(recorded.lines, new Random(seed));
        writeParts(recorded.lines);

        EvalSummary summary = Evaluator.evaluate(run);

        assertThat(summary.reconciliation().differences()).isEmpty();
        assertThat(summary.fallbacks().redriven()).isEqualTo(2);
        assertThat(summary.fallbacks().parked()).as("e3, parked once more").isEqualTo(1);
        assertThat(Files.readAllLines(run.resolve("undecided.jsonl")))
                .singleElement()
                .satisfies(line -> {
                    assertThat(Json.read(line, Undecided.class).event().eventId())
                            .isEqualTo("e3");
                    assertThat(Json.read(line, Undecided.class).callSeq()).isEqualTo(4);
                });
        Rollouts rollouts = Rollouts.read(run.resolve(Rollouts.FILE));
        assertThat(Objects.requireNonNull(rollouts.event("e2")).callSeq()).isEqualTo(3);
        assertThat(Objects.requireNonNull(rollouts.eventDuringRun("e2")).outcome())
                .isEqualTo("parked");
        assertThat(Objects.requireNonNull(rollouts.eventDuringRun("e1")).callSeq())
                .isEqualTo(1);
        assertThat(rollouts.stateDigests().get(ENTITY).calls()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void countsOnceWhenTheRedriveHasAFolderOfItsOwn(long seed) throws IOException {
        RecordedRun recorded = redriven();
        List<RolloutLine> ofRedrive = recorded.lines.subList(LINES_OF_RUN, recorded.lines.size());
        Path redrive = Files.createDirectories(run.resolve("parts/redrive-1"));
        write(redrive, "raw_rollouts", RecordedRun.jsonLines(ofRedrive));
        write(redrive, "undecided", undecided("e3", 4));
        // one that was killed while its files got their names
        write(run.resolve("parts/.redrive"), "raw_rollouts", RecordedRun.jsonLines(ofRedrive));
        List<RolloutLine> ofRun = recorded.lines.subList(0, LINES_OF_RUN);
        Collections.shuffle(ofRun, new Random(seed));
        writeParts(ofRun, undecided("e2", 2) + undecided("e3", 2));

        assertThat(Evaluator.evaluate(run).reconciliation().differences()).isEmpty();
        List<String> rollouts = Files.readAllLines(run.resolve(Rollouts.FILE));

        assertThat(rollouts).hasSize(recorded.lines.size());
        assertThat(Files.readAllLines(run.resolve("undecided.jsonl"))).hasSize(1);
    }

    @Test
    void stillNoticesAnEventThatWasDecidedTwice() throws IOException {
        RecordedRun recorded = redriven();
        recorded.add(event("e1", 40, "decided", 4));
        writeParts(recorded.lines);

        assertThat(Evaluator.evaluate(run).reconciliation().differences()).anySatisfy(difference -> {
            assertThat(difference.kind()).isEqualTo("repeated");
            assertThat(difference.id()).isEqualTo("e1");
        });
    }

    /** e1 is decided, e2 and e3 are parked; a redrive decides e2 and parks e3 once more. */
    private static RecordedRun redriven() {
        RecordedRun recorded = new RecordedRun();
        recorded.add(RecordedRun.run("r1", 3, 0)).add(RecordedRun.end("r1", 1_000));
        recorded.add(event("e1", 10, "decided", 1)).call(1, 10, "e1");
        recorded.add(event("e2", 20, "parked", 2))
                .add(event("e3", 20, "parked", 2))
                .call(2, 20, "e2", "e3");
        recorded.add(state(2));
        recorded.add(event("e2", 5_000, "decided", 3)).call(3, 5_000, "e2");
        recorded.add(event("e3", 6_000, "parked", 4)).call(4, 6_000, "e3");
        return recorded.add(state(4));
    }

    private static DigestLine.State state(long calls) {
        return new DigestLine.State(ENTITY, List.of(), List.of(), 0, calls, 0, 0);
    }

    private static EventLine event(String eventId, long decidedMs, String outcome, long callSeq) {
        String reason = outcome.equals("parked") ? "timeout" : null;
        return new EventLine(
                eventId, ENTITY, 0, Urgency.NORMAL, 5, at(0), at(1), at(2), at(decidedMs), outcome, callSeq, reason);
    }

    private void writeParts(List<RolloutLine> lines) throws IOException {
        writeParts(lines, undecided("e2", 2) + undecided("e3", 2) + undecided("e3", 4));
    }

    private void writeParts(List<RolloutLine> lines, String undecided) throws IOException {
        Path parts = Files.createDirectories(run.resolve("parts"));
        Files.writeString(parts.resolve("run.jsonl"), of(lines, RunLine.class));
        Files.writeString(parts.resolve("end.jsonl"), of(lines, EndLine.class));
        write(
                parts,
                "raw_rollouts",
                RecordedRun.jsonLines(lines.stream()
                        .filter(line -> !(line instanceof RunLine) && !(line instanceof EndLine))
                        .toList()));
        write(parts, "undecided", undecided);
    }

    private static void write(Path parts, String kind, String text) throws IOException {
        Files.writeString(Files.createDirectories(parts.resolve(kind)).resolve("part-0"), text);
    }

    private static String of(List<RolloutLine> lines, Class<? extends RolloutLine> kind) {
        return RecordedRun.jsonLines(lines.stream().filter(kind::isInstance).toList());
    }

    private static String undecided(String eventId, long callSeq) {
        Event event = new Event(eventId, ENTITY, Scope.USER, null, 0, at(0), "test", "text", Urgency.NORMAL, Map.of());
        return Json.write(new Undecided(event, ENTITY, callSeq, "timeout", "late", at(callSeq))) + "\n";
    }
}
