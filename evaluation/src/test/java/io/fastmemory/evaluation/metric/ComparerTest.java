package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.evaluation.metric.EvalSummary.Interval;
import io.fastmemory.evaluation.report.ComparisonCsv;
import io.fastmemory.evaluation.report.ComparisonTable;
import io.fastmemory.evaluation.reward.RewardWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparerTest {
    @TempDir
    private Path directory;

    private Path first;
    private Path second;

    @BeforeEach
    void writesTwoRunsOfTheSameLines() throws IOException {
        first = run("first");
        second = run("second");
    }

    @Test
    void readsRunsFromTheirFolders() throws IOException {
        Comparison comparison = Comparer.compare(List.of(first, second), 100, 7);

        assertThat(comparison.paired()).isTrue();
        assertThat(comparison.notes()).isEmpty();
        assertThat(comparison.differences().get(0)).isEmpty();
        for (ComparedFigure figure : ComparedFigure.resampled()) {
            assertThat(comparison.differences().get(1).get(figure))
                    .as(figure.key())
                    .isEqualTo(new Comparison.Difference(0, new Interval(0.0, 0.0)));
        }
    }

    @Test
    void figuresDrawnAgainAreThoseOfTheSummary() throws IOException {
        EvaluatedRun run = EvaluatedRun.read(first);
        EntityTally all = new EntityTally();
        run.entities().values().forEach(all::add);

        for (ComparedFigure figure : ComparedFigure.resampled()) {
            assertThat(Numbers.rate(figure.of(all))).as(figure.key()).isEqualTo(figure.of(run.summary()));
        }
    }

    @Test
    void tableAndCsvHoldEveryFigureOfEveryRun() throws IOException {
        Comparison comparison = Comparer.compare(List.of(first, second), 100, 7);

        String table = ComparisonTable.render(comparison);
        assertThat(table).contains("difference to A [95 %]", "+0.0 pp [+0.0, +0.0]", "same entities drawn of both");
        assertThat(table.lines().filter(line -> line.startsWith("recall @10"))).hasSize(2);
        assertThat(table).containsPattern("queries scored +60 of 60 +60 of 60\n");
        assertThat(ComparisonCsv.render(comparison).lines())
                .hasSize(1 + 2 * ComparedFigure.values().length)
                .first()
                .isEqualTo("run_id,policy,reader,queries,speed,mock,dataset,metric,value,difference,low,high");
        assertThat(ComparisonCsv.render(comparison).lines())
                .filteredOn(line -> line.contains(",answer_success,"))
                .last()
                .asString()
                .endsWith(",0,0,0");
    }

    @Test
    void otherDatasetIsRefusedNamingBothRunsAndBothDatasets() throws IOException {
        Path other = run("other");
        Path line = other.resolve("parts/run.jsonl");
        String sha256 =
                EvalSummary.read(other.resolve(EvalSummary.FILE)).dataset().sha256();
        Files.writeString(line, Files.readString(line).replace(sha256, "feed"));
        Evaluator.evaluate(other);

        assertThatThrownBy(() -> Comparer.compare(List.of(first, second, other), 100, 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected runs of one dataset")
                .hasMessageContaining("" + first)
                .hasMessageContaining("" + other)
                .hasMessageContaining(sha256)
                .hasMessageContaining("feed");
        Comparison across = Comparer.compareAcrossDatasets(List.of(first, other), 100, 7);
        assertThat(across.paired()).isFalse();
        assertThat(ComparisonTable.render(across)).contains("unpaired, as the runs are of different datasets");
    }

    @Test
    void oneRunAloneAndTheSameRunTwiceAreRefused() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), first);

        assertThatThrownBy(() -> Comparer.compare(List.of(first), 100, 7))
                .hasMessage("expected at least two runs to compare, found 1");
        assertThatThrownBy(() -> Comparer.compare(List.of(first, second, link), 100, 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected different runs, found one twice: " + first + " and " + link);
    }

    @Test
    void folderWithoutASummaryIsNamed() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));

        assertThatThrownBy(() -> Comparer.compare(List.of(first, empty), 100, 7))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessage(empty.resolve(Rollouts.FILE)
                        + ": expected the file of an evaluated run, found none: run 'fmw evaluate " + empty
                        + "' first");
    }

    @Test
    void rolloutsOfAnotherRunThanTheSummarysAreRefused() throws IOException {
        Path file = second.resolve(EvalSummary.FILE);
        String runId = EvalSummary.read(file).runId();
        Files.writeString(file, Files.readString(file).replace("\"run_id\": \"" + runId, "\"run_id\": \"else"));

        assertThatThrownBy(() -> Comparer.compare(List.of(first, second), 100, 7))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessageContaining("" + second.resolve(Rollouts.FILE))
                .hasMessageContaining("expected run else");
    }

    @Test
    void figureThatDoesNotFollowFromTheRolloutsIsRefused() throws IOException {
        Path file = second.resolve(EvalSummary.FILE);
        Double success = EvalSummary.read(file).headline().answerSuccess();
        Files.writeString(
                file, Files.readString(file).replaceFirst("\"answer_success\": " + success, "\"answer_success\": 7.0"));

        assertThatThrownBy(() -> Comparer.compare(List.of(first, second), 100, 7))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessage(file + ": expected /headline/answer_success " + success + ", as " + Rollouts.FILE
                        + " beside it gives, found 7.0; run 'fmw evaluate " + second + "' again");
    }

    @Test
    void rolloutsThatAreCutOffBetweenLinesAreRefused() throws IOException {
        Path file = second.resolve(Rollouts.FILE);
        List<String> lines = Files.readAllLines(file);
        lines.remove(lines.stream()
                .filter(line -> line.contains("\"kind\":\"query\""))
                .reduce((one, next) -> next)
                .orElseThrow());
        Files.write(file, lines);

        assertThatThrownBy(() -> Comparer.compare(List.of(first, second), 100, 7))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessageContaining("run 'fmw evaluate " + second + "' again");
    }

    @Test
    void runEvaluatedWithOtherSettingsIsComparedByThem() throws IOException {
        Evaluator.evaluate(
                second,
                new EvaluationSettings(
                        new RewardWeights(0.1, 0.2, 0.3, 0.4), new EvaluationSettings.Prices(1, 2), 200, 3));

        assertThat(Comparer.compare(List.of(first, second), 100, 7).notes())
                .singleElement()
                .asString()
                .startsWith("reward weights differs");
    }

    @Test
    void whatIsNoFolderOfARunIsNamed() throws IOException {
        Path nowhere = directory.resolve("nowhere");
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> Comparer.compare(List.of(first, nowhere), 100, 7))
                .hasMessage(nowhere + ": expected the folder of a run, found none");
        assertThatThrownBy(() -> Comparer.compare(List.of(first, file), 100, 7))
                .hasMessage(file + ": expected the folder of a run, found a file");
        assertThatThrownBy(() -> Evaluator.evaluate(nowhere))
                .hasMessage(nowhere + ": expected the folder of a run, found none");
    }

    private Path run(String name) throws IOException {
        Path run = Files.createDirectory(directory.resolve(name));
        SyntheticRun.write(run, 10, 300, 11);
        Evaluator.evaluate(run);
        return run;
    }

    @Test
    void namesInACsvAreNoFormulasAndDifferencesStayNumbers() throws IOException {
        for (Path run : List.of(first, second)) {
            Path file = run.resolve("parts/run.jsonl");
            String lines = Files.readString(file);
            String renamed = lines.replaceFirst("\"name\":\"[^\"]*\"", "\"name\":\"=1+1\"");
            assertThat(renamed).isNotEqualTo(lines);
            Files.writeString(file, renamed);
            Evaluator.evaluate(run);
        }

        String csv = ComparisonCsv.render(Comparer.compare(List.of(first, second), 100, 7));

        assertThat(csv).contains(",'=1+1,").doesNotContain(",=1+1");
        assertThat(csv.lines().filter(line -> line.contains(",answer_success,")))
                .last()
                .asString()
                .endsWith(",0,0,0");
    }

    @Test
    void tableSaysThatTimesOfSettledRunsSayNothing() throws IOException {
        assertThat(ComparisonTable.render(Comparer.compare(List.of(first, second), 100, 7)))
                .doesNotContain("SETTLED");
        Path file = second.resolve("parts/run.jsonl");
        Files.writeString(file, Files.readString(file).replace("\"queries\":\"arrival\"", "\"queries\":\"settled\""));
        Evaluator.evaluate(second);

        assertThat(ComparisonTable.render(Comparer.compare(List.of(first, second), 100, 7)))
                .contains("note: B: SETTLED: ")
                .doesNotContain("note: A: ");
    }
}
