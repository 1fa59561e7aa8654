package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.job.reader.ReaderOutcome;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Json;
import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.QueryLine.Hit;
import io.fastmemory.model.timeline.DatasetLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreFunctionTest {
    private static final Instant ARRIVAL = Instant.parse("2026-01-01T00:00:10Z");
    private static final Fact TEA = Fact.of("Ann", "tea", "sencha");

    private KeyedTwoInputStreamOperatorTestHarness<String, AnsweredQuery, MemoryLife, String> harness;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        Path gold = folder.resolve("gold.jsonl");
        Files.writeString(gold, label("q1") + "\n" + label("q2") + "\n");
        harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new ScoreFunction(gold.toString())),
                answered -> answered.retrieved().query().entityIds().get(0),
                MemoryLife::entityId,
                Types.STRING);
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void recordsTheVerdictOfAnAnswerThatCitesItsEvidence() throws Exception {
        send(answered("q1", "Sencha", "m1"));

        JsonNode line = lines().get(0);
        assertThat(line.path("kind").asText()).isEqualTo("query");
        assertThat(line.path("query_id").asText()).isEqualTo("q1");
        assertThat(line.at("/verdict/success").asBoolean()).isTrue();
        assertThat(line.at("/gold/required/0/fact/value").asText()).isEqualTo("sencha");
        assertThat(line.path("hits")).hasSize(1);
    }

    @Test
    void recordsTheVerdictOfAWrongAndOfAMissingAnswer() throws Exception {
        send(answered("q1", "matcha", "m1"));
        send(new AnsweredQuery(retrieved("q2", 6), 1, ReaderOutcome.failed("timeout"), ARRIVAL.plusSeconds(1)));

        assertThat(lines())
                .extracting(line -> line.at("/verdict/success").asBoolean())
                .containsExactly(false, false);
        assertThat(lines().get(1).path("failure").asText()).isEqualTo("timeout");
    }

    @Test
    void makesAQueryWithATakenIdADeadLetter() throws Exception {
        send(new AnsweredQuery(retrieved("q1", 9), 0, ReaderOutcome.failed("duplicate_query"), ARRIVAL));

        assertThat(harness.extractOutputValues()).isEmpty();
        DeadLetter letter =
                harness.getSideOutput(ParseFunction.DEAD_LETTERS).peek().getValue();
        assertThat(letter.code()).isEqualTo(DeadLetterCode.DUPLICATE_QUERY);
        assertThat(letter.file()).isEqualTo("stream.jsonl");
        assertThat(letter.line()).isEqualTo(9);
        assertThat(letter.field()).isEqualTo("/query_id");
        assertThat(letter.eventId()).isEqualTo("q1");
    }

    @Test
    void recordsAQueryWithoutALabelAndJudgesNothing() throws Exception {
        send(answered("q9", "sencha", "m1"));

        assertThat(lines()).singleElement().satisfies(line -> {
            assertThat(line.path("kind").asText()).isEqualTo("input");
            assertThat(line.path("outcome").asText()).isEqualTo("unlabelled_query");
            assertThat(line.path("event_id").asText()).isEqualTo("q9");
            assertThat(line.path("line").asInt()).isEqualTo(5);
        });
    }

    @Test
    void keepsTheLifeOfEvidenceUntilTheLastQueryThatNeedsIt() throws Exception {
        arrive("e1", "noise");
        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
        send(answered("q1", "sencha", "m1"));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
        send(answered("q2", "sencha", "m1"));
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void keepsNothingForAnEventThatArrivesOrBecomesVisibleAfterItsLastQuery() throws Exception {
        send(answered("q1", "matcha", "m1"));
        send(answered("q2", "matcha", "m1"));
        arrive("e1");
        becomeVisible("e1");

        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void judgesAReplayedQueryTheSame() throws Exception {
        send(answered("q1", "sencha", "m1"));
        send(answered("q1", "sencha", "m1"));

        assertThat(lines().get(1)).isEqualTo(lines().get(0));
    }

    private void arrive(String... eventIds) throws Exception {
        List<Instant> arrivals = List.of(eventIds).stream().map(id -> ARRIVAL).toList();
        harness.processElement2(new MemoryLife("ann", List.of(eventIds), arrivals, null), 0);
    }

    private void becomeVisible(String eventId) throws Exception {
        harness.processElement2(new MemoryLife("ann", List.of(eventId), List.of(), ARRIVAL.plusSeconds(1)), 0);
    }

    private void send(AnsweredQuery answered) throws Exception {
        harness.processElement1(answered, 0);
    }

    private List<JsonNode> lines() {
        return harness.extractOutputValues().stream()
                .map(line -> Json.read(line, JsonNode.class))
                .toList();
    }

    private static AnsweredQuery answered(String queryId, String value, String citation) {
        Answer answer =
                new Answer(List.of(new Answer.AskAnswer("a1", value, List.of(citation))), "Ann drinks " + value, false);
        return new AnsweredQuery(retrieved(queryId, 5), 1, ReaderOutcome.of(answer), ARRIVAL.plusMillis(400));
    }

    private static RetrievedQuery retrieved(String queryId, long line) {
        Query query = new Query(
                queryId, List.of("ann"), null, 10_000, null, "Which tea?", List.of(new Ask("a1", "Ann", "tea")), null);
        Hit hit = new Hit("m1", 1, 0.9, "Ann drinks sencha.", List.of(TEA), List.of("e1"), false, 0);
        return new RetrievedQuery(query, "stream.jsonl:" + line, ARRIVAL, ARRIVAL.plusMillis(30), List.of(hit), null);
    }

    private static String label(String queryId) {
        return DatasetLines.of(new GoldQuery(
                queryId, "useful", List.of(new GoldQuery.Required("a1", TEA, List.of("e1"))), List.of(), false));
    }
}
