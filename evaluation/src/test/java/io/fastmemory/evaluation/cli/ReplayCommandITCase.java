package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.MemoryWriteJob;
import io.fastmemory.model.rollout.RunLine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run is repeated by naming it, without the options it was made with. */
class ReplayCommandITCase {
    private static final Path DATASET = Path.of("..", "docs", "examples", "tiny");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"llm", "store-everything"})
    void givesTheSameMemoryUnderTheBudgetsOfTheRunItRepeats(String policy) throws Exception {
        Path first = directory.resolve("first");
        fmw(
                first,
                "--policy=" + policy,
                "--llm=stub",
                "--queries=settled",
                "--storage-budget=25",
                "--option=fmw.policy.max-repairs=0");
        EvalSummary recorded = EvalSummary.read(first.resolve(EvalSummary.FILE));

        Path second = directory.resolve("second");
        String printed = fmw(second, "--policy=replay", "--from=" + first, "--llm=openai");

        assertThat(digests(second)).isEqualTo(digests(first));
        assertThat(verdicts(second)).isNotEmpty().isEqualTo(verdicts(first));
        EvalSummary replayed = EvalSummary.read(second.resolve(EvalSummary.FILE));
        assertThat(replayed.failures()).isEqualTo(recorded.failures());
        RunLine line = Rollouts.read(second.resolve(Rollouts.FILE)).run();
        assertThat(line.config()).containsEntry(JobOptions.STORAGE_TOKENS.key(), "25");
        assertThat(line.llm())
                .isEqualTo(new RunLine.Llm("replay", recorded.llm().model(), true));
        assertThat(printed).contains("reader   ").doesNotContain("replay  [BOUND");
    }

    /** What became of each query, by its id. */
    private static Map<String, String> verdicts(Path runDir) throws Exception {
        Map<String, String> verdicts = new TreeMap<>();
        Rollouts.read(runDir.resolve(Rollouts.FILE))
                .queries()
                .forEach(query -> verdicts.put(query.queryId(), query.verdict() + " because of " + query.cause()));
        return verdicts;
    }

    private static String digests(Path runDir) throws Exception {
        try (Stream<Path> parts = Files.walk(runDir.resolve(MemoryWriteJob.PARTS))) {
            return Files.readString(parts.filter(path -> path.endsWith("digests.jsonl"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    private static String fmw(Path runDir, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "run",
                "--dataset=" + DATASET.toRealPath(),
                "--index=local",
                "--speed=max",
                "--llm-latency=0ms",
                "--option=fmw.embedding.type=hashed",
                "--out=" + runDir));
        command.addAll(List.of(arguments));
        StringWriter printed = new StringWriter();
        int code = Fmw.commandLine()
                .setOut(new PrintWriter(printed, true))
                .setErr(new PrintWriter(printed, true))
                .execute(command.toArray(String[]::new));
        assertThat(code).as(printed.toString()).isZero();
        return printed.toString();
    }
}
