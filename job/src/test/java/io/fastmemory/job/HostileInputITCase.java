package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.world.ChainModel;
import io.fastmemory.job.world.FaultPlan;
import io.fastmemory.job.world.JobRun;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.RunFiles;
import io.fastmemory.job.world.TestTimeline;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Event;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.InputLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on files nobody meant to write: every line is read or has its dead letter, and the run ends well. */
@Timeout(180)
class HostileInputITCase {
    private static final int TEN_MEBIBYTES = 10 << 20;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private static final int LARGE_EVENTS = 18;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

    private void add(String text) {
        stream.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String event(String id, long offsetMs, String text) {
        return TestTimeline.eventLine(id, "one", offsetMs, text);
    }

    private static String offset(String line, long offsetMs) {
        return line.replace("\"offset_ms\":77", "\"offset_ms\":" + offsetMs);
    }

    /** Runs the job over the bytes. */
    private RunFiles run(String runId) throws Exception {
        new TestTimeline().writeTo(folder.resolve("dataset"));
        Files.write(folder.resolve("dataset").resolve(Dataset.STREAM_FILE), stream.toByteArray());
        ChainModel model = new ChainModel(1, 1, 5, new FaultPlan(List.of()));
        try (OutsideWorld world = OutsideWorld.open(runId, folder.resolve("memory.db"), Duration.ZERO, model)) {
            JobRun run = new JobRun(runId, folder, world);
            JobRun.awaitEnd(run.start());
            assertThat(model.violations()).isEmpty();
            return run.files();
        }
    }

    private static List<String> letters(RunFiles files) throws IOException {
        return files.deadLetters().stream()
                .sorted(java.util.Comparator.comparingLong(DeadLetter::line))
                .map(letter -> letter.line() + " " + letter.code() + " " + letter.field())
                .toList();
    }

    private static List<String> decided(RunFiles files) throws IOException {
        return files.rollouts(EventLine.class).stream()
                .filter(line -> line.outcome().equals("decided"))
                .map(EventLine::eventId)
                .sorted()
                .toList();
    }

    @Test
    void everyLineIsReadOrHasItsDeadLetter() throws Exception {
        add("\uFEFF" + event("marked", 0, "after a byte order mark") + "\r\n"); // 1
        add("\r\n \n"); // 2 is empty, 3 a blank
        add("{\"kind\":\"event\",\"event_id\":\"latin\",\"text\":\"M");
        stream.write(0xFC); // 4: ü in Latin-1
        add("ller\"}\n");
        add(event("huge", 1, "x".repeat(TEN_MEBIBYTES)) + "\n"); // 5
        add("{\"kind\":\"event\",\0\"event_id\":\"raw-nul\"}\n"); // 6
        add(event("nul", 2, "a\0b") + "\n"); // 7: escaped, so it is text
        add(offset(event("future", 77, "an offset beyond all time"), 9_007_199_254_740_991L) + "\n"); // 8
        add(offset(event("past", 77, "an offset before the start"), -5) + "\n"); // 9
        add(event("dated", 3, "x").replace("2026-01-01T00:00:00.003Z", "9999-99-99T00:00:00Z") + "\n"); // 10
        add(event("late", 40_000, "far ahead of what follows") + "\n"); // 11
        add(event("early", 4, "out of order") + "\n"); // 12
        add("[1,2]\n\"text\"\nnull\n{}\n"); // 13 to 16
        add(event("wordy", 5, "x").replace("\"source\":\"", "\"source\":\"" + "x".repeat(TEN_MEBIBYTES)) + "\n"); // 17
        add("{\"kind\":\"query\",\"query_id\":\"q\",\"entity_ids\":[\"one\"],\"offset_ms\":5,\"text\":\""
                + "x".repeat(TEN_MEBIBYTES) + "\",\"asks\":[{\"ask_id\":\"a\",\"subject\":\"s\"}]}\n"); // 18
        add(event("last", 5, "without an end of line")); // 19
        RunFiles files = run("hostile");

        assertThat(letters(files))
                .containsExactly(
                        "3 MALFORMED_JSON null",
                        "4 INVALID_UTF8 null",
                        "5 OVERSIZED /text",
                        "6 MALFORMED_JSON null",
                        "8 BAD_FIELD /offset_ms",
                        "9 BAD_FIELD /offset_ms",
                        "10 BAD_FIELD /event_time",
                        "13 MALFORMED_JSON null",
                        "14 MALFORMED_JSON null",
                        "15 MALFORMED_JSON null",
                        "16 UNKNOWN_KIND /kind",
                        "17 OVERSIZED /source",
                        "18 OVERSIZED /text");
        assertThat(decided(files)).containsExactly("early", "last", "late", "marked", "nul");
        assertThat(files.rollouts(InputLine.class)).hasSize(13); // one line of rollouts for each dead letter
        assertThat(files.deadLetters())
                .allSatisfy(letter -> assertThat(letter.message()).contains("stream.jsonl line " + letter.line()));
    }

    /** Whose request would else be too long a text to be read back from the decision log. */
    @Test
    void manyLargeEventsOfOneEntityAreDecidedFewAtATime() throws Exception {
        for (int i = 0; i < LARGE_EVENTS; i++) {
            add(event("e" + i, i, "\u0001".repeat(Event.MAX_TEXT_BYTES - 4)) + "\n"); // six characters each, as JSON
        }
        RunFiles files = run("large");

        assertThat(decided(files)).hasSize(LARGE_EVENTS);
        assertThat(files.rollouts(CallLine.class))
                .allSatisfy(call -> assertThat(call.eventIds()).hasSizeBetween(1, 4));
    }

    @Test
    void aFileWithoutALineIsARunWithoutAnEvent() throws Exception {
        RunFiles files = run("empty");
        assertThat(files.rollouts()).isEmpty();
        assertThat(files.deadLetters()).isEmpty();
    }

    @Test
    void aFileOfEmptyLinesIsARunWithoutAnEvent() throws Exception {
        add("\n\r\n\n");
        RunFiles files = run("empty-lines");
        assertThat(files.rollouts()).isEmpty();
        assertThat(files.deadLetters()).isEmpty();
    }
}
