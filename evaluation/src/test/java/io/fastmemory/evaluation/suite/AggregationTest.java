package io.fastmemory.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.ResultFile;
import io.fastmemory.evaluation.suite.SuiteSummary.Broken;
import io.fastmemory.evaluation.suite.SuiteSummary.SeedBounds;
import io.fastmemory.evaluation.suite.SuiteSummary.Spread;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AggregationTest {
    private final Map<String, EvalSummary> finished = new HashMap<>();
    private final SuiteFile suite = SuiteRuns.suite(List.of(1L, 2L, 3L), "none", "llm", "oracle");

    @TempDir
    private Path directory;

    @Test
    void figureOfAPolicyIsItsMeanAndRangeOverTheSeeds() throws Exception {
        finish("llm", 1, 0.2, 100.0);
        finish("llm", 2, 0.7, 400.0);
        finish("llm", 3, 0.3, 250.0);

        Map<String, Spread> llm =
                Aggregation.of(suite, finished).policies().get(1).figures();

        assertThat(llm.get("answer_success")).isEqualTo(new Spread(3, 0.4, 0.2, 0.7));
        assertThat(llm.get("ready_lag_p50")).isEqualTo(new Spread(3, 250.0, 100.0, 400.0));
    }

    @Test
    void timeThatASeedDidNotReachHasNoMeanOfTheOthers() throws Exception {
        finish("llm", 1, 0.2, 100.0);
        finish("llm", 2, 0.7, null);

        SuiteSummary summary = Aggregation.of(suite, finished);

        assertThat(summary.policies().get(1).figures().get("ready_lag_p50"))
                .isEqualTo(new Spread(1, null, 100.0, null));
        assertThat(SuiteTable.render(summary)).contains("not reached (1/2)", "[100 ms–…]");
    }

    @Test
    void policyWithoutAFinishedRunHasNoFiguresAndItsRunsAreNamed() throws Exception {
        finish("llm", 2, 0.5, 1.0);

        SuiteSummary summary = Aggregation.of(suite, finished);

        assertThat(summary.policies().get(0).runs()).isZero();
        assertThat(summary.policies().get(0).figures().get("answer_success"))
                .isEqualTo(new Spread(0, null, null, null));
        assertThat(summary.missing()).hasSize(8).contains("none-small-seed-1").doesNotContain("llm-small-seed-2");
        assertThat(SuiteTable.render(summary)).contains("not finished: none-small-seed-1, ");
    }

    @Test
    void boundsHoldOrTheSeedAndFigureThatBreakThemAreNamed() throws Exception {
        finish("none", 1, 0.0, null);
        finish("llm", 1, 0.5, 1.0);
        finish("oracle", 1, 0.5, 1.0);
        finish("none", 2, 0.1, null);
        finish("llm", 2, 0.6, 1.0);
        finish("oracle", 2, 0.5, 1.0);
        finish("llm", 3, 0.9, 1.0);

        SuiteSummary summary = Aggregation.of(suite, finished);

        List<String> all = List.of("none", "llm", "oracle");
        assertThat(summary.bounds())
                .containsExactly(
                        new SeedBounds(1, all, List.of()),
                        new SeedBounds(
                                2,
                                all,
                                List.of(
                                        new Broken("answer_success", "llm", 0.6, "oracle", 0.5),
                                        new Broken("recall_at10", "llm", 0.6, "oracle", 0.5))),
                        new SeedBounds(3, List.of("llm"), List.of()));
        assertThat(SuiteTable.render(summary))
                .contains("  seed 1: hold\n")
                .contains("  seed 2: BROKEN, answer_success of llm 60.0 % > oracle 50.0 %; recall_at10 of llm")
                .contains("  seed 3: not checked");
    }

    @Test
    void withoutTheModelsRunTheBoundsAreComparedWithEachOther() throws Exception {
        finish("none", 1, 0.6, null);
        finish("oracle", 1, 0.5, 1.0);

        assertThat(Aggregation.of(suite, finished).bounds().get(0).broken())
                .contains(new Broken("answer_success", "none", 0.6, "oracle", 0.5));
    }

    @Test
    void csvHasALineForEachRunAndThreeForEachPolicy() throws Exception {
        finish("none", 1, 0.0, null);
        finish("llm", 1, 0.25, 100.0);
        finish("llm", 2, 0.75, 300.0);

        List<String> lines =
                SuiteCsv.render(Aggregation.of(suite, finished)).lines().toList();

        assertThat(lines).hasSize(1 + 3 + 3 * 3);
        assertThat(lines.get(0)).startsWith("row,policy,seed,run_id,score,time_to_useful_memory_p50,");
        int success = List.of(lines.get(0).split(",")).indexOf("answer_success");
        assertThat(lines.stream()
                        .filter(line -> line.contains(",llm,"))
                        .map(line -> line.split(",")[0] + " " + line.split(",")[success]))
                .containsExactly("run 0.25", "run 0.75", "mean 0.5", "min 0.25", "max 0.75");
    }

    @Test
    void isReadAsItWasWrittenAndTheSameRunsGiveTheSameBytes() throws Exception {
        finish("llm", 1, 0.25, 100.0);
        finish("oracle", 1, 0.75, null);
        SuiteSummary summary = Aggregation.of(suite, finished);
        Path file = directory.resolve(SuiteSummary.FILE);
        ResultFile.replace(file, ResultFile.json(summary));

        assertThat(SuiteSummary.read(file)).isEqualTo(summary);
        assertThat(Files.readString(file))
                .isEqualTo(ResultFile.json(Aggregation.of(suite, new HashMap<>(finished))))
                .contains("\"ready_lag_p50\": null");
    }

    private void finish(String policy, long seed, double success, @Nullable Double readyLagMs) throws Exception {
        SuiteRun run = new SuiteRun(policy, "small", seed);
        finished.put(run.runId(), SuiteRuns.summary(run, "sha-" + seed, success, readyLagMs));
    }

    @Test
    void tableOfSettledRunsSaysThatTheirTimesSayNothing() throws Exception {
        finish("llm", 1, 0.2, 100.0);

        assertThat(SuiteTable.render(Aggregation.of(suite, finished))).contains("\nSETTLED: ", "ready lag");
    }
}
