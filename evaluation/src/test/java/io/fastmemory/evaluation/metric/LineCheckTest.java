package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.model.rollout.RolloutLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts that are well formed JSON and cannot be true are refused, or what they leave out is counted by name. */
class LineCheckTest {
    @TempDir
    Path folder;

    @Test
    void refusesNumbersThatAreNone() throws IOException {
        refuses("\"speed\":1.0", "\"speed\":\"NaN\"", 1, "/speed");
        refuses("\"speed\":1.0", "\"speed\":-2.0", 1, "/speed: expected a number of at least 0, found -2.0");
        refuses("\"speed\":1.0", "\"speed\":1e999", 1, "/speed: expected a number of at least 0, found Infinity");
        refuses("\"speed\":1.0", "\"speed\":NaN", 1, "NaN");
        refuses("\"score\":0.9", "\"score\":\"NaN\"", queryLine("q2"), "score");
        refuses("\"recall_at10\":1.0", "\"recall_at10\":NaN", queryLine("q2"), "NaN");
    }

    @Test
    void refusesAQueryWithoutItsLabel() throws IOException {
        refuses("\"gold\":{", "\"nogold\":{", queryLine("q1"), "nogold");
        refuses(
                "\"gold\":{\"query_id\":\"q1\"",
                "\"gold\":{\"query_id\":\"q9\"",
                queryLine("q1"),
                "/gold/query_id: expected the label of query q1, found q9");
    }

    @Test
    void refusesALabelThatContradictsItself() throws IOException {
        refuses(
                "\"forbidden\":[],\"abstain\":false",
                "\"forbidden\":[],\"abstain\":true",
                queryLine("q1"),
                "/gold/required: expected no required fact where abstaining is right, found 1");
    }

    @Test
    void refusesAVerdictOfAnotherShape() throws IOException {
        refuses(
                "\"asks\":[{\"ask_id\":\"ask-0\",\"value_correct\":false",
                "\"asks\":[{\"ask_id\":\"x\",\"value_correct\":false,\"retrieved\":false,\"supported\":false},"
                        + "{\"ask_id\":\"ask-0\",\"value_correct\":false",
                queryLine("q1"),
                "/verdict/asks: expected one verdict for each of 1 required facts, found 2");
    }

    @Test
    void refusesAQueryOfNoEntity() throws IOException {
        refuses("\"entity_ids\":[\"ent-1\"]", "\"entity_ids\":[]", queryLine("q1"), "/entity_ids");
    }

    @Test
    void countsQueriesAndEventsWithoutALabelByName() {
        RecordedRun run = SmallRun.recorded("r1").input(9, "unlabelled_query", null);
        run.lines.removeIf(line -> line instanceof io.fastmemory.model.rollout.LabelLine label
                && label.gold().eventId().equals("e2"));
        EvalSummary summary = Summaries.of(RunMetrics.of(run.rollouts(), EvaluationSettings.DEFAULTS));

        assertThat(summary.fallbacks().unlabelledQueries()).isEqualTo(1);
        assertThat(summary.fallbacks().unlabelledEvents()).isEqualTo(1);
        assertThat(summary.quality().answerable().queries()).isEqualTo(4);
    }

    @Test
    void reportsVersionsThatLinesSpeakOfAndNoneIsRecordedOf() {
        RecordedRun run = SmallRun.recorded("r1");
        run.lines.removeIf(line -> line instanceof io.fastmemory.model.rollout.VersionLine version
                && version.memory().version() == 1);

        assertThat(Reconciler.reconcile(run.rollouts()).differences())
                .extracting(difference -> difference.kind() + " " + difference.id())
                .containsExactly("version_missing m1");
    }

    private static int queryLine(String queryId) {
        List<RolloutLine> lines = SmallRun.lines("r1");
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i) instanceof io.fastmemory.model.rollout.QueryLine query
                    && query.queryId().equals(queryId)) {
                return i + 1;
            }
        }
        throw new AssertionError(queryId);
    }

    private void refuses(String text, String other, int line, String message) throws IOException {
        Path file = folder.resolve("raw_rollouts.jsonl");
        List<String> lines = new ArrayList<>(
                RecordedRun.jsonLines(SmallRun.lines("r1")).lines().toList());
        assertThat(lines.get(line - 1)).contains(text);
        lines.set(line - 1, lines.get(line - 1).replace(text, other));
        Files.write(file, lines);

        assertThatThrownBy(() -> Rollouts.read(file))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessageStartingWith(file + ":" + line + ": ")
                .hasMessageContaining(message);
    }
}
