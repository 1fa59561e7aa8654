package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.evaluation.reward.RewardWeights;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
    @TempDir
    Path directory;

    private Path results;
    private Path run;

    @BeforeEach
    void nameRun() throws IOException {
        results = Files.createDirectory(directory.resolve("results"));
        run = results.resolve("run-a");
    }

    @Test
    void mergesPartsAndWritesEveryFile() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);

        EvalSummary summary = Evaluator.evaluate(run);

        assertThat(summary.time().get("ready_lag"))
                .isEqualTo(new TimeStat(2, 0, 425.0, 350.0, 500.0, 500.0, 500.0, 500.0));
        assertThat(summary.reconciliation().differences()).isEmpty();
        assertThat(read("raw_rollouts.jsonl").lines())
                .hasSize(SmallRun.lines("r1").size());
        assertThat(read("dead_letter.jsonl")).isEmpty();
        assertThat(read("undecided.jsonl")).isEmpty();
        assertThat(read("metrics.csv")).startsWith(MetricsCsv.HEADER);
        assertThat(read("eval_summary.json")).isEqualTo(Evaluator.json(summary));
        try (Stream<Path> files = Files.list(run)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "parts",
                            "raw_rollouts.jsonl",
                            "dead_letter.jsonl",
                            "undecided.jsonl",
                            "metrics.csv",
                            "eval_summary.json");
        }
    }

    @Test
    void writesTheKeysOfTheSummaryInTheirOrderAndNullForWhatIsAbsent() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Evaluator.evaluate(run);

        JsonNode summary = Json.MAPPER.readTree(read("eval_summary.json"));
        List<String> keys = new ArrayList<>();
        summary.fieldNames().forEachRemaining(keys::add);
        assertThat(keys).containsExactlyElementsOf(SmallRun.KEYS);
        assertThat(summary.at("/headline/score").isNumber()).isTrue();
        assertThat(summary.at("/headline/time_to_useful_memory_ms_p50").isNumber())
                .isTrue();
        assertThat(summary.at("/headline/ready_lag_ms_p95").isNumber()).isTrue();
        assertThat(summary.at("/quality/answerable/recall_at10").isNumber()).isTrue();
        assertThat(summary.at("/time/time_to_raw_write/p99").isNumber()).isTrue();
        assertThat(summary.at("/config/options").toString()).isEqualTo("{\"fmw.a\":\"1\",\"fmw.b\":\"2\"}");
    }

    @Test
    void readsBackTheSummaryItWroteAndNoOther() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        EvalSummary summary = Evaluator.evaluate(run);
        Path file = run.resolve("eval_summary.json");

        assertThat(Evaluator.json(EvalSummary.read(file))).isEqualTo(Evaluator.json(summary));

        Files.writeString(file, read("eval_summary.json").replace("\"wall_s\"", "\"walls\""));
        assertThatThrownBy(() -> EvalSummary.read(file))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessageContaining("walls")
                .hasMessageEndingWith("evaluate the run again to have one");
    }

    @Test
    void summaryWithoutABlockIsRefusedNamingIt() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Evaluator.evaluate(run);
        Path file = run.resolve("eval_summary.json");
        JsonNode whole = Json.MAPPER.readTree(read("eval_summary.json"));
        for (String field : List.of(
                "/quality",
                "/time",
                "/versions",
                "/quality/answerable",
                "/quality/answerable/queries",
                "/quality/freshness_curve/0",
                "/config/evaluation/reward",
                "/started_at",
                "/failures/in_flight")) {
            JsonNode changed = whole.deepCopy();
            JsonNode parent = changed.at(field.substring(0, field.lastIndexOf('/')));
            String name = field.substring(field.lastIndexOf('/') + 1);
            if (parent instanceof ArrayNode array) {
                array.setNull(0);
            } else {
                ((ObjectNode) parent).putNull(name);
            }
            Files.writeString(file, changed.toString());

            assertThatThrownBy(() -> EvalSummary.read(file))
                    .isInstanceOf(InvalidRolloutException.class)
                    .hasMessage(file + ": expected a summary of this version, found no " + field
                            + "; evaluate the run again to have one");
        }
        for (String text : List.of("null", "", "{}", "[]", "7")) {
            Files.writeString(file, text);

            assertThatThrownBy(() -> EvalSummary.read(file))
                    .as(text)
                    .isInstanceOf(InvalidRolloutException.class)
                    .hasMessageContaining("" + file)
                    .hasMessageEndingWith("evaluate the run again to have one");
        }
    }

    @Test
    void evaluatesTwiceToTheSameBytes() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Evaluator.evaluate(run);
        List<String> first = List.of(read("eval_summary.json"), read("metrics.csv"), read("raw_rollouts.jsonl"));

        Evaluator.evaluate(run);

        assertThat(List.of(read("eval_summary.json"), read("metrics.csv"), read("raw_rollouts.jsonl")))
                .isEqualTo(first);
    }

    @Test
    void addsTheRewardOfEveryQueryAndCallAndWritesItAnewForOtherWeights() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        EvalSummary first = Evaluator.evaluate(run);
        String rewarded = read("raw_rollouts.jsonl");
        Path copy = Files.createDirectory(results.resolve("run-b"));
        Files.writeString(copy.resolve("raw_rollouts.jsonl"), rewarded);
        EvaluationSettings heavier = new EvaluationSettings(new RewardWeights(1, 0.1, 0.1, 0.05), null, 100, 7);

        EvalSummary other = Evaluator.evaluate(copy, heavier);

        assertThat(rewarded.lines().filter(line -> line.contains("\"reward\":{")))
                .hasSize(7);
        assertThat(first.quality().reward().queries())
                .as("q2, q4 and q5 succeed; red was ready after 350 ms (q1, q2), blue after 500 (q3, q4)")
                .isEqualTo(3 - 0.5 * (0.07 + 0.07 + 0.1 + 0.1), within(1e-9));
        assertThat(other.quality().reward().queries()).isEqualTo(3 - (0.07 + 0.07 + 0.1 + 0.1), within(1e-9));
        assertThat(other.headline().score()).isEqualTo(first.headline().score());
        assertThat(Files.readString(copy.resolve("raw_rollouts.jsonl"))).isNotEqualTo(rewarded);
        Evaluator.evaluate(copy);
        assertThat(copy.resolve("raw_rollouts.jsonl")).hasContent(rewarded);
        assertThat(copy.resolve("eval_summary.json")).hasContent(read("eval_summary.json"));
    }

    @Test
    void countsCostInMoneyWhereThereArePrices() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        EvaluationSettings priced =
                new EvaluationSettings(RewardWeights.DEFAULTS, new EvaluationSettings.Prices(10, 30), 100, 7);

        assertThat(Evaluator.evaluate(run).cost().money()).isNull();
        assertThat(Evaluator.evaluate(run, priced).cost().money())
                .as("policy 200 · 10 + 40 · 30, reader 250 · 10 + 25 · 30, of a million; two events")
                .isEqualTo(new EvalSummary.Money(0.0032, 0.00325, 0.00645, 0.003225));
    }

    @Test
    void needsNoPartsOnceTheyAreMerged() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Evaluator.evaluate(run);
        Path copy = results.resolve("run-b");
        Files.createDirectory(copy);
        Files.copy(run.resolve("raw_rollouts.jsonl"), copy.resolve("raw_rollouts.jsonl"));

        Evaluator.evaluate(copy);

        assertThat(copy.resolve("eval_summary.json")).hasContent(read("eval_summary.json"));
        assertThat(copy.resolve("metrics.csv")).hasContent(read("metrics.csv"));
        assertThat(copy.resolve("undecided.jsonl")).isEmptyFile();
    }

    @Test
    void doesNotDependOnWhichTaskWroteALine() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Evaluator.evaluate(run);
        for (long seed = 2; seed < 6; seed++) {
            Path other = results.resolve("run-" + seed);
            writeParts(other, SmallRun.lines("r1"), seed);
            Evaluator.evaluate(other);

            assertThat(other.resolve("raw_rollouts.jsonl")).hasContent(read("raw_rollouts.jsonl"));
            assertThat(other.resolve("eval_summary.json")).hasContent(read("eval_summary.json"));
        }
    }

    @Test
    void ignoresPartsASinkHasNotFinished() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Path bucket = run.resolve("parts/raw_rollouts/2026-03-01--10");
        Files.writeString(bucket.resolve(".part-0-9.inprogress.abc"), "{\"kind\":\"eve");
        Files.writeString(bucket.resolve("_SUCCESS"), "");
        Files.createDirectories(run.resolve("parts/raw_rollouts/_tmp"));
        Files.writeString(run.resolve("parts/raw_rollouts/_tmp/part-0-0"), "torn");

        assertThat(Evaluator.evaluate(run).reconciliation().differences()).isEmpty();
    }

    @Test
    void mergesDeadLettersInTheOrderOfTheInput() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Path folder = Files.createDirectories(run.resolve("parts/dead_letter/2026-03-01--10"));
        Files.writeString(folder.resolve("part-0-0"), Json.write(deadLetter(12)) + "\n");
        Files.writeString(folder.resolve("part-1-0"), Json.write(deadLetter(2)) + "\n");

        Evaluator.evaluate(run);

        assertThat(read("dead_letter.jsonl"))
                .isEqualTo(Json.write(deadLetter(2)) + "\n" + Json.write(deadLetter(12)) + "\n");
    }

    @Test
    void namesThePartThatIsTornAndLeavesNothingHalfDone() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Path torn = run.resolve("parts/raw_rollouts/part-9-0");
        Files.writeString(torn, "{\"kind\":\"event\",\"event_id\":\"e9\"");

        assertThatThrownBy(() -> Evaluator.evaluate(run))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessageStartingWith(torn + ":1: ");
        try (Stream<Path> files = Files.list(run)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("parts");
        }
    }

    @Test
    void refusesPartsOfAnotherRun() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Files.writeString(run.resolve("parts/end.jsonl"), Json.write(RecordedRun.end("r2", 10)) + "\n");

        assertThatThrownBy(() -> Evaluator.evaluate(run)).hasMessageContaining("expected lines of run r1 only");
    }

    @Test
    void saysWhatIsMissingInAnEmptyFolder() throws IOException {
        Files.createDirectories(run);

        assertThatThrownBy(() -> Evaluator.evaluate(run))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessageContaining("raw_rollouts.jsonl");
    }

    @Test
    void findsThatAMergedFileLostItsLastLines() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Evaluator.evaluate(run);
        List<String> lines = read("raw_rollouts.jsonl").lines().toList();
        Path copy = Files.createDirectory(results.resolve("run-b"));
        Files.write(copy.resolve("raw_rollouts.jsonl"), lines.subList(0, lines.size() - 2));

        assertThat(Evaluator.evaluate(copy).reconciliation().differences())
                .extracting(difference -> difference.kind() + " " + difference.place())
                .containsExactly("not_recorded index", "not_recorded rollouts");
    }

    @Test
    void givesEachFailureTheCauseThatFollowsFromTheWholeRun() throws IOException {
        List<RolloutLine> lines = new ArrayList<>(SmallRun.lines("r1"));
        lines.replaceAll(
                line -> line instanceof QueryLine query && query.queryId().equals("q3")
                        ? query.withCause(CauseOfFailure.NOT_ARRIVED)
                        : line);
        writeParts(run, lines, 1);

        assertThat(Evaluator.evaluate(run).failures())
                .containsEntry("in_flight", 2L)
                .containsEntry("not_arrived", 0L);
        assertThat(Rollouts.read(run.resolve("raw_rollouts.jsonl")).queries())
                .extracting(QueryLine::cause)
                .containsExactly(CauseOfFailure.IN_FLIGHT, null, CauseOfFailure.IN_FLIGHT, null, null);
    }

    @Test
    void refusesAFlippedVerdict() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Evaluator.evaluate(run);
        Path copy = rewritten(line -> line.contains("\"query_id\":\"q3\"")
                ? line.replaceFirst("\"success\":false", "\"success\":true")
                : line);

        assertThatThrownBy(() -> Evaluator.evaluate(copy))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessageContaining("expected the verdict of query q3 to follow from its answer");
    }

    @Test
    void refusesAChangedCitation() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Evaluator.evaluate(run);
        Path copy = rewritten(line -> line.contains("\"query_id\":\"q4\"")
                ? line.replace("\"citations\":[\"m1\"]", "\"citations\":[\"m2\"]")
                : line);

        assertThatThrownBy(() -> Evaluator.evaluate(copy)).hasMessageContaining("verdict of query q4");
    }

    @Test
    void refusesAChangedVerdictInAPart() throws IOException {
        List<RolloutLine> lines = new ArrayList<>(SmallRun.lines("r1"));
        lines.replaceAll(
                line -> line instanceof QueryLine query && query.queryId().equals("q1")
                        ? RecordedRun.query("q1", "current", 100)
                                .requires(SmallRun.RED, "e1")
                                .succeeds()
                                .line()
                        : line);
        writeParts(run, lines, 1);

        assertThatThrownBy(() -> Evaluator.evaluate(run))
                .hasMessageContaining("parts")
                .hasMessageContaining("verdict of query q1");
    }

    @Test
    void refusesACauseThatDoesNotFollow() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Evaluator.evaluate(run);
        Path copy = rewritten(line -> line.replace("\"cause\":\"in_flight\"", "\"cause\":\"not_retrieved\""));

        assertThatThrownBy(() -> Evaluator.evaluate(copy))
                .hasMessageContaining("expected the cause of query q1 to follow from the run: IN_FLIGHT");
    }

    @Test
    void givesAnotherSummaryWhenATimeMoves() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        EvalSummary before = Evaluator.evaluate(run);
        Path copy = rewritten(
                line -> line.contains("\"kind\":\"index\"") ? line.replace("T10:00:00.350Z", "T10:00:00.351Z") : line);

        EvalSummary after = Evaluator.evaluate(copy);

        assertThat(after.time().get("ready_lag").p50()).isEqualTo(351.0);
        assertThat(Evaluator.json(after)).isNotEqualTo(Evaluator.json(before));
    }

    @Test
    void pointsTheResultsFolderAtTheRunThatStartedLast() throws IOException {
        writeParts(run, SmallRun.lines("r1"), 1);
        Evaluator.evaluate(run);

        Path latest = results.resolve("latest");
        assertThat(Files.readSymbolicLink(latest)).isEqualTo(Path.of("run-a"));
        assertThat(Files.readSymbolicLink(results.resolve("eval_summary.json")))
                .isEqualTo(Path.of("run-a/eval_summary.json"));
        assertThat(results.resolve("metrics.csv")).hasContent(read("metrics.csv"));
        assertThat(results.resolve("raw_rollouts.jsonl")).exists();

        Path older = results.resolve("run-0");
        List<RolloutLine> lines = new ArrayList<>(SmallRun.lines("r0"));
        lines.set(0, startedEarlier((RunLine) lines.get(0)));
        writeParts(older, lines, 1);
        Evaluator.evaluate(older);
        assertThat(Files.readSymbolicLink(latest)).isEqualTo(Path.of("run-a"));

        Path newer = results.resolve("run-c");
        writeParts(newer, SmallRun.lines("r3"), 1);
        Evaluator.evaluate(newer);
        assertThat(Files.readSymbolicLink(latest)).isEqualTo(Path.of("run-c"));
        Evaluator.evaluate(latest);
        assertThat(Files.readSymbolicLink(latest)).isEqualTo(Path.of("run-c"));
    }

    @Test
    void runsThatEndAtTheSameTimeAllPointTheResultsFolder() throws Exception {
        for (String name : List.of("run-a", "run-b")) {
            writeParts(results.resolve(name), SmallRun.lines(name), 1);
            Evaluator.evaluate(results.resolve(name));
        }
        List<String> notes = Collections.synchronizedList(new ArrayList<>());

        CompletableFuture.allOf(
                        CompletableFuture.runAsync(() -> pointOften("run-a", notes)),
                        CompletableFuture.runAsync(() -> pointOften("run-b", notes)))
                .get(60, TimeUnit.SECONDS);

        assertThat(notes).isEmpty();
        try (Stream<Path> files = Files.list(results)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "run-a", "run-b", "latest", "raw_rollouts.jsonl", "metrics.csv", "eval_summary.json");
        }
    }

    private void pointOften(String name, List<String> notes) {
        for (int i = 0; i < 300; i++) {
            ResultsFolder.pointAtLatest(results.resolve(name), notes::add);
        }
    }

    @Test
    void anotherRunWithoutAReadableSummaryHindersNoEvaluation() throws IOException {
        Path other = Files.createDirectory(results.resolve("run-0"));
        Files.writeString(other.resolve("eval_summary.json"), "{");
        Files.createSymbolicLink(results.resolve("latest"), Path.of("run-0"));
        writeParts(run, SmallRun.lines("r1"), 1);

        assertThat(Evaluator.evaluate(run).runId()).isEqualTo("r1");
    }

    /** Under the names that were once used for what is not complete yet. */
    @Test
    void writesThroughNoLinkThatLiesInTheFolder() throws IOException {
        Path precious = Files.writeString(directory.resolve("precious.txt"), "mine");
        writeParts(run, SmallRun.lines("r1"), 1);
        List<String> names = List.of(
                "raw_rollouts.jsonl", "dead_letter.jsonl", "undecided.jsonl", "metrics.csv", "eval_summary.json");
        for (String name : names) {
            for (String ending : List.of("", ".tmp", ".spool")) {
                Files.createSymbolicLink(run.resolve(name + ending), precious);
            }
        }

        Evaluator.evaluate(run);
        Files.move(run.resolve("parts"), directory.resolve("parts"));
        Evaluator.evaluate(run, new EvaluationSettings(new RewardWeights(1, 0.1, 0.1, 0.05), null, 100, 7));

        assertThat(precious).hasContent("mine");
        assertThat(names)
                .allSatisfy(name -> assertThat(run.resolve(name))
                        .matches(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)));
    }

    @Test
    void replacesNothingInTheResultsFolderButLinks() throws IOException {
        Files.writeString(results.resolve("metrics.csv"), "mine");
        Files.createDirectory(results.resolve("latest"));
        Files.writeString(results.resolve("latest/thesis.txt"), "mine");
        writeParts(run, SmallRun.lines("r1"), 1);

        Evaluator.evaluate(run);

        assertThat(results.resolve("metrics.csv")).isRegularFile().hasContent("mine");
        assertThat(results.resolve("latest")).isDirectory();
        assertThat(results.resolve("latest/thesis.txt")).hasContent("mine");
        assertThat(results.resolve("eval_summary.json")).isSymbolicLink();
    }

    @Test
    void leavesAFolderOfAnyOtherNameAlone() throws IOException {
        Path home = results.resolveSibling("home");
        Files.createDirectories(home);
        Files.writeString(home.resolve("metrics.csv"), "mine");
        writeParts(home.resolve("run-a"), SmallRun.lines("r1"), 1);

        Evaluator.evaluate(home.resolve("run-a"));

        try (Stream<Path> left = Files.list(home)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("run-a", "metrics.csv");
        }
        assertThat(home.resolve("metrics.csv")).isRegularFile().hasContent("mine");
    }

    private String read(String name) throws IOException {
        return Files.readString(run.resolve(name));
    }

    /** Another run's folder with the merged rollouts, each line changed. */
    private Path rewritten(UnaryOperator<String> change) throws IOException {
        Path copy = Files.createDirectory(results.resolve("run-b"));
        List<String> lines = read("raw_rollouts.jsonl").lines().map(change).toList();
        assertThat(lines).isNotEqualTo(read("raw_rollouts.jsonl").lines().toList());
        Files.write(copy.resolve("raw_rollouts.jsonl"), lines);
        return copy;
    }

    private static DeadLetter deadLetter(long line) {
        return new DeadLetter(
                DeadLetterCode.BAD_ID, "stream.jsonl", line, "/event_id", "expected an id", null, "ab", "{");
    }

    private static RunLine startedEarlier(RunLine run) {
        return SmallRun.changed(run, run.startedAt().minusSeconds(60), run.config());
    }

    /** Writes the lines as a run leaves them: the launcher's apart, the job's shuffled over three parts. */
    private static void writeParts(Path run, List<RolloutLine> lines, long seed) throws IOException {
        Path parts = Files.createDirectories(run.resolve("parts"));
        Path bucket = Files.createDirectories(parts.resolve("raw_rollouts/2026-03-01--10"));
        List<RolloutLine> job = new ArrayList<>(
                lines.stream().filter(line -> !isLaunchers(line)).toList());
        Collections.shuffle(job, new Random(seed));
        int cut = job.size() / 3;
        Files.writeString(bucket.resolve("part-0-0"), RecordedRun.jsonLines(job.subList(0, cut)));
        Files.writeString(bucket.resolve("part-1-0"), RecordedRun.jsonLines(job.subList(cut, 2 * cut)));
        Files.writeString(
                parts.resolve("raw_rollouts/part-2-0"), RecordedRun.jsonLines(job.subList(2 * cut, job.size())));
        Files.writeString(parts.resolve("run.jsonl"), only(lines, RunLine.class));
        Files.writeString(parts.resolve("end.jsonl"), only(lines, EndLine.class));
        Files.writeString(
                parts.resolve("digests.jsonl"),
                only(lines, DigestLine.Store.class) + only(lines, DigestLine.Index.class));
    }

    private static boolean isLaunchers(RolloutLine line) {
        return line instanceof RunLine
                || line instanceof EndLine
                || line instanceof DigestLine.Store
                || line instanceof DigestLine.Index;
    }

    private static String only(List<RolloutLine> lines, Class<? extends RolloutLine> kind) {
        return RecordedRun.jsonLines(lines.stream().filter(kind::isInstance).toList());
    }
}
