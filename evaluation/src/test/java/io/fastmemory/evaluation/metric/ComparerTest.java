package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.evaluation.metric.EvalSummary.Interval;
import io.fastmemory.evaluation.report.ComparisonCsv;
import io.fastmemory.evaluation.report.ComparisonTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
        Path file = other.resolve(EvalSummary.FILE);
        String sha256 = EvalSummary.read(file).dataset().sha256();
        Files.writeString(file, Files.readString(file).replace(sha256, "feed"));

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
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("" + empty.resolve(EvalSummary.FILE));
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
