package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.VersionLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void refusesNumbersOfThingsBelowZero() throws IOException {
        refuses("\"tokens\":5", "\"tokens\":-5", line(EventLine.class), "/tokens: expected at least 0, found -5");
        refuses("\"call_seq\":0", "\"call_seq\":-1", line(EventLine.class), "/call_seq");
        refuses("\"prompt_tokens\":100", "\"prompt_tokens\":-1", line(CallLine.class), "/prompt_tokens");
        refuses("\"http_retries\":1", "\"http_retries\":-1", line(CallLine.class), "/http_retries");
        refuses("\"tokens\":10", "\"tokens\":-10", line(VersionLine.class), "/memory/tokens");
        refuses("\"due_stream_ms\":200", "\"due_stream_ms\":-2", line(IndexLine.class), "/due_stream_ms");
        refuses("\"completion_tokens\":5", "\"completion_tokens\":-5", queryLine("q1"), "/completion_tokens");
        refuses(
                "\"tokens\":10",
                "\"tokens\":-100000",
                line(DigestLine.State.class),
                "/tokens: expected at least 0, found -100000");
        refuses("\"pending\":0", "\"pending\":-1", line(DigestLine.State.class), "/pending");
        refuses("\"version\":2", "\"version\":-2", line(DigestLine.Store.class), "/active");
        refuses("\"version\":2", "\"version\":-2", line(DigestLine.Index.class), "/indexed");
        refuses("\"store_bytes\":4096", "\"store_bytes\":-1", line(EndLine.class), "/store_bytes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    event | /outcome   | decided     | decidedd    | one of decided, parked, fallback_stored
                    call  | /outcome   | decided     | dropped     | one of decided, parked, fallback_stored
                    input | /outcome   | redelivered | Dead_letter | one of redelivered, dead_letter, unlabelled_query
                    index | /operation | upsert      | update      | one of upsert, delete
                    """)
    void refusesWordsItDoesNotKnow(String kind, String field, String word, String other, String expected)
            throws IOException {
        String name = "\"" + field.substring(1) + "\":\"";
        refuses(
                name + word + "\"",
                name + other + "\"",
                line(kind),
                field + ": expected " + expected + ", found " + other);
    }

    @Test
    void refusesARequestWithoutItsLimits() throws IOException {
        for (String budget : List.of("latency_budget", "storage_budget", "indexing_budget")) {
            String field = "/request/" + budget + "/limit: expected ";
            refuses(
                    "\"" + budget + "\":{\"limit\":",
                    "\"" + budget + "\":{\"used\":",
                    line(CallLine.class),
                    field + "a whole number, found none");
        }
        String storage = "\"storage_budget\":{\"limit\":";
        String field = "/request/storage_budget/limit: expected ";
        int call = line(CallLine.class);
        refuses(storage + "2000", storage + "\"2000\"", call, field + "a whole number, found \"2000\"");
        refuses(storage + "2000", storage + "0.5", call, field + "a whole number, found 0.5");
        refuses(storage + "2000", storage + "-1", call, field + "at least 0, found -1");
    }

    @Test
    void takesACallWithoutItsRequestForOneThatWasToldNoLimits() throws IOException {
        Path file = folder.resolve("raw_rollouts.jsonl");
        List<String> lines = RecordedRun.jsonLines(SmallRun.lines("r1"))
                .lines()
                .map(line -> line.replaceAll("\"request\":\\{.*}},\"raw_answer\"", "\"request\":null,\"raw_answer\""))
                .toList();

        assertThat(lines).anyMatch(line -> line.contains("\"request\":null"));
        assertThat(Rollouts.read(Files.write(file, lines)).budgetLimits()).isNull();
    }

    private static int line(String kind) {
        List<String> lines = RecordedRun.jsonLines(SmallRun.lines("r1")).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("\"kind\":\"" + kind + "\"")) {
                return i + 1;
            }
        }
        throw new AssertionError(kind);
    }

    @Test
    void refusesTimesBeforeWhatMustComeFirst() throws IOException {
        refuses(
                "\"arrival_at\":\"2026",
                "\"arrival_at\":\"2020",
                line(EventLine.class),
                "/arrival_at: expected no time before /started_at of the run, 2026-03-01T10:00:00Z,"
                        + " found 2020-03-01T10:00:00Z");
        refuses(
                "\"raw_committed_at\":\"2026",
                "\"raw_committed_at\":\"2020",
                line(EventLine.class),
                "/raw_committed_at");
        refuses("\"called_at\":\"2026", "\"called_at\":\"2020", line(EventLine.class), "/called_at");
        refuses("\"decided_at\":\"2026", "\"decided_at\":\"2020", line(EventLine.class), "/decided_at");
        refuses("\"called_at\":\"2026", "\"called_at\":\"2020", line(CallLine.class), "/called_at");
        refuses("\"answered_at\":\"2026", "\"answered_at\":\"2020", line(CallLine.class), "/answered_at");
        refuses("\"decided_at\":\"2026", "\"decided_at\":\"2020", line(CallLine.class), "/decided_at");
        refuses(
                "\"committed_at\":\"2026",
                "\"committed_at\":\"2020",
                line(VersionLine.class),
                "/committed_at: expected no time before /memory/decided_at");
        refuses("\"submitted_at\":\"2026", "\"submitted_at\":\"2020", line(IndexLine.class), "/submitted_at");
        refuses("\"acknowledged_at\":\"2026", "\"acknowledged_at\":\"2020", line(IndexLine.class), "/acknowledged_at");
        refuses("\"visible_at\":\"2026", "\"visible_at\":\"2020", line(IndexLine.class), "/visible_at");
        refuses("\"retrieved_at\":\"2026", "\"retrieved_at\":\"2020", queryLine("q1"), "/retrieved_at");
        refuses("\"answered_at\":\"2026", "\"answered_at\":\"2020", queryLine("q1"), "/answered_at");
        refuses("\"ended_at\":\"2026", "\"ended_at\":\"2020", line(EndLine.class), "/ended_at");
    }

    @Test
    void bearsAClockThatWasSetBackALittle() throws IOException {
        Path file = folder.resolve("raw_rollouts.jsonl");
        String lines = RecordedRun.jsonLines(SmallRun.lines("r1"));
        String early = lines.replace(
                "\"committed_at\":\"2026-03-01T10:00:00.300Z\"", "\"committed_at\":\"2026-03-01T09:59:59.500Z\"");
        assertThat(early).isNotEqualTo(lines);

        assertThat(Rollouts.read(Files.writeString(file, early)).versions()).hasSize(2);
    }

    private static int line(Class<? extends RolloutLine> kind) {
        List<RolloutLine> lines = SmallRun.lines("r1");
        for (int i = 0; i < lines.size(); i++) {
            if (kind.isInstance(lines.get(i))) {
                return i + 1;
            }
        }
        throw new AssertionError(kind);
    }
}
