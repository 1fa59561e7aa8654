package io.fastmemory.connectors.llm.stub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fastmemory.connectors.http.HalfOpenRequests;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LlmStubServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAT =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":\"U\"}]}";

    private static final String POLICY_REQUEST =
            "{\"events\":[{\"event_id\":\"e1\",\"text\":\"Anna's desk is in room 12.\"}],\"active_memories\":[]}";

    private final HttpClient http = HttpClient.newHttpClient();
    private LlmStubServer stub;

    @AfterEach
    void close() {
        if (stub != null) {
            stub.close();
        }
    }

    @Test
    void handsTheConversationToItsModel() throws Exception {
        start(StubOptions.defaults(), (system, conversation) -> system + "|" + conversation);

        JsonNode answer = JSON.readTree(chat(CHAT).body());

        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("S|[Message[role=USER, content=U]]");
        assertThat(answer.at("/usage/total_tokens").asInt()).isPositive();
    }

    @Test
    void understandsContentInParts() throws Exception {
        start(
                StubOptions.defaults(),
                (system, conversation) -> conversation.get(0).content());

        String body = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"in a part\"}]}]}";

        assertThat(JSON.readTree(chat(body).body())
                        .at("/choices/0/message/content")
                        .asText())
                .isEqualTo("in a part");
    }

    @Test
    void answersNoSoonerThanItsLatency() throws Exception {
        start(StubOptions.defaults().withLatency(new Latency.Fixed(Duration.ofMillis(200))), (s, c) -> "{}");

        long start = System.nanoTime();
        assertThat(chat(CHAT).statusCode()).isEqualTo(200);

        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
    }

    @Test
    void letsFiveHundredDelayedCallsWaitTogether() throws Exception {
        start(StubOptions.defaults().withLatency(new Latency.Fixed(Duration.ofSeconds(3))), (s, c) -> "{}");

        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 512; i++) {
            calls.add(http.sendAsync(post("/v1/chat/completions", CHAT), BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            assertThat(call.get(50, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }

        assertThat(stub.stats().maxInFlight()).isGreaterThan(400);
        assertThat(stub.stats().inFlight()).isZero();
    }

    @Test
    void countsWhatItDoes() throws Exception {
        start(StubOptions.defaults().withRequiredKey("right"), (s, c) -> "{\"a\":1}");
        stub.failNextChats(Fault.SERVER_ERROR, Fault.BAD_JSON);

        assertThat(chat(CHAT, "right").statusCode()).isEqualTo(500);
        assertThat(JSON.readTree(chat(CHAT, "right").body())
                        .at("/choices/0/message/content")
                        .asText())
                .isEqualTo("{\"a\"");
        assertThat(chat(CHAT, "right").statusCode()).isEqualTo(200);
        assertThat(chat(CHAT, "wrong").statusCode()).isEqualTo(401);
        assertThat(chat("nonsense", "right").statusCode()).isEqualTo(400);

        JsonNode stats = JSON.readTree(get("/stats", "right").body());
        assertThat(stats.path("mock").asBoolean()).isTrue();
        assertThat(stats.path("chat_requests").asInt()).isEqualTo(5);
        assertThat(stats.path("refused").asInt()).isEqualTo(2);
        assertThat(stats.path("prompt_tokens").asInt()).isEqualTo(4);
        assertThat(stats.at("/faults/server_error").asInt()).isEqualTo(1);
        assertThat(stats.at("/faults/bad_json").asInt()).isEqualTo(1);
        assertThat(stats.at("/faults/hang").asInt()).isZero();
        assertThat(stats.path("in_flight").asInt()).isZero();
    }

    @Test
    void drawsTheSameFaultsFromTheSameSeed() throws Exception {
        StubOptions options =
                StubOptions.defaults().withFaultRates(Map.of(Fault.SERVER_ERROR, 0.3, Fault.RATE_LIMITED, 0.2));
        List<Integer> first = statusesOf(options.withSeed(5), 120);

        assertThat(statusesOf(options.withSeed(5), 120)).isEqualTo(first);
        assertThat(statusesOf(options.withSeed(6), 120)).isNotEqualTo(first);
        assertThat(first.stream().filter(status -> status == 500).count()).isBetween(20L, 55L);
        assertThat(first.stream().filter(status -> status == 429).count()).isBetween(10L, 42L);
    }

    @Test
    void changesItsFaultsWhileItRuns() throws Exception {
        start(StubOptions.defaults(), (s, c) -> "{}");
        assertThat(chat(CHAT).statusCode()).isEqualTo(200);

        stub.faults(Map.of(Fault.UNAVAILABLE, 1.0));
        assertThat(chat(CHAT).statusCode()).isEqualTo(503);
        stub.faults(Map.of());
        assertThat(chat(CHAT).statusCode()).isEqualTo(200);

        assertThatThrownBy(() -> stub.faults(Map.of(Fault.DRIP, -0.1))).hasMessage("rate of drip must be 0 to 1: -0.1");
        assertThat(stub.stats().faults()).containsEntry(Fault.UNAVAILABLE, 1L);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void playsAndCountsEveryFault(Fault fault) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        start(shortHangs(), new ScriptedModel() {
            @Override
            public String answer(String systemPrompt, List<Message> conversation) {
                return new NaiveModel().answer(systemPrompt, conversation);
            }

            @Override
            public void asked(String systemPrompt, List<Message> conversation) {
                asked.incrementAndGet();
            }
        });
        String request =
                "{\"messages\":[{\"role\":\"user\",\"content\":" + JSON.writeValueAsString(POLICY_REQUEST) + "}]}";
        String good = chat(request).body();
        stub.faults(Map.of(fault, 1.0));

        String bad;
        try {
            HttpResponse<String> answer = chat(request);
            bad = answer.statusCode() + answer.body();
        } catch (IOException broken) {
            bad = broken.toString();
        }

        assertThat(bad.equals("200" + good)).as("a good answer").isEqualTo(fault == Fault.DRIP); // only late
        JsonNode counted = JSON.readTree(get("/stats").body()).path("faults");
        assertThat(counted.path(fault.name().toLowerCase(Locale.ROOT)).asInt()).isEqualTo(1);
        assertThat(Fault.parse(fault.toString())).isEqualTo(fault);
        assertThat(asked).as("the model knows of requests it does not answer").hasValue(2);
    }

    @Test
    void namesTheFaultsThereAre() {
        assertThatThrownBy(() -> Fault.parse("flood"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("rate-limited", "content-filter", ": flood");
    }

    private static StubOptions shortHangs() {
        StubOptions d = StubOptions.defaults();
        Duration hang = Duration.ofMillis(50);
        return new StubOptions(
                d.bind(), 0, d.latency(), d.latency(), Map.of(), null, hang, 1, null, d.responseFormats(), 8);
    }

    @Test
    void closesAHangingConnectionInTheEnd() throws Exception {
        start(shortHangs(), (s, c) -> "{}");
        stub.failNextChats(Fault.HANG);

        assertThatThrownBy(() -> chat(CHAT)).isInstanceOf(IOException.class);
        assertThat(stub.stats().inFlight()).isZero();
    }

    @Test
    void listsItsModelAndKnowsNoOtherPath() throws Exception {
        start(StubOptions.defaults(), (s, c) -> "{}");

        assertThat(JSON.readTree(get("/v1/models").body()).at("/data/0/id").asText())
                .isEqualTo(LlmStubServer.MODEL);
        assertThat(get("/v1/other").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/stats", "/v1/models", "/v1/other"})
    void asksForItsKeyWhateverThePath(String path) throws Exception {
        start(StubOptions.defaults().withRequiredKey("right"), (s, c) -> "{}");

        assertThat(get(path).statusCode()).isEqualTo(401);
        assertThat(get(path, "wrong").statusCode()).isEqualTo(401);
        assertThat(get(path, "right").statusCode()).isNotEqualTo(401);
    }

    @Test
    void refusesAWrongKeyBeforeTheBodyIsThere() throws Exception {
        start(StubOptions.defaults().withRequiredKey("right"), (s, c) -> "{}");
        String headers = "POST /v1/chat/completions HTTP/1.1\r\nHost: stub\r\nContent-Length: 33554432\r\n\r\n";

        try (HalfOpenRequests half = new HalfOpenRequests(stub.port(), 1, headers)) {
            assertThat(half.answer()).startsWith("HTTP/1.1 401");
        }
        assertThat(stub.stats().refused()).isEqualTo(1);
        assertThat(stub.stats().inFlight()).isZero();
    }

    @Test
    void answersALongRequestWithAWrongKey() throws Exception {
        start(StubOptions.defaults().withRequiredKey("right"), (s, c) -> "{}");

        assertThat(chat("x".repeat(2 << 20), "wrong").statusCode()).isEqualTo(401);
    }

    @Test
    void answersBesideRequestsThatNeverEnd() throws Exception {
        start(StubOptions.defaults().withRequiredKey("right"), (s, c) -> "{}");

        try (HalfOpenRequests half = new HalfOpenRequests(stub.port(), 64, "GET /stats HTTP/1.1\r\nHost: stub\r\n")) {
            assertThat(get("/stats", "right").statusCode()).isEqualTo(200);
            assertThat(half.answer()).as("closed when its time is over").isEmpty();
        }
    }

    @Test
    void embedsInTheAskedDimensionAndEncoding() throws Exception {
        start(StubOptions.defaults(), (s, c) -> "{}");

        JsonNode one = JSON.readTree(send(post("/v1/embeddings", "{\"input\":\"tea\",\"dimensions\":16}"))
                .body());
        JsonNode packed =
                JSON.readTree(send(post("/v1/embeddings", "{\"input\":[\"tea\"],\"encoding_format\":\"base64\"}"))
                        .body());

        assertThat(one.at("/data/0/embedding")).hasSize(16);
        assertThat(packed.at("/data/0/embedding").binaryValue()).hasSize(4 * 384);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "65537", "2147483647", "9223372036854775807", "1.5", "\"16\"", "null"})
    void refusesADimensionNobodyOffers(String dimensions) throws Exception {
        start(StubOptions.defaults(), (s, c) -> "{}");

        HttpResponse<String> answer =
                send(post("/v1/embeddings", "{\"input\":\"tea\",\"dimensions\":" + dimensions + "}"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).at("/error/message").asText())
                .contains("expected dimensions to be an integer from 1 to 65536");
    }

    @Test
    void saysOfEveryAnswerThatItIsAMock() throws Exception {
        start(StubOptions.defaults(), (s, c) -> "{}");

        assertThat(get("/v1/models").headers().firstValue("x-fmw-mock")).contains("true");
        assertThat(send(post("/v1/embeddings", "{\"input\":\"tea\"}")).headers().firstValue("x-fmw-mock"))
                .contains("true");
    }

    @Test
    void namesThePortThatIsTaken() throws Exception {
        start(StubOptions.defaults(), (s, c) -> "{}");

        assertThatThrownBy(() -> LlmStubServer.start(
                        StubOptions.defaults().withAddress("127.0.0.1", stub.port()), (s, c) -> "{}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1 port " + stub.port());
    }

    @Test
    void readsLatenciesAsPeopleWriteThem() {
        assertThat(Latency.parse("300ms")).isEqualTo(new Latency.Fixed(Duration.ofMillis(300)));
        assertThat(Latency.parse("250")).isEqualTo(new Latency.Fixed(Duration.ofMillis(250)));
        assertThat(Latency.parse("300ms~0.5")).isEqualTo(new Latency.LogNormal(Duration.ofMillis(300), 0.5));
        assertThatThrownBy(() -> Latency.parse("fast")).hasMessage("latency must look like 300ms or 300ms~0.5: fast");
    }

    @Test
    void drawsLogNormalLatenciesAroundTheirMedian() {
        Latency latency = new Latency.LogNormal(Duration.ofMillis(300), 0.5);
        SplittableRandom random = new SplittableRandom(3);
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 10_001; i++) {
            millis.add(latency.sample(random).toMillis());
        }
        millis.sort(null);

        assertThat(millis.get(5_000)).isBetween(285L, 315L);
        assertThat(millis.get(9_500)).isBetween(640L, 730L);
    }

    @Test
    void refusesImpossibleFaultRates() {
        assertThatThrownBy(() -> StubOptions.defaults().withFaultRates(Map.of(Fault.HANG, 1.5)))
                .hasMessage("rate of hang must be 0 to 1: 1.5");
        assertThatThrownBy(() -> StubOptions.defaults().withFaultRates(Map.of(Fault.HANG, 0.6, Fault.BAD_JSON, 0.6)))
                .hasMessageContaining("at most 1");
    }

    private List<Integer> statusesOf(StubOptions options, int requests) throws Exception {
        start(options, (s, c) -> "{}");
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            statuses.add(chat(CHAT).statusCode());
        }
        stub.close();
        return statuses;
    }

    private void start(StubOptions options, ScriptedModel model) throws IOException {
        stub = LlmStubServer.start(options, model);
    }

    private HttpResponse<String> chat(String body) throws Exception {
        return chat(body, "any");
    }

    private HttpResponse<String> chat(String body, String key) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(stub.baseUrl() + "/chat/completions"))
                .header("Authorization", "Bearer " + key)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stub.port() + path))
                .build());
    }

    private HttpResponse<String> get(String path, String key) throws Exception {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stub.port() + path))
                .header("Authorization", "Bearer " + key)
                .timeout(Duration.ofSeconds(8))
                .build());
    }

    private HttpRequest post(String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stub.port() + path))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, BodyHandlers.ofString());
    }
}
