package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.SmallRun;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a redrive is refused for by the record of the run, which anyone may have written. */
class RedriveCommandTest {
    @TempDir
    private Path folder;

    @Test
    void sendsNoKeyToAnAddressThatTheRunsRecordAloneNames() throws IOException {
        write(Map.of("fmw.llm.client", "openai", "fmw.llm.base-url", "https://model.example/v1"));

        assertThat(refusal()).contains("https://model.example/v1").contains("--trust-addresses");
        assertThat(refusal("--trust-addresses")).doesNotContain("--trust-addresses");
        assertThat(refusal("--option=fmw.llm.base-url=http://localhost:1/v1")).doesNotContain("--trust-addresses");
    }

    @Test
    void sendsNoneToAnIndexThereEither() throws IOException {
        write(Map.of("fmw.index.type", "pinecone", "fmw.index.control-plane-url", "https://index.example"));

        assertThat(refusal()).contains("https://index.example").contains("--trust-addresses");
    }

    /** Whatever else it stumbles over, as there is no store to read. */
    private String refusal(String... more) {
        StringWriter told = new StringWriter();
        String[] arguments = new String[3 + more.length];
        arguments[0] = "redrive";
        arguments[1] = folder.toString();
        arguments[2] = "--llm=openai";
        System.arraycopy(more, 0, arguments, 3, more.length);
        int code = Fmw.commandLine().setErr(new PrintWriter(told, true)).execute(arguments);
        assertThat(code).isNotZero();
        return told.toString();
    }

    private void write(Map<String, String> config) throws IOException {
        Path parts =
                Files.createDirectories(folder.resolve("parts/raw_rollouts")).getParent();
        StringBuilder others = new StringBuilder();
        for (RolloutLine line : SmallRun.lines("r1")) {
            if (line instanceof RunLine run) {
                Files.writeString(parts.resolve("run.jsonl"), Json.write(SmallRun.configured(run, config)) + "\n");
            } else {
                others.append(Json.write(line)).append('\n');
            }
        }
        Files.writeString(parts.resolve("raw_rollouts/part-0"), others);
        Files.writeString(folder.resolve("memory.db"), "no store");
    }
}
