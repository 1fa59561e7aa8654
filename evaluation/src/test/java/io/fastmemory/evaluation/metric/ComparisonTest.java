package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fastmemory.evaluation.metric.Comparison.Difference;
import io.fastmemory.evaluation.metric.EvalSummary.Interval;
import io.fastmemory.model.Fact;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.rollout.VersionLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Fact RED = Fact.of("bike", "colour", "red");
    private static final RunLine PLAIN = RecordedRun.run("r", 0, 4);

    @Test
    void everyEntityBetterByTheSameShareLeavesNoDoubt() {
        // Each entity: one of two right before, both right after.
        Difference success = success(run("before", "a+ a- b+ b-"), run("after", "a+ a+ b+ b+"));

        assertThat(success).isEqualTo(new Difference(0.5, new Interval(0.5, 0.5)));
    }

    @Test
    void differenceIsDrawnEntityByEntity() {
        // One entity is better by 1, the other by 0: draws of two give 0, ½, 1 with odds of ¼, ½, ¼.
        Difference success = success(run("before", "a- b+"), run("after", "a+ b+"));

        assertThat(success).isEqualTo(new Difference(0.5, new Interval(0.0, 1.0)));
    }

    @Test
    void identicalRunsDifferByNothing() {
        EvaluatedRun run = run("one", "a+ a- b- b- c+");

        Map<ComparedFigure, Difference> differences = compared(run, run);

        assertThat(differences).containsKeys(ComparedFigure.ANSWER_SUCCESS, ComparedFigure.RECALL_AT25);
        assertThat(differences.values())
                .allSatisfy(difference -> assertThat(difference.value()).isZero());
        for (ComparedFigure figure : ComparedFigure.resampled()) {
            if (differences.containsKey(figure)) {
                assertThat(differences.get(figure).interval()).as(figure.key()).isEqualTo(new Interval(0.0, 0.0));
            }
        }
    }

    @Test
    void runsOfDifferentDatasetsAreDrawnApart() {
        EvaluatedRun first = run("first", "a- b+");
        EvaluatedRun other = run("other", withDataset("other-sha"), "a- b+");

        Comparison comparison = Comparison.of(List.of(first, other), 1_000, 7);

        assertThat(comparison.paired()).isFalse();
        assertThat(comparison.differences().get(1).get(ComparedFigure.ANSWER_SUCCESS))
                .as("paired, it would be 0 for sure")
                .isEqualTo(new Difference(0.0, new Interval(-1.0, 1.0)));
        assertThat(comparison.notes()).anySatisfy(note -> assertThat(note).startsWith("dataset differs: tiny ab12"));
    }

    @Test
    void pairingIsNarrowerThanDrawingApartWhereEntitiesAreUnlike() {
        String hard = "a- b- c- d- e- f+ g+ h+ i+ j+";
        Interval paired =
                success(run("1", hard), run("2", hard.replace("e-", "e+"))).interval();
        Interval apart = Comparison.of(
                        List.of(run("1", hard), run("2", withDataset("x"), hard.replace("e-", "e+"))), 1_000, 7)
                .differences()
                .get(1)
                .get(ComparedFigure.ANSWER_SUCCESS)
                .interval();

        assertThat(paired.high() - paired.low()).isLessThan(apart.high() - apart.low());
        assertThat(paired.low()).isZero();
    }

    @Test
    void entityThatOneRunNeverAskedAboutStillCounts() {
        Difference success = success(run("before", "a- b-"), run("after", "a+"));

        assertThat(success.value()).isCloseTo(1.0, within(1e-9));
        assertThat(success.interval())
                .as("a draw of b alone has no rate in the second run and is left out")
                .isEqualTo(new Interval(1.0, 1.0));
    }

    @Test
    void repeatsItselfWithItsSeed() {
        EvaluatedRun before = run("before", "a- a+ a- b+ c- d+ d-");
        EvaluatedRun after = run("after", "a+ a+ a- b- c+ d+ d-");

        assertThat(Comparison.of(List.of(before, after), 200, 1))
                .isEqualTo(Comparison.of(List.of(before, after), 200, 1))
                .isNotEqualTo(Comparison.of(List.of(before, after), 200, 2));
    }

    @Test
    void pointsOutWhatElseDiffers() {
        RunLine faster = new RunLine(
                "r",
                PLAIN.startedAt(),
                0,
                "settled",
                "oracle",
                "oracle",
                new RunLine.Llm("openai-compatible", "real", false),
                PLAIN.dataset(),
                PLAIN.index(),
                PLAIN.embedding(),
                PLAIN.promptHash(),
                0.0,
                7,
                Map.of(
                        "fmw.budget.latency-target",
                        "PT5S",
                        "fmw.budget.storage-tokens",
                        "9",
                        "fmw.budget.index-operations",
                        "3"),
                PLAIN.versions());

        List<String> notes = Comparison.of(List.of(run("a", "a+"), run("b", faster, "a+")), 100, 7)
                .notes();

        assertThat(notes)
                .anySatisfy(note -> assertThat(note).isEqualTo("queries served differs: arrival in a; settled in b"))
                .anySatisfy(note -> assertThat(note).isEqualTo("speed differs: 1.0x in a; max in b"))
                .anySatisfy(note -> assertThat(note).isEqualTo("reader differs: llm in a; oracle in b"))
                .anySatisfy(note -> assertThat(note).isEqualTo("mock differs: true in a; false in b"))
                .anySatisfy(note -> assertThat(note).startsWith("budgets differs: "));
        assertThat(conditions(run("a", "a+"), run("b", "a-"))).isEmpty();
    }

    @Test
    void pointsOutOtherPromptsAndVersionsOfTheProgram() {
        RunLine other = new RunLine(
                "r",
                PLAIN.startedAt(),
                PLAIN.speed(),
                PLAIN.queries(),
                PLAIN.policy(),
                PLAIN.reader(),
                PLAIN.llm(),
                PLAIN.dataset(),
                PLAIN.index(),
                PLAIN.embedding(),
                "ef56",
                PLAIN.temperature(),
                PLAIN.seed(),
                PLAIN.config(),
                Map.of("java", "17", "flink", "2.3.0", "fmw", "9"));

        assertThat(conditions(run("a", "a+"), run("b", other, "a+")))
                .containsExactly(
                        "prompt differs: cd34 in a; ef56 in b",
                        "versions differs: {flink=2.3.0, java=17} in a; {flink=2.3.0, fmw=9, java=17} in b");
    }

    @Test
    void pointsOutRunsThatAreNotWhole() {
        EvaluatedRun whole = run("a", "a+ b+");
        EvaluatedRun cut = run("b", PLAIN, 2, "a+");

        assertThat(conditions(whole, cut)).containsExactly("not every query is scored: 1 of 2 in b");
        assertThat(ConditionNotes.ofRepeats(List.of(cut.summary(), cut.summary())))
                .as("also where it is the same in all")
                .contains("not every query is scored: 1 of 2 in b; 1 of 2 in b");
    }

    @Test
    void pointsOutThatStoreStateAndIndexDisagree() {
        RecordedRun recorded = SmallRun.recorded("b");
        recorded.lines.removeIf(line -> line instanceof VersionLine);
        RunMetrics metrics = RunMetrics.of(recorded.rollouts(), EvaluationSettings.DEFAULTS);
        EvalSummary summary = Summaries.of(metrics);
        int differences = summary.reconciliation().differences().size();

        assertThat(differences).isPositive();
        assertThat(ConditionNotes.ofRepeats(List.of(summary)))
                .containsExactly("reconciliation has differences: " + differences + " in b");
    }

    /** The notes without that of reconciliation, as the runs here record neither their end nor what is held then. */
    private static List<String> conditions(EvaluatedRun first, EvaluatedRun other) {
        return Comparison.of(List.of(first, other), 100, 7).notes().stream()
                .filter(note -> !note.startsWith("reconciliation"))
                .toList();
    }

    private static Difference success(EvaluatedRun first, EvaluatedRun other) {
        return compared(first, other).get(ComparedFigure.ANSWER_SUCCESS);
    }

    private static Map<ComparedFigure, Difference> compared(EvaluatedRun first, EvaluatedRun other) {
        return Comparison.of(List.of(first, other), 1_000, 7).differences().get(1);
    }

    private static EvaluatedRun run(String runId, String outcomes) {
        return run(runId, PLAIN, outcomes);
    }

    /** A run asked about each named entity, and right where a plus stands behind it. */
    private static EvaluatedRun run(String runId, RunLine line, String outcomes) {
        return run(runId, line, outcomes.split(" ").length, outcomes);
    }

    /** The same of a dataset that has so many queries. */
    private static EvaluatedRun run(String runId, RunLine line, long queries, String outcomes) {
        RunLine.DatasetRef dataset = line.dataset();
        RecordedRun recorded = new RecordedRun()
                .add(new RunLine(
                        runId,
                        line.startedAt(),
                        line.speed(),
                        line.queries(),
                        line.policy(),
                        line.reader(),
                        line.llm(),
                        new RunLine.DatasetRef(
                                dataset.name(), dataset.mode(), dataset.seed(), dataset.sha256(), 0, queries),
                        line.index(),
                        line.embedding(),
                        line.promptHash(),
                        line.temperature(),
                        line.seed(),
                        line.config(),
                        line.versions()));
        int number = 0;
        for (String outcome : outcomes.split(" ")) {
            RecordedRun.Query query = query("q" + number++, "current", 100)
                    .entities(outcome.substring(0, 1))
                    .requires(RED, "e1");
            recorded.query(outcome.endsWith("+") ? query.succeeds() : query.fails(CauseOfFailure.QUEUED));
        }
        RunMetrics metrics = RunMetrics.of(recorded.rollouts(), EvaluationSettings.DEFAULTS);
        return new EvaluatedRun(
                Path.of(runId), Summaries.of(metrics), metrics.score().byEntity());
    }

    private static RunLine withDataset(String sha256) {
        RunLine.DatasetRef dataset = PLAIN.dataset();
        return new RunLine(
                "r",
                PLAIN.startedAt(),
                PLAIN.speed(),
                PLAIN.queries(),
                PLAIN.policy(),
                PLAIN.reader(),
                PLAIN.llm(),
                new RunLine.DatasetRef(
                        dataset.name(), dataset.mode(), dataset.seed(), sha256, dataset.events(), dataset.queries()),
                PLAIN.index(),
                PLAIN.embedding(),
                PLAIN.promptHash(),
                PLAIN.temperature(),
                PLAIN.seed(),
                PLAIN.config(),
                PLAIN.versions());
    }
}
