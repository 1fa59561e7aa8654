package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.RolloutLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutsTest {
    private static final String RUN = Json.write(RecordedRun.run("r1", 1, 1));

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("raw_rollouts.jsonl");
    }

    @Test
    void readsEveryKindOfLine() throws IOException {
        Files.writeString(file, RecordedRun.jsonLines(SmallRun.lines("r1")));
        Rollouts rollouts = Rollouts.read(file);

        assertThat(rollouts.run().runId()).isEqualTo("r1");
        assertThat(rollouts.end()).isNotNull();
        assertThat(rollouts.events()).hasSize(2);
        assertThat(rollouts.calls()).hasSize(2);
        assertThat(rollouts.versions()).hasSize(2);
        assertThat(rollouts.indexOperations()).hasSize(2);
        assertThat(rollouts.queries()).hasSize(5);
        assertThat(rollouts.inputs()).hasSize(1);
        assertThat(rollouts.stateDigests()).containsOnlyKeys(RecordedRun.ENTITY);
        assertThat(rollouts.storeDigests()).containsOnlyKeys(RecordedRun.ENTITY);
        assertThat(rollouts.indexDigests()).containsOnlyKeys(RecordedRun.ENTITY);
    }

    @Test
    void dropsRequestsAndAnswersAsItReads() throws IOException {
        Files.writeString(file, RecordedRun.jsonLines(SmallRun.lines("r1")));

        assertThat(Rollouts.read(file).calls())
                .allSatisfy(call -> {
                    assertThat(call.request()).isNull();
                    assertThat(call.rawAnswer()).isNull();
                })
                .first()
                .extracting(CallLine::repairs)
                .isEqualTo(List.of(new CallLine.Repair("", List.of())));
    }

    @Test
    void refusesATornLastLineWhereverItIsCut() throws IOException {
        byte[] whole = RecordedRun.jsonLines(SmallRun.lines("r1")).strip().getBytes(StandardCharsets.UTF_8);
        int lines = SmallRun.lines("r1").size();
        for (int cut : new int[] {1, 2, 10, 40}) {
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length - cut));

            assertThatThrownBy(() -> Rollouts.read(file))
                    .isInstanceOf(InvalidRolloutException.class)
                    .hasMessageStartingWith(file + ":" + lines + ": ")
                    .hasMessageContaining("cut off after");
        }
    }

    @Test
    void acceptsALastLineWithoutItsEnd() throws IOException {
        Files.writeString(file, RUN);

        assertThat(Rollouts.read(file).run().runId()).isEqualTo("r1");
    }

    @Test
    void namesLineAndFieldOfWhatIsInvalid() throws IOException {
        refuses(RUN + "\n\n" + RUN, 2, "found an empty line");
        refuses(RUN + "\nhello\n", 2, "expected a complete JSON object");
        refuses(RUN + "\nnull\n", 2, "found null");
        refuses(RUN + "\n{\"kind\":\"surprise\"}\n", 2, "surprise");
        refuses(
                RUN + "\n{\"kind\":\"end\",\"run_id\":\"r1\",\"restarts\":0,\"store_bytes\":0}",
                2,
                "found no ended_at in EndLine line");
        String end = Json.write(RecordedRun.end("r1", 5));
        refuses(RUN + "\n" + end.replace("\"restarts\":0", "\"restarts\":\"many\""), 2, "at /restarts");
        refuses(RUN + "\n" + end.replace("\"restarts\":0", "\"restarts\":0,\"extra\":1"), 2, "at /extra");
        refuses(RUN + "\n" + end + " {}\n", 2, "expected a complete JSON object");
    }

    @Test
    void refusesAFileWithoutRunLine() throws IOException {
        Files.writeString(file, Json.write(RecordedRun.end("r1", 5)) + "\n");

        assertThatThrownBy(() -> Rollouts.read(file))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessage(file + ": expected one run line, found none");
    }

    @Test
    void refusesLinesOfSeveralRuns() throws IOException {
        String other = Json.write(RecordedRun.run("r2", 1, 1));
        refuses(RUN + "\n" + other, 2, "expected lines of run r1 only, found run r2");
        refuses(RUN + "\n" + Json.write(RecordedRun.end("r2", 5)), 2, "expected lines of run r1 only, found run r2");
        refuses(Json.write(RecordedRun.end("r2", 5)) + "\n" + RUN, 2, "expected lines of run r2 only, found run r1");
        refuses(RUN + "\n" + RUN, 2, "expected one run line, found another one");
    }

    @Test
    void keepsLinesBeyondTheFirstAsRepeated() throws IOException {
        List<RolloutLine> lines = new ArrayList<>(SmallRun.lines("r1"));
        lines.add(lines.get(3));
        Files.writeString(file, RecordedRun.jsonLines(lines));

        assertThat(Rollouts.read(file).repeated())
                .containsExactly(new Rollouts.Repeated("event", RecordedRun.ENTITY, "e1"));
    }

    private void refuses(String text, int line, String message) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> Rollouts.read(file))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessageStartingWith(file + ":" + line + ": ")
                .hasMessageContaining(message);
    }
}
