package io.fastmemory.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.evaluation.metric.Comparer;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvaluationSettings;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.InvalidRolloutException;
import io.fastmemory.evaluation.metric.ReportedRun;
import io.fastmemory.evaluation.reward.RewardWeights;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    private static final String ATTACK = "</script><script>alert(1)</script><!-- &amp; \u2028\u2029";
    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);
    private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);
    private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);

    private static final EvaluationSettings FEW_RESAMPLES =
            new EvaluationSettings(RewardWeights.DEFAULTS, null, 100, 7);
    private static final List<String> STAGES = List.of(
            "time_to_raw_write",
            "time_to_memory_write",
            "time_to_indexed_memory",
            "time_to_retrieved_memory",
            "time_to_useful_memory",
            "ready_lag");

    @TempDir
    Path run;

    @Test
    void textsOfEventsAndQueriesCannotLeaveTheDataBlock() throws IOException {
        String page = report(ATTACK);

        assertThat(page)
                .doesNotContain("alert(1)</script>")
                .doesNotContain("\u2028")
                .doesNotContain("\u2029");
        assertThat(SCRIPT.matcher(page).results()).hasSize(2);
        JsonNode stories = data(page).path("stories");
        assertThat(stories.at("/events/e1/text").asText()).isEqualTo(ATTACK);
        assertThat(stories.at("/queries/1/answer/text").asText()).isEqualTo(ATTACK);
        assertThat(stories.at("/queries/1/text").asText()).isEqualTo(ATTACK);
    }

    @Test
    void allowsItsOwnScriptsAndStyleByTheirHashesAndNothingElse() throws IOException {
        String page = report("red");

        List<String> scripts = SCRIPT.matcher(page)
                .results()
                .map(found -> HtmlReport.hash(found.group(1)))
                .toList();
        Matcher style = STYLE.matcher(page);
        assertThat(style.find()).isTrue();
        assertThat(page)
                .contains("content=\"default-src 'none'; script-src " + String.join(" ", scripts) + "; style-src "
                        + HtmlReport.hash(style.group(1)) + "; base-uri 'none'; form-action 'none'\"");
    }

    @Test
    void asksNothingOfTheNetwork() throws IOException {
        String page = report("red");

        assertThat(page)
                .contains("Chart.js v")
                .doesNotContain("sourceMappingURL")
                .doesNotContain("{{");
        assertThat(Pattern.compile("\\s(src|srcset|action)=|<link|<iframe|<base|@import|url\\(|href=\"[^#]")
                        .matcher(page)
                        .results())
                .as("places that load something")
                .isEmpty();
    }

    @Test
    void givesTheSameBytesForTheSameRun() throws IOException {
        String first = report("red");

        assertThat(write(run)).isEqualTo(first);
    }

    @Test
    void hasAPlaceForEverySectionAndFiguresForEach() throws IOException {
        String page = report("red");

        assertThat(page)
                .contains("id=\"headline\"", "id=\"score\"", "id=\"freshness\"", "id=\"time\"", "id=\"causes\"")
                .contains("id=\"storage-fullest\"", "id=\"storage-total\"", "id=\"backlog\"", "id=\"list\"");
        JsonNode data = data(page);
        assertThat(data.at("/summary/headline/answer_success").isNumber()).isTrue();
        assertThat(data.at("/summary/quality/freshness_curve")).isNotEmpty();
        for (String stage : STAGES) {
            assertThat(data.at("/summary/time").path(stage).path("count").asLong())
                    .as(stage)
                    .isPositive();
            assertThat(page).contains("\"" + stage + "\"");
        }
        assertThat(data.at("/summary/failures/in_flight").asLong()).isEqualTo(2);
        assertThat(data.at("/summary/cost/storage_over_time")).isNotEmpty();
    }

    @Test
    void tellsAQueryFromItsEvidenceToItsVerdict() throws IOException {
        JsonNode stories = data(report("It is red.")).path("stories");
        JsonNode query = stories.at("/queries/3");

        assertThat(query.path("query_id").asText()).isEqualTo("q4");
        assertThat(query.at("/gold/required/0/evidence/0").asText()).isEqualTo("e2");
        JsonNode event = stories.at("/events/e2");
        assertThat(event.path("arrival_ms").asDouble()).isEqualTo(1000);
        assertThat(event.path("decided_ms").asDouble()).isEqualTo(1300);
        assertThat(event.path("memories").path(0).asText()).isEqualTo("m1");
        assertThat(stories.at("/calls/ent-1~11/actions/0/type").asText()).isEqualTo("index_now");
        assertThat(stories.at("/calls/ent-1~11/actions/0/memory_id").asText()).isEqualTo("m1");
        assertThat(stories.at("/memories/m1/1/committed_ms").asDouble()).isEqualTo(1400);
        assertThat(stories.at("/memories/m1/1/index/0/visible_ms").asDouble()).isEqualTo(1500);
        assertThat(query.at("/hits/0/memory_id").asText()).isEqualTo("m1");
        assertThat(query.at("/answer/answers/0/value").asText()).isEqualTo("Blue");
        assertThat(query.at("/verdict/success").asBoolean()).isTrue();
        assertThat(stories.at("/queries/0/cause").asText()).isEqualTo("in_flight");
    }

    @Test
    void recomputesTheTimelineFromTheStamps() throws IOException {
        JsonNode points = data(report("red")).at("/timeline/points");

        List<Long> inFlight = StreamSupport.stream(points.spliterator(), false)
                .map(point -> point.path("in_flight").asLong())
                .toList();
        assertThat(inFlight).contains(1L).last().isEqualTo(0L);
        assertThat(points.get(points.size() - 1).path("fullest_tokens").asLong())
                .isEqualTo(10);
        assertThat(points.get(points.size() - 1).path("at_ms").asDouble()).isEqualTo(10_000);
    }

    @Test
    void cutsLongTextsBetweenCharactersAndSaysSo() throws IOException {
        JsonNode stories = data(report("\uD83D\uDEB2".repeat(1000))).path("stories");

        assertThat(stories.path("text_limit").asInt()).isEqualTo(Clipped.LIMIT);
        assertThat(stories.at("/queries/1/text").asText()).isEqualTo("\uD83D\uDEB2".repeat(Clipped.LIMIT) + " …");
    }

    @Test
    void staysSmallForARunOfAThousandQueriesAndMore() throws IOException {
        ReportedRun.writeLarge(run, 8_000);

        EvalSummary summary = Evaluator.evaluate(run, FEW_RESAMPLES);
        JsonNode stories =
                data(Files.readString(HtmlReport.write(run, summary))).path("stories");

        assertThat(stories.path("total").asLong()).isEqualTo(1_600);
        assertThat(stories.path("queries")).hasSize(StoryBook.MAX_QUERIES);
        assertThat(Files.size(run.resolve(HtmlReport.FILE))).isBetween(1_000_000L, 15_000_000L);
    }

    @Test
    void laysOtherRunsBesideOnlyWhenThereAreSome() throws IOException {
        Path other = Files.createDirectory(run.resolve("other"));
        ReportedRun.writeAs(other, "r2", "</section><script>alert(1)</script>");
        Evaluator.evaluate(other);
        String alone = report("red");
        EvalSummary summary = EvalSummary.read(run.resolve(EvalSummary.FILE));

        String page = Files.readString(HtmlReport.write(run, summary, Comparer.compare(List.of(run, other), 100, 7)));

        assertThat(alone).doesNotContain("side by side</h2>").doesNotContain("{{");
        assertThat(data(alone).has("beside")).isFalse();
        assertThat(page)
                .contains("Policies side by side</h2>")
                .doesNotContain("{{")
                .doesNotContain("alert(1)</script>");
        JsonNode beside = data(page).path("beside");
        assertThat(beside.at("/runs/0/run_id").asText()).isEqualTo("r1");
        assertThat(beside.at("/runs/1/run_id").asText()).isEqualTo("r2");
        assertThat(beside.at("/runs/0/figures/1/key").asText()).isEqualTo("answer_success");
        assertThat(beside.at("/runs/0/figures/1/difference").isMissingNode()).isTrue();
        assertThat(beside.at("/runs/1/figures/1/difference").asDouble()).isZero();
        assertThat(HtmlReport.write(run, summary)).content().isEqualTo(alone);
    }

    @Test
    void namesTheLineThatIsNoRolloutLine() throws IOException {
        report("red");
        EvalSummary summary = EvalSummary.read(run.resolve(EvalSummary.FILE));
        Files.writeString(run.resolve("raw_rollouts.jsonl"), "{\"kind\":\"query\"", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> HtmlReport.write(run, summary))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessageContaining("raw_rollouts.jsonl:");
    }

    private String report(String text) throws IOException {
        ReportedRun.write(run, text);
        return write(run);
    }

    private static String write(Path run) throws IOException {
        return Files.readString(HtmlReport.write(run, Evaluator.evaluate(run)));
    }

    private static JsonNode data(String page) throws IOException {
        Matcher block = DATA.matcher(page);
        assertThat(block.find()).isTrue();
        return Json.MAPPER.readTree(block.group(1));
    }

    @Test
    void namesTheLineThatIsNotUtf8() throws IOException {
        report("red");
        Path file = run.resolve("raw_rollouts.jsonl");
        int lines = Files.readAllLines(file).size();
        Files.write(
                file,
                "{\"kind\":\"query\",\"text\":\"M\u00fcller\"}\n".getBytes(StandardCharsets.ISO_8859_1),
                StandardOpenOption.APPEND);

        assertThatThrownBy(() -> StoryTexts.read(file, Set.of(), Set.of(), new RunClock(Instant.EPOCH)))
                .isInstanceOf(InvalidRolloutException.class)
                .hasMessageContaining("raw_rollouts.jsonl:" + (lines + 1) + ":");
    }
}
