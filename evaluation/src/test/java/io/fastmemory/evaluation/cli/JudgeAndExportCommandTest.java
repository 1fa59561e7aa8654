package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.ReportedRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeAndExportCommandTest {
    @TempDir
    private Path runDir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void evaluateARun() throws IOException {
        ReportedRun.write(runDir, "What colour is the bike?");
        assertThat(fmw("evaluate", "" + runDir)).as(err.toString()).isZero();
        out.getBuffer().setLength(0);
    }

    @Test
    void judgingLeavesEveryFileOfTheEvaluationAsItWas() throws IOException {
        Map<String, String> before = files();

        assertThat(fmw("judge", "" + runDir, "--all", "--llm=stub"))
                .as(err.toString())
                .isZero();

        Map<String, String> after = files();
        assertThat(after).containsAllEntriesOf(before);
        after.keySet().removeAll(before.keySet());
        assertThat(after.keySet()).containsExactlyInAnyOrder("judge.jsonl", "judge_summary.json");
        assertThat(out.toString())
                .contains("3 answers and 8 controls for scripted-stub (mock), 8 at a time")
                .contains("[MOCK: its opinion says nothing]", "Cohen's kappa 1.00", "answers judged            3 of 3");

        assertThat(fmw("evaluate", "" + runDir)).isZero();
        assertThat(files()).containsAllEntriesOf(before);
    }

    @Test
    void judgeWithoutFreeTextSaysWhatToDo() {
        assertThat(fmw("judge", "" + runDir, "--llm=stub")).isEqualTo(1);

        assertThat(err.toString()).contains("expected answers to questions with free-text gold", "--all judges every");
    }

    @Test
    void wrongCallsAreExitCodeTwo() {
        assertThat(fmw("judge", "" + runDir, "--concurrency=0")).isEqualTo(2);
        assertThat(fmw("export-rollouts", "" + runDir, "--format=csv")).isEqualTo(2);
        assertThat(fmw("export-rollouts", "" + runDir, "--min-reward=NaN")).isEqualTo(2);

        assertThat(err.toString())
                .contains("expected concurrency of at least 1: 0")
                .contains("expected --format chat-jsonl: csv")
                .contains("--min-reward: expected the smallest reward to be a number: NaN");
    }

    @Test
    void exportRefusesARunOfOtherPromptsAndNamesThem() {
        assertThat(fmw("export-rollouts", "" + runDir)).isEqualTo(1);

        assertThat(err.toString()).contains("/prompt_hash: expected a run with the prompts of this program");
        assertThat(runDir.resolve("chat.jsonl")).doesNotExist();
    }

    @Test
    void exportSaysWhatItLeftOutBesideTheLinesOnStandardOutput() throws IOException {
        Path rollouts = runDir.resolve("raw_rollouts.jsonl");
        Files.writeString(rollouts, Files.readString(rollouts).replace("\"policy\":\"llm\"", "\"policy\":\"oracle\""));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream standardOutput = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(fmw("export-rollouts", "" + runDir, "--out=-"))
                    .as(err.toString())
                    .isZero();
        } finally {
            System.setOut(standardOutput);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(err.toString())
                .contains("exported 0 of 2 calls; left out: 2 of policy oracle, for which no model was asked")
                .contains("no material to train from");
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var all = Files.list(runDir)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return files;
    }

    private int fmw(String... arguments) {
        return Fmw.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
