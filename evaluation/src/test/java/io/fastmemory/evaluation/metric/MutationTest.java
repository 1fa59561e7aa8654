package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.scoring.Verdicts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each thing recorded that a figure rests on: a run in which it alone is different has another summary. */
class MutationTest {
    @TempDir
    Path folder;

    static Stream<Arguments> mutations() {
        return Stream.of(
                arguments(
                        "a verdict's value",
                        "\"query_id\":\"q2\"",
                        "\"answer_correct\":true",
                        "\"answer_correct\":false"),
                arguments(
                        "a verdict's evidence",
                        "\"query_id\":\"q4\"",
                        "\"evidence_correct\":true",
                        "\"evidence_correct\":false"),
                arguments("a verdict's success", "\"query_id\":\"q1\"", "\"success\":false", "\"success\":true"),
                arguments("a stale answer", "\"query_id\":\"q3\"", "\"stale_answer\":true", "\"stale_answer\":false"),
                arguments("lateness", "\"query_id\":\"q2\"", "\"late\":false", "\"late\":true"),
                arguments("recall", "\"query_id\":\"q2\"", "\"recall_at10\":1.0", "\"recall_at10\":0.0"),
                arguments(
                        "citation precision",
                        "\"query_id\":\"q2\"",
                        "\"citation_precision\":1.0",
                        "\"citation_precision\":0.5"),
                arguments(
                        "the sources of a hit",
                        "\"query_id\":\"q2\"",
                        "\"source_event_ids\":[\"e1\"]",
                        "\"source_event_ids\":[\"e9\"]"),
                arguments("the cause", "\"query_id\":\"q1\"", "\"cause\":\"in_flight\"", "\"cause\":\"queued\""),
                arguments(
                        "the commit of an event",
                        "\"kind\":\"event\"",
                        "\"raw_committed_at\":\"2026-03-01T10:00:00.005Z\"",
                        "\"raw_committed_at\":\"2026-03-01T10:00:00.006Z\""),
                arguments(
                        "a decision's time",
                        "\"kind\":\"event\"",
                        "\"decided_at\":\"2026-03-01T10:00:00.200Z\"",
                        "\"decided_at\":\"2026-03-01T10:00:09.200Z\""),
                arguments(
                        "the commit of a version",
                        "\"kind\":\"version\"",
                        "\"committed_at\":\"2026-03-01T10:00:00.300Z\"",
                        "\"committed_at\":\"2026-03-01T10:00:00.301Z\""),
                arguments(
                        "when a vector was seen",
                        "\"kind\":\"index\"",
                        "\"visible_at\":\"2026-03-01T10:00:00.350Z\"",
                        "\"visible_at\":\"2026-03-01T10:00:00.351Z\""),
                arguments("an operation at the end", "\"kind\":\"index\"", "\"at_end\":false", "\"at_end\":true"),
                arguments(
                        "when a query was answered",
                        "\"query_id\":\"q2\"",
                        "\"answered_at\":\"2026-03-01T10:00:00.700Z\"",
                        "\"answered_at\":\"2026-03-01T10:00:00.701Z\""),
                arguments(
                        "when a query arrived",
                        "\"query_id\":\"q2\"",
                        "\"arrival_at\":\"2026-03-01T10:00:00.600Z\"",
                        "\"arrival_at\":\"2026-03-01T10:00:00.400Z\""),
                arguments(
                        "when a query retrieved",
                        "\"query_id\":\"q2\"",
                        "\"retrieved_at\":\"2026-03-01T10:00:00.610Z\"",
                        "\"retrieved_at\":\"2026-03-01T10:00:00.611Z\""),
                arguments("what a memory says", "\"kind\":\"version\"", "red", "green"),
                arguments("what an event said", "\"kind\":\"label\"", "\"supersedes\":[\"e1\"]", "\"supersedes\":[]"),
                arguments("what an event was worth", "\"kind\":\"label\"", "\"useful_fact\"", "\"noise\""),
                arguments("tokens of a version", "\"kind\":\"version\"", "\"tokens\":10", "\"tokens\":11"),
                arguments("tokens held", "\"kind\":\"state_digest\"", "\"tokens\":10", "\"tokens\":11"),
                arguments("tokens billed", "\"kind\":\"call\"", "\"prompt_tokens\":100", "\"prompt_tokens\":101"),
                arguments("what a query cost", "\"query_id\":\"q2\"", "\"prompt_tokens\":50", "\"prompt_tokens\":51"),
                arguments(
                        "a repair",
                        "\"kind\":\"call\"",
                        "\"repairs\":[{\"raw_answer\":\"nonsense\",\"errors\":[\"not JSON\"]}]",
                        "\"repairs\":[]"),
                arguments("the end", "\"kind\":\"end\"", "\"store_bytes\":4096", "\"store_bytes\":4097"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutations")
    void givesAnotherSummary(String what, String line, String from, String to) throws IOException {
        List<String> lines = RecordedRun.jsonLines(SmallRun.lines("r1")).lines().toList();
        List<String> changed = new ArrayList<>(lines);
        int at = 0;
        while (!lines.get(at).contains(line) || !lines.get(at).contains(from)) {
            at++;
        }
        changed.set(at, lines.get(at).replace(from, to));

        assertThat(summary(changed)).as(what).isNotEqualTo(summary(lines));
    }

    @Test
    void aChangedCitationJudgedAgainGivesAnotherSummary() {
        RecordedRun run = SmallRun.recorded("r1");
        String before = Evaluator.json(judgedAgain(run));
        run.lines.replaceAll(
                line -> line instanceof QueryLine query && query.queryId().equals("q4")
                        ? RecordedRun.query("q4", "updated", 3000)
                                .requires(SmallRun.BLUE, "e2")
                                .forbids(SmallRun.RED)
                                .hits(RecordedRun.hit("m1", 2, SmallRun.BLUE, "e1", "e2"))
                                .answers("Blue", "m2")
                                .line()
                        : line);

        assertThat(Evaluator.json(judgedAgain(run))).isNotEqualTo(before);
    }

    private static EvalSummary judgedAgain(RecordedRun run) {
        run.lines.replaceAll(line -> line instanceof QueryLine query
                ? new QueryLine(
                        query.queryId(),
                        query.entityIds(),
                        query.offsetMs(),
                        query.deadlineMs(),
                        query.text(),
                        query.asks(),
                        query.arrivalAt(),
                        query.retrievedAt(),
                        query.answeredAt(),
                        query.readerHits(),
                        query.hits(),
                        query.answer(),
                        query.failure(),
                        query.repairs(),
                        query.promptTokens(),
                        query.completionTokens(),
                        query.llmCalls(),
                        query.httpRetries(),
                        query.gold(),
                        Verdicts.judge(
                                query.asks(),
                                query.deadlineMs(),
                                query.arrivalAt(),
                                query.answeredAt(),
                                query.gold(),
                                query.answer(),
                                query.hits(),
                                query.readerHits()),
                        query.cause(),
                        null)
                : line);
        return Summaries.of(RunMetrics.of(run.rollouts(), EvaluationSettings.DEFAULTS));
    }

    /** The summary of lines as they are: verdicts and causes are not judged again. */
    private String summary(List<String> lines) throws IOException {
        Path file = folder.resolve("raw_rollouts.jsonl");
        Files.write(file, lines);
        return Evaluator.json(Summaries.of(RunMetrics.of(Rollouts.read(file), EvaluationSettings.DEFAULTS)));
    }
}
