package io.fastmemory.connectors.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.llm.LlmException.Reason;
import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.StubOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenAiCompatibleLlmClientTest {
    private static final String KEY = "sk-MARKER-a1b2c3d4e5f6";
    private static final String SCHEMA = "{\"type\":\"object\"}";

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void returnsTheAnswerWithItsTokens() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults());

        ChatCompletion answer = answerOf(client(stub).complete(request("Hello there", SCHEMA, 5_000)));

        assertThat(answer.text()).isEqualTo("{\"echo\":\"Hello there\"}");
        assertThat(answer.promptTokens()).isEqualTo(6);
        assertThat(answer.completionTokens()).isEqualTo(6);
        assertThat(answer.httpRetries()).isZero();
    }

    @Test
    void knowsAMockByItsAnswers() throws Exception {
        OpenAiCompatibleLlmClient ofAStub = client(stub(StubOptions.defaults()));
        OpenAiCompatibleLlmClient ofAService = client(
                server((body, key) -> new Canned(200, "{\"choices\":[{\"message\":{\"content\":\"fine\"}}]}")),
                options -> options);
        assertThat(ofAStub.mock()).as("before the first answer").isFalse();

        answerOf(ofAStub.complete(request("a", null, 5_000)));
        answerOf(ofAService.complete(request("a", null, 5_000)));

        assertThat(ofAStub.mock()).isTrue();
        assertThat(ofAService.mock()).isFalse();
    }

    @Test
    void stepsDownToJsonObjectAndStaysThere() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults().withResponseFormats(Set.of("text", "json_object")));
        OpenAiCompatibleLlmClient client = client(stub);

        try (LogCapture log = LogCapture.open()) {
            assertThat(answerOf(client.complete(request("a", SCHEMA, 5_000))).httpRetries())
                    .as("strict schema, schema")
                    .isEqualTo(2);
            assertThat(answerOf(client.complete(request("b", SCHEMA, 5_000))).httpRetries())
                    .isZero();
            assertThat(log.warnings()).hasSize(2);
        }
        assertThat(client.fallbacks()).containsExactly("response_format_json_object");
    }

    @Test
    void sendsNoFormatToAServiceThatKnowsNone() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults().withResponseFormats(Set.of("text")));
        OpenAiCompatibleLlmClient client = client(stub);

        assertThat(answerOf(client.complete(request("a", SCHEMA, 5_000))).text())
                .isEqualTo("{\"echo\":\"a\"}");
        assertThat(client.fallbacks()).containsExactly("response_format_none");
        assertThat(stub.stats().refused()).isEqualTo(3);
    }

    @Test
    void renamesTheTokenLimitAndDropsTheTemperatureWhenBlamed() throws Exception {
        List<String> bodies = new ArrayList<>();
        String url = server((body, key) -> {
            bodies.add(body);
            if (body.contains("\"max_tokens\"")) {
                return new Canned(400, error("use 'max_completion_tokens' instead", "max_tokens"));
            }
            return body.contains("\"temperature\"")
                    ? new Canned(400, error("only the default is supported", "temperature"))
                    : new Canned(200, "{\"choices\":[{\"message\":{\"content\":\"fine\"}}]}");
        });
        OpenAiCompatibleLlmClient client = client(url, o -> o);

        ChatCompletion answer = answerOf(client.complete(request("a", null, 5_000)));

        assertThat(answer).isEqualTo(new ChatCompletion("fine", 0, 0, 2));
        assertThat(bodies.get(2)).contains("\"max_completion_tokens\":100").doesNotContain("temperature");
        assertThat(client.fallbacks()).containsExactly("max_completion_tokens", "no_temperature");
    }

    @Test
    void waitsAsLongAsRetryAfterSays() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults().withRetryAfter(Duration.ofSeconds(1)));
        stub.failNextChats(Fault.RATE_LIMITED);

        long start = System.nanoTime();
        ChatCompletion answer = answerOf(client(stub).complete(request("a", SCHEMA, 10_000)));

        assertThat(answer.httpRetries()).isEqualTo(1);
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void waitsUntilTheDateRetryAfterNames() throws Exception {
        Instant now = Instant.parse("2026-03-01T10:00:00Z");
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.ofInstant(now.plusSeconds(40), ZoneOffset.UTC));
        String url = server((body, key) -> new Canned(429, "{}", date));
        LlmClient client =
                new OpenAiCompatibleLlmClient(OpenAiOptions.of(url, KEY, "m"), Clock.fixed(now, ZoneOffset.UTC));
        open.add(client);

        LlmException failure = failureOf(client.complete(request("a", SCHEMA, 30_000)));

        assertThat(failure.reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(failure).hasMessageContaining("waiting 40000 ms more would pass its deadline");
    }

    @Test
    void givesUpAtOnceWhenRetryAfterIsLongerThanTheBudget() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults().withRetryAfter(Duration.ofSeconds(30)));
        stub.failNextChats(Fault.RATE_LIMITED);

        long start = System.nanoTime();
        LlmException failure = failureOf(client(stub).complete(request("a", SCHEMA, 10_000)));

        assertThat(failure.reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void answersAfterServerErrors() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults());
        stub.failNextChats(Fault.SERVER_ERROR, Fault.SERVER_ERROR);

        assertThat(answerOf(client(stub).complete(request("a", SCHEMA, 5_000))).httpRetries())
                .isEqualTo(2);
    }

    @Test
    void failsWithTheLastReasonAfterAllRetries() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults());
        stub.failNextChats(Fault.SERVER_ERROR, Fault.SERVER_ERROR, Fault.SERVER_ERROR, Fault.SERVER_ERROR);

        LlmException failure = failureOf(client(stub).complete(request("a", SCHEMA, 5_000)));

        assertThat(failure.reason()).isEqualTo(Reason.SERVER_ERROR);
        assertThat(failure.httpRetries()).isEqualTo(3);
        assertThat(failure).hasMessageContaining("HTTP 500 injected failure");
    }

    @Test
    void timesOutOnAHangingServiceWithinTheBudget() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults());
        stub.failNextChats(Fault.HANG);

        long start = System.nanoTime();
        LlmException failure = failureOf(client(stub).complete(request("a", SCHEMA, 300)));

        assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
        assertThat(System.nanoTime() - start)
                .isBetween(
                        Duration.ofMillis(300).toNanos(), Duration.ofSeconds(5).toNanos());
    }

    @Test
    void triesAgainWhenOneAttemptTakesTooLong() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults());
        stub.failNextChats(Fault.HANG);
        LlmClient client = client(stub.baseUrl(), o -> o.withAttemptTimeout(Duration.ofSeconds(2)));

        assertThat(answerOf(client.complete(request("a", SCHEMA, 20_000))).httpRetries())
                .isEqualTo(1);
    }

    @Test
    void cancellingTheFutureFreesTheHttpCall() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults());
        stub.failNextChats(Fault.HANG);
        LlmClient client = client(stub.baseUrl(), o -> o.withMaxConcurrent(1));
        CompletableFuture<ChatCompletion> hanging = client.complete(request("a", SCHEMA, 50_000));
        await(() -> stub.stats().inFlight() == 1);

        hanging.cancel(true);

        assertThatThrownBy(hanging::join).isInstanceOf(CancellationException.class);
        assertThat(answerOf(client.complete(request("b", SCHEMA, 5_000))).text())
                .contains("b");
    }

    @Test
    void closingFailsWhatIsInFlightAndWhatComesAfter() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults());
        stub.failNextChats(Fault.HANG);
        LlmClient client = client(stub);
        CompletableFuture<ChatCompletion> hanging = client.complete(request("a", SCHEMA, 50_000));
        await(() -> stub.stats().inFlight() == 1);

        client.close();

        assertThat(failureOf(hanging).reason()).isEqualTo(Reason.CONNECTION);
        assertThat(failureOf(client.complete(request("b", SCHEMA, 5_000))).reason())
                .isEqualTo(Reason.CONNECTION);
    }

    @Test
    void doesNotRetryARefusedKey() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults().withRequiredKey("another"));

        LlmException failure = failureOf(client(stub).complete(request("a", SCHEMA, 5_000)));

        assertThat(failure.reason()).isEqualTo(Reason.UNAUTHORIZED);
        assertThat(failure).hasMessage("expected access: HTTP 401 invalid_api_key");
        assertThat(stub.stats().chatRequests()).isEqualTo(1);
    }

    @Test
    void refusesAHugeAnswerWithoutReadingItAll() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults());
        stub.failNextChats(Fault.HUGE_BODY);

        LlmException failure = failureOf(client(stub).complete(request("a", SCHEMA, 20_000)));

        assertThat(failure.reason()).isEqualTo(Reason.MALFORMED_RESPONSE);
        assertThat(failure).hasMessageContaining("at most 4194304 bytes");
        await(() -> stub.stats().clientsGone() == 1);
    }

    @Test
    void triesAgainAfterAnAnswerThatBreaksOff() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults());
        stub.failNextChats(Fault.TRUNCATED_BODY);

        assertThat(answerOf(client(stub).complete(request("a", SCHEMA, 5_000))).httpRetries())
                .isEqualTo(1);
    }

    @Test
    void saysWhatIsMalformedWithoutQuotingIt() throws Exception {
        String noJson = server((body, key) -> new Canned(200, "<html>surprise</html>"));
        String noContent = server((body, key) -> new Canned(200, "{\"choices\":[{\"message\":{\"content\":null}}]}"));

        assertThat(failureOf(client(noJson, o -> o).complete(request("a", SCHEMA, 5_000))))
                .hasMessage(
                        "expected a well-formed answer: HTTP 200 with a body of 21 characters that is no JSON object")
                .extracting(LlmException::reason)
                .isEqualTo(Reason.MALFORMED_RESPONSE);
        assertThat(failureOf(client(noContent, o -> o).complete(request("a", SCHEMA, 5_000))))
                .hasMessageContaining("no text at /choices/0/message/content");
    }

    @Test
    void reportsARefusedConnection() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        LlmClient client = client("http://127.0.0.1:" + port + "/v1", o -> o.withMaxRetries(1));

        LlmException failure = failureOf(client.complete(request("a", SCHEMA, 5_000)));

        assertThat(failure.reason()).isEqualTo(Reason.CONNECTION);
        assertThat(failure.httpRetries()).isEqualTo(1);
        assertThat(failure).hasMessageContaining("ConnectException");
    }

    @Test
    void neverShowsTheKeyThatAServiceSendsBack() throws Exception {
        try (LogCapture log = LogCapture.open()) {
            List<String> said = new ArrayList<>();
            for (int status : new int[] {400, 401, 403, 404, 422, 429, 500, 503}) {
                String json = server((body, key) -> new Canned(status, error("response_format? bad key " + key, key)));
                String plain = server(
                        (body, key) -> new Canned(status, "temperature: Bearer " + key + " / " + key.substring(3, 14)));
                for (String url : List.of(json, plain)) {
                    OpenAiCompatibleLlmClient client = client(url, o -> o.withMaxRetries(1));
                    LlmException failure = failureOf(client.complete(request("a", SCHEMA, 5_000)));
                    said.add(failure + " " + client + " " + client.fallbacks());
                }
            }
            said.add(OpenAiOptions.of("http://localhost/v1", KEY, "m").toString());
            said.add(StubOptions.defaults().withRequiredKey(KEY).toString());

            assertThat(said).hasSize(18).noneMatch(text -> text.contains("MARKER") || text.contains("a1b2c3"));
            assertThat(said.get(0)).contains("HTTP 400 response_format? bad key ***");
            assertThat(log.lines()).isNotEmpty().noneMatch(line -> line.contains("MARKER") || line.contains("a1b2c3"));
        }
    }

    @Test
    void refusesOptionsThatCannotWorkWithoutShowingTheKey() {
        assertThatThrownBy(() -> OpenAiOptions.of("http://localhost/v1", "sk-MARKER\nsecond line", "m"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("MARKER");
        assertThatThrownBy(() -> OpenAiOptions.of("https://user:MARKER@host/v1", null, "m"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("MARKER");
        assertThatThrownBy(() -> OpenAiOptions.of("ftp://host/v1", null, "m"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(OpenAiOptions.of("http://host/v1/", " key\n", "m").apiKey()).isEqualTo("key");
    }

    @Test
    void keepsManyCallsInFlightWithoutBlockingTheCaller() throws Exception {
        LlmStubServer stub = stub(StubOptions.defaults());
        stub.failNextChats(Collections.nCopies(200, Fault.HANG).toArray(Fault[]::new));
        LlmClient client = client(stub);

        for (int i = 0; i < 200; i++) {
            assertThat(client.complete(request("hanging", SCHEMA, 50_000))).isNotDone();
        }
        await(() -> stub.stats().inFlight() == 200);

        assertThat(answerOf(client.complete(request("not hanging", SCHEMA, 20_000)))
                        .text())
                .contains("not hanging");
    }

    private LlmStubServer stub(StubOptions options) throws IOException {
        LlmStubServer stub = LlmStubServer.start(
                options,
                (system, conversation) -> "{\"echo\":\""
                        + conversation.get(conversation.size() - 1).content() + "\"}");
        open.add(stub);
        return stub;
    }

    private OpenAiCompatibleLlmClient client(LlmStubServer stub) {
        return client(stub.baseUrl(), options -> options.withMaxRetries(3));
    }

    private OpenAiCompatibleLlmClient client(String baseUrl, UnaryOperator<OpenAiOptions> change) {
        OpenAiOptions options =
                OpenAiOptions.of(baseUrl, KEY, "m").withBackoff(Duration.ofMillis(10), Duration.ofMillis(50));
        OpenAiCompatibleLlmClient client = new OpenAiCompatibleLlmClient(change.apply(options), Clock.systemUTC());
        open.add(client);
        return client;
    }

    /** Starts a server that gives one canned answer to everything; its base URL. */
    private String server(Service service) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String key = exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length());
            Canned answer = service.answer(body, key);
            if (!answer.retryAfter.isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", answer.retryAfter);
            }
            byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        open.add(() -> server.stop(0));
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    private static String error(String message, String param) {
        return "{\"error\":{\"message\":\"" + message + "\",\"param\":\"" + param + "\"}}";
    }

    private static ChatRequest request(String text, String schema, long timeoutMillis) {
        return new ChatRequest(
                List.of(new Message(Role.SYSTEM, "Be brief."), new Message(Role.USER, text)),
                "answer",
                schema,
                0,
                100,
                Duration.ofMillis(timeoutMillis));
    }

    private static ChatCompletion answerOf(CompletableFuture<ChatCompletion> call) throws Exception {
        return call.get(50, TimeUnit.SECONDS);
    }

    private static LlmException failureOf(CompletableFuture<ChatCompletion> call) throws Exception {
        try {
            throw new AssertionError("expected a failure: " + call.get(50, TimeUnit.SECONDS));
        } catch (ExecutionException | CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(LlmException.class);
            return (LlmException) e.getCause();
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline of the wait").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private interface Service {
        Canned answer(String body, String key);
    }

    private record Canned(int status, String body, String retryAfter) {
        Canned(int status, String body) {
            this(status, body, "");
        }
    }
}
