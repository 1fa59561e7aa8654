package io.fastmemory.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.datagen.StreamGenerator;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.ResultFile;
import io.fastmemory.job.source.DatasetFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which runs are made, by a runner that only writes what a run would leave. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SuiteTest {
    private static final SuiteFile FOUR = SuiteRuns.suite(List.of(1L, 2L), "none", "oracle");

    @TempDir
    private Path directory;

    private final StringWriter told = new StringWriter();
    private final Queue<String> ran = new ConcurrentLinkedQueue<>();
    private final Queue<Long> generated = new ConcurrentLinkedQueue<>();
    private NamedLocks locks;

    @BeforeEach
    void opensLocks() throws IOException {
        locks = Suite.locks(directory);
    }

    @Test
    void makesEachRunOnItsSeedsDatasetAndNothingAnewTheNextTime() throws Exception {
        Suite.Outcome first = execute(FOUR);
        Suite.Outcome second = execute(FOUR);

        assertThat(first.made())
                .containsExactly(
                        "none-small-seed-1", "oracle-small-seed-1", "none-small-seed-2", "oracle-small-seed-2");
        assertThat(second.made()).isEmpty();
        assertThat(second.found()).isEqualTo(first.made());
        assertThat(ran).containsExactlyElementsOf(first.made());
        assertThat(generated).containsExactly(1L, 2L);
        assertThat(told.toString())
                .contains(
                        "[3/4] none on small, seed 2 …", "[4/4] oracle on small, seed 2 is finished already, skipped");
    }

    @Test
    void aSeedThatIsAddedIsAllThatIsMade() throws Exception {
        execute(SuiteRuns.suite(List.of(1L), "oracle"));

        assertThat(execute(SuiteRuns.suite(List.of(1L, 3L), "oracle")).made()).containsExactly("oracle-small-seed-3");
    }

    @Test
    void unfinishedRunIsRemovedAndMadeAgain() throws Exception {
        SuiteFile one = SuiteRuns.suite(List.of(1L), "oracle");
        execute(one);
        Path runDir = directory.resolve("oracle-small-seed-1");
        Path file = runDir.resolve(EvalSummary.FILE);
        ResultFile.replace(file, ResultFile.json(SuiteRuns.unfinished(EvalSummary.read(file))));
        Files.createDirectories(runDir.resolve("parts"));
        Files.writeString(runDir.resolve("parts/part-0"), "torn");

        assertThat(execute(one).made()).containsExactly("oracle-small-seed-1");
        assertThat(runDir.resolve("parts")).doesNotExist();
    }

    @Test
    void folderThatTheSuiteDidNotMakeIsLeftAlone() throws Exception {
        Path letter = Files.createDirectories(directory.resolve("oracle-small-seed-1"))
                .resolve("letter.txt");
        Files.writeString(letter, "dear");

        Suite.Outcome outcome = execute(SuiteRuns.suite(List.of(1L, 2L), "oracle"));

        assertThat(outcome.failed()).containsOnlyKeys("oracle-small-seed-1");
        assertThat(outcome.failed().get("oracle-small-seed-1")).contains("found other files there; move them away");
        assertThat(outcome.made()).containsExactly("oracle-small-seed-2");
        assertThat(letter).hasContent("dear");
    }

    @Test
    void finishedRunThatDoesNotFitIsNamedAndKept() throws Exception {
        SuiteFile one = SuiteRuns.suite(List.of(1L), "oracle");
        execute(one);
        Path file = directory.resolve("oracle-small-seed-1").resolve(EvalSummary.FILE);
        SuiteRun run = new SuiteRun("oracle", "small", 1);
        SuiteRuns.write(run, "other-sha", file.getParent());

        Suite.Outcome outcome = execute(one);

        assertThat(outcome.failed().get("oracle-small-seed-1"))
                .contains("" + file, "expected dataset/sha256 ", ", found other-sha");
        SuiteSummary summary = new SuiteResults(directory, locks).write(outcome);
        assertThat(summary.runs()).as("what does not fit is in no figure").isEmpty();
        assertThat(SuiteTable.render(summary))
                .contains("left out: oracle-small-seed-1: " + file + ": expected dataset/sha256 ")
                .doesNotContain("not finished");
    }

    @Test
    void runsThatCannotBeReadOrDoNotFollowFromTheirRolloutsAreNamedAndTheOthersCount() throws Exception {
        SuiteFile three = SuiteRuns.suite(List.of(1L), "none", "llm", "oracle");
        execute(three);
        Path torn = directory.resolve("none-small-seed-1").resolve(EvalSummary.FILE);
        Files.writeString(torn, "{}");
        Path older = directory.resolve("llm-small-seed-1").resolve(EvalSummary.FILE);
        Files.writeString(older, Files.readString(older).replaceFirst("\"score\": [0-9.]+", "\"score\": 99.9"));

        Suite.Outcome outcome = execute(SuiteRuns.suite(List.of(1L), "oracle"));
        SuiteSummary summary = new SuiteResults(directory, locks).write(outcome);

        assertThat(summary.runs()).extracting(SuiteSummary.Run::policy).containsExactly("oracle");
        assertThat(SuiteTable.render(summary))
                .contains("left out: none-small-seed-1: " + torn
                        + ": expected a summary of this version, found no /run_id")
                .contains("left out: llm-small-seed-1: " + older + ": expected /headline/score ")
                .doesNotContain("not finished");
        assertThat(execute(three).failed()).containsOnlyKeys("none-small-seed-1", "llm-small-seed-1");
    }

    @Test
    void failingRunIsNamedAndTheOthersAreMade() throws Exception {
        Suite.Outcome outcome = suite(FOUR, (run, dataset, runDir) -> {
                    if (run.policy().equals("none") && run.seed() == 1) {
                        throw new IOException("the disk is full");
                    }
                    run(run, dataset, runDir);
                })
                .execute(() -> false);

        assertThat(outcome.failed()).containsExactly(Map.entry("none-small-seed-1", "the disk is full"));
        assertThat(outcome.made()).hasSize(3);
        assertThat(told.toString()).contains("[1/4] none on small, seed 1 FAILED: the disk is full");
    }

    @Test
    void runThatLeavesNothingFinishedIsAFailure() throws Exception {
        Suite.Outcome outcome = suite(SuiteRuns.suite(List.of(1L), "none"), (run, dataset, runDir) -> {})
                .execute(() -> false);

        assertThat(outcome.failed().get("none-small-seed-1")).contains("expected a finished run, found none");
    }

    @Test
    void beginsNoRunOnceItIsToEnd() throws Exception {
        Suite.Outcome outcome = suite(FOUR, this::run).execute(() -> ran.size() == 1);

        assertThat(outcome.made()).hasSize(1);
        assertThat(ran).hasSize(1);
    }

    @Test
    void twoAtWorkOnTheSameFolderMakeEachRunOnce() throws Exception {
        CountDownLatch bothRun = new CountDownLatch(2);
        Suite.Runner together = (run, dataset, runDir) -> {
            bothRun.countDown();
            assertThat(bothRun.await(1, TimeUnit.MINUTES)).isTrue();
            run(run, dataset, runDir);
        };
        List<CompletableFuture<Suite.Outcome>> both = Stream.generate(() -> suite(FOUR, together))
                .limit(2)
                .map(suite -> CompletableFuture.supplyAsync(() -> executed(suite)))
                .toList();

        Suite.Outcome one = both.get(0).get();
        Suite.Outcome other = both.get(1).get();
        assertThat(ran).hasSize(4).doesNotHaveDuplicates();
        assertThat(generated).hasSize(2).doesNotHaveDuplicates();
        assertThat(one.made()).isNotEmpty().doesNotContainAnyElementsOf(other.made());
        assertThat(other.made()).isNotEmpty();
        assertThat(one.found()).isEqualTo(other.made());
        assertThat(one.failed()).isEmpty();
        assertThat(other.failed()).isEmpty();
    }

    @Test
    void datasetThatWasChangedIsNamed() throws Exception {
        SuiteFile one = SuiteRuns.suite(List.of(1L), "oracle");
        execute(one);
        Files.writeString(directory.resolve("datasets/small-seed-1/gold.jsonl"), "\n");

        assertThat(execute(one).failed().get("oracle-small-seed-1"))
                .contains("datasets/small-seed-1", "gold.jsonl", "found it changed");
    }

    @Test
    void otherSettingsMakeNothing() throws Exception {
        execute(FOUR);
        SuiteFile other = new SuiteFile(SuiteRuns.settings("oracle", Map.of()), FOUR.seeds(), FOUR.policies());

        assertThatThrownBy(() -> execute(other)).hasMessageContaining("expected reader \"llm\", found \"oracle\"");
        assertThat(ran).hasSize(4);
    }

    private Suite.Outcome execute(SuiteFile asked) throws Exception {
        return suite(asked, this::run).execute(() -> false);
    }

    private static Suite.Outcome executed(Suite suite) {
        try {
            return suite.execute(() -> false);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Suite suite(SuiteFile asked, Suite.Runner runner) {
        SuiteDatasets datasets = SuiteDatasets.generated(directory, "small", locks, this::generate);
        return new Suite(directory, asked, datasets, locks, runner, Exception::getMessage, new PrintWriter(told, true));
    }

    private void generate(long seed, Path folder) {
        try {
            new StreamGenerator(GeneratorConfig.small(seed)).writeTo(folder);
            generated.add(seed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(SuiteRun run, Path dataset, Path runDir) throws Exception {
        ran.add(run.runId());
        String sha256 = DatasetFolder.open(dataset).sha256();
        SuiteRuns.write(run, sha256, runDir);
    }
}
