package io.fastmemory.evaluation.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.metric.SmallRun;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinishedRunTest {
    @TempDir
    private Path folder;

    private final StringWriter printed = new StringWriter();

    @Test
    void contactsNoAddressWithAKeyThatTheRunsRecordAloneNames() throws IOException {
        write(Map.of("fmw.index.type", "pinecone", "fmw.index.control-plane-url", "https://index.example"));
        assertThat(recordEnd(false)).isFalse();
        assertThat(printed.toString()).contains("https://index.example").contains("--trust-addresses");
    }

    @Test
    void goesOnWhenTheAddressIsTrusted() throws IOException {
        write(Map.of("fmw.index.type", "pinecone", "fmw.index.control-plane-url", "https://index.example"));
        assertThat(recordEnd(true)).isFalse();
        assertThat(printed.toString()).contains("the run's end is not recorded").doesNotContain("--trust-addresses");
    }

    @Test
    void whatIsMissingSteersNoTerminal() throws IOException {
        write(Map.of());
        Path rollouts = folder.resolve(Rollouts.FILE);
        String undigested = Files.readString(rollouts)
                .lines()
                .filter(line -> !line.contains("\"kind\":\"state_digest\""))
                .collect(Collectors.joining("\n", "", "\n"));
        Files.writeString(rollouts, undigested.replace("\"entity_id\":\"", "\"entity_id\":\"\\u001b]0;owned\\u0007"));

        assertThat(recordEnd(false)).isFalse();

        assertThat(printed.toString()).contains("␛]0;owned␇").doesNotContain("\u001b", "\u0007");
    }

    private boolean recordEnd(boolean trusted) throws IOException {
        return FinishedRun.recordEnd(folder, false, trusted, Clock.systemUTC(), new PrintWriter(printed, true));
    }

    /** A run that has written everything but its end. */
    private void write(Map<String, String> config) throws IOException {
        Files.createFile(Files.createDirectories(folder.resolve("parts")).resolve("run.jsonl"));
        StringBuilder lines = new StringBuilder();
        for (RolloutLine line : SmallRun.lines("r1")) {
            if (!(line instanceof EndLine)) {
                lines.append(Json.write(line instanceof RunLine run ? SmallRun.configured(run, config) : line))
                        .append('\n');
            }
        }
        Files.writeString(folder.resolve(Rollouts.FILE), lines);
    }
}
