package io.fastmemory.job.reader;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.llm.ChatCompletion;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.llm.MockLlmClient;
import io.fastmemory.job.policy.reply.ReplyLoop.Checked;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Json;
import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LlmReaderTest {
    private static final Query QUERY = new Query(
            "q1",
            List.of("ann"),
            null,
            0,
            null,
            "Which tea, and where?",
            List.of(new Ask("a1", "Ann", "tea"), new Ask("a2", "Ann", null)),
            null);
    private static final List<Hit> HITS = List.of(new Hit(
            "m1", 3, 0.8, "Ann drinks sencha.", List.of(Fact.of("Ann", "tea", "sencha")), List.of("secret"), false, 0));
    private static final String VALID =
            "{\"answers\":[{\"ask_id\":\"a1\",\"value\":\"sencha\",\"citations\":[\"m1\"]}],\"text\":\"Sencha.\",\"abstained\":false}";

    @Test
    void answersFromWhatItWasShown() {
        MockLlmClient llm = MockLlmClient.scripted(VALID);

        ReaderOutcome outcome = reader(llm).answer(QUERY, HITS).join();

        assertThat(outcome.answer().answers()).containsExactly(new Answer.AskAnswer("a1", "sencha", List.of("m1")));
        assertThat(outcome.failure()).isNull();
        JsonNode request = Json.read(llm.requests().get(0).messages().get(1).content(), JsonNode.class);
        assertThat(llm.requests().get(0).messages().get(0).role()).isEqualTo(Role.SYSTEM);
        assertThat(request.path("question").asText()).isEqualTo(QUERY.text());
        assertThat(request.path("asks")).hasSize(2);
        assertThat(request.at("/memories/0/memory_id").asText()).isEqualTo("m1");
        assertThat(request.toString()).as("neither sources nor scores").doesNotContain("secret", "0.8");
    }

    @Test
    void repairsAnInvalidAnswerAndGivesUpAfterTheLast() {
        ReaderOutcome repaired =
                reader(MockLlmClient.scripted("{", VALID)).answer(QUERY, HITS).join();
        ReaderOutcome failed = reader(MockLlmClient.scripted("{", "{", "{"))
                .answer(QUERY, HITS)
                .join();

        assertThat(repaired.answer()).isNotNull();
        assertThat(repaired.repairs()).isEqualTo(1);
        assertThat(repaired.llmCalls()).isEqualTo(2);
        assertThat(failed.answer()).isNull();
        assertThat(failed.failure()).isEqualTo("invalid_answer");
        assertThat(failed.llmCalls()).isEqualTo(3);
    }

    @Test
    void refusesACitationThatWasNotRetrieved() {
        assertThat(errors(VALID.replace("[\"m1\"]", "[\"m1\",\"m2\"]")))
                .singleElement()
                .asString()
                .startsWith("/answers/0/citations")
                .contains("m2");
    }

    @Test
    void refusesWhatWasNotAskedAndASecondValueForAnAsk() {
        String two = "{\"ask_id\":\"a1\",\"value\":\"matcha\",\"citations\":[]}";
        String other = "{\"ask_id\":\"a9\",\"value\":\"matcha\",\"citations\":[]}";

        List<String> errors = errors(VALID.replace("}],", "}," + two + "," + other + "],"));

        assertThat(errors).hasSize(2);
        assertThat(errors.get(0)).startsWith("/answers/1/ask_id").contains("at most once");
        assertThat(errors.get(1)).startsWith("/answers/2/ask_id").contains("a9").contains("not asked");
    }

    @Test
    void refusesAnUnknownField() {
        assertThat(errors(VALID.replace("\"text\"", "\"confidence\":1,\"text\"")))
                .isNotEmpty();
    }

    @Test
    void takesAnAbstention() {
        Checked<Answer> read =
                LlmReader.read("{\"answers\":[],\"text\":\"I do not know.\",\"abstained\":true}", QUERY, List.of());

        assertThat(read.value().abstained()).isTrue();
    }

    @Test
    void endsTheCallUnderWayWhenItIsCancelled() {
        CompletableFuture<ChatCompletion> underWay = new CompletableFuture<>();

        reader(new MockLlmClient(request -> underWay)).answer(QUERY, HITS).cancel(true);

        assertThat(underWay).isCancelled();
    }

    private static List<String> errors(String reply) {
        Checked<Answer> read = LlmReader.read(reply, QUERY, HITS);
        assertThat(read.value()).isNull();
        return read.errors();
    }

    private static LlmReader reader(MockLlmClient llm) {
        return new LlmReader(llm, 0, 500, Duration.ofSeconds(30), 2, Clock.systemUTC());
    }
}
