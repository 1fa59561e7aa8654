package io.fastmemory.connectors.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.llm.LlmException.Reason;
import io.fastmemory.connectors.llm.OpenAiOptions.Circuit;
import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.StubOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against everything a service may do wrong, over real HTTP. */
class FaultyEndpointTest {
    private static final Circuit QUICK = new Circuit(5, Duration.ofMillis(50), Duration.ofMillis(200));
    /** With one attempt, more than a machine stands still. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final String SAID = "{\"said\":\"something long enough to be cut in the middle\"}";

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "RATE_LIMITED",
                "RATE_LIMITED_WITH_WAIT",
                "SERVER_ERROR",
                "UNAVAILABLE",
                "HANG",
                "DISCONNECT",
                "DRIP",
                "TRUNCATED_BODY",
                "TRUNCATED_CHUNK"
            })
    void answersAtTheSecondAttemptAfterAFaultThatPasses(Fault fault) throws Exception {
        LlmStubServer stub = stub();
        stub.failNextChats(fault);

        boolean endsByTimeout = fault == Fault.HANG || fault == Fault.DRIP;
        OpenAiCompatibleLlmClient client =
                client(stub.baseUrl(), QUICK, endsByTimeout ? Duration.ofSeconds(2) : PATIENCE);

        ChatCompletion answer = client.complete(request(30_000)).get(40, TimeUnit.SECONDS);

        assertThat(answer.text()).isEqualTo(SAID);
        assertThat(answer.httpRetries()).isEqualTo(1);
        assertThat(stub.stats().faults()).containsEntry(fault, 1L);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSAL_FIELD", "CONTENT_FILTER"})
    void namesARefusalAndDoesNotAskAgain(Fault fault) throws Exception {
        LlmStubServer stub = stub();
        stub.failNextChats(fault);

        LlmException failure = failureOf(client(stub, QUICK).complete(request(10_000)));

        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure).hasMessageContaining(fault == Fault.REFUSAL_FIELD ? "I can't help" : "content filter");
        assertThat(stub.stats().chatRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"BAD_JSON", "CUT_BY_LENGTH", "PROSE", "EMPTY_TEXT", "LONE_SURROGATE"})
    void handsOnWhateverTextAnAnswerHas(Fault fault) throws Exception {
        LlmStubServer stub = stub();
        stub.failNextChats(fault);

        ChatCompletion answer = client(stub, QUICK).complete(request(10_000)).get(40, TimeUnit.SECONDS);

        assertThat(answer.text()).isNotEqualTo(SAID);
        assertThat(answer.httpRetries()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"choices\":"})
    void asksAgainAfterAReset(String sentBefore) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> resetThenAnswer(server, sentBefore));
            OpenAiCompatibleLlmClient client = client("http://127.0.0.1:" + server.getLocalPort() + "/v1", QUICK);

            ChatCompletion answer = client.complete(request(10_000)).get(40, TimeUnit.SECONDS);

            assertThat(answer.text()).isEqualTo("fine");
            assertThat(answer.httpRetries()).isEqualTo(2);
            serving.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void leavesADeadServiceAloneButForProbes() throws Exception {
        LlmStubServer stub = stub();
        stub.faults(Map.of(Fault.UNAVAILABLE, 1.0));
        Circuit circuit = new Circuit(5, Duration.ofMillis(100), Duration.ofMillis(400));
        OpenAiCompatibleLlmClient client = client(stub, circuit);

        List<CompletableFuture<ChatCompletion>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(client.complete(request(6_000)));
        }
        await(() -> client.health().isUnavailable());
        await(() -> client.health().waitingCalls() >= 39);
        for (CompletableFuture<ChatCompletion> call : calls) {
            LlmException failure = failureOf(call);
            assertThat(failure.reason()).isEqualTo(Reason.ENDPOINT_UNAVAILABLE);
            assertThat(failure).hasMessageContaining("the endpoint has been unavailable for");
        }

        // Most of the 40 were under way when it opened; after that, a probe after 100, 200, 400, 400, … ms.
        assertThat(stub.stats().chatRequests()).isBetween(5L + 3, 40L + 18);
    }

    @Test
    void letsEveryoneThroughOnceAProbeIsAnswered() throws Exception {
        LlmStubServer stub = stub();
        stub.faults(Map.of(Fault.SERVER_ERROR, 1.0));
        OpenAiCompatibleLlmClient client = client(stub, QUICK);
        List<CompletableFuture<ChatCompletion>> calls = new ArrayList<>();
        try (LogCapture log = LogCapture.open()) {
            for (int i = 0; i < 20; i++) {
                calls.add(client.complete(request(20_000)));
            }
            await(() -> client.health().waitingCalls() >= 19);

            stub.faults(Map.of());
            for (CompletableFuture<ChatCompletion> call : calls) {
                assertThat(call.get(20, TimeUnit.SECONDS).text()).isEqualTo(SAID);
            }

            assertThat(client.health()).isEqualTo(EndpointHealth.AVAILABLE);
            assertThat(log.warnings())
                    .hasSize(2)
                    .anyMatch(line -> line.contains("unavailable, calls wait for it"))
                    .anyMatch(line -> line.contains("The endpoint is back"));
        }
    }

    @Test
    void waitsForAServiceThatIsStartedLateHoweverFewRetriesThereAre() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        OpenAiCompatibleLlmClient client = client("http://127.0.0.1:" + port + "/v1", QUICK);
        CompletableFuture<ChatCompletion> early = client.complete(request(20_000));
        await(() -> client.health().isUnavailable());

        open.add(LlmStubServer.start(StubOptions.defaults().withAddress("127.0.0.1", port), (s, c) -> SAID));

        assertThat(early.get(20, TimeUnit.SECONDS).text()).isEqualTo(SAID);
    }

    @Test
    void opensAtOnceWhenTheKeyIsRefusedAndTellsAllClientsOfTheService() throws Exception {
        LlmStubServer stub = stub();
        OpenAiCompatibleLlmClient one = client(stub, QUICK);
        OpenAiCompatibleLlmClient other = client(stub, QUICK);
        stub.failNextChats(Fault.UNAUTHORIZED);

        assertThat(failureOf(one.complete(request(5_000))).reason()).isEqualTo(Reason.UNAUTHORIZED);

        assertThat(one.health().isUnavailable()).isTrue();
        assertThat(other.health().isUnavailable()).isTrue();
        assertThat(other.complete(request(5_000)).get(10, TimeUnit.SECONDS).text())
                .isEqualTo(SAID);
        assertThat(one.health().isUnavailable()).isFalse();
    }

    @Test
    void staysClosedWhileSomeAnswersCome() throws Exception {
        LlmStubServer stub = stub();
        OpenAiCompatibleLlmClient client = client(stub, QUICK);
        try (LogCapture log = LogCapture.open()) {
            for (int i = 0; i < 6; i++) {
                stub.failNextChats(Fault.SERVER_ERROR, Fault.TRUNCATED_BODY, Fault.DISCONNECT);
                assertThat(client.complete(request(20_000))
                                .get(20, TimeUnit.SECONDS)
                                .httpRetries())
                        .isGreaterThanOrEqualTo(3); // one more for an attempt that a busy machine made late
            }
            stub.failNextChats(Fault.RATE_LIMITED, Fault.RATE_LIMITED, Fault.RATE_LIMITED, Fault.RATE_LIMITED);
            client.complete(request(20_000)).get(20, TimeUnit.SECONDS);
            stub.failNextChats(Fault.RATE_LIMITED, Fault.RATE_LIMITED, Fault.RATE_LIMITED, Fault.RATE_LIMITED);
            client.complete(request(20_000)).get(20, TimeUnit.SECONDS);

            assertThat(log.warnings()).isEmpty();
        }
    }

    private static void resetThenAnswer(ServerSocket server, String sentBefore) {
        try {
            for (int i = 0; i < 2; i++) {
                try (Socket reset = server.accept()) {
                    readSome(reset);
                    reset.getOutputStream().write(sentBefore.getBytes(StandardCharsets.US_ASCII));
                    reset.getOutputStream().flush();
                    reset.setSoLinger(true, 0); // closing sends RST
                }
            }
            String body = "{\"choices\":[{\"message\":{\"content\":\"fine\"}}]}";
            try (Socket answered = server.accept()) {
                readSome(answered);
                String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n";
                answered.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void readSome(Socket socket) throws IOException {
        assertThat(socket.getInputStream().read(new byte[1 << 16])).isPositive();
    }

    private LlmStubServer stub() throws IOException {
        LlmStubServer stub = LlmStubServer.start(StubOptions.defaults(), (system, conversation) -> SAID);
        open.add(stub);
        return stub;
    }

    private OpenAiCompatibleLlmClient client(LlmStubServer stub, Circuit circuit) {
        return client(stub.baseUrl(), circuit);
    }

    private OpenAiCompatibleLlmClient client(String baseUrl, Circuit circuit) {
        return client(baseUrl, circuit, PATIENCE);
    }

    private OpenAiCompatibleLlmClient client(String baseUrl, Circuit circuit, Duration attemptTimeout) {
        OpenAiOptions options = OpenAiOptions.of(baseUrl, "key", "m")
                .withBackoff(Duration.ofMillis(10), Duration.ofMillis(50))
                .withAttemptTimeout(attemptTimeout)
                .withCircuit(circuit);
        OpenAiCompatibleLlmClient client = new OpenAiCompatibleLlmClient(options, Clock.systemUTC());
        open.add(client);
        return client;
    }

    private static ChatRequest request(long timeoutMillis) {
        return new ChatRequest(
                List.of(new Message(Role.USER, "What now?")), "answer", null, 0, 100, Duration.ofMillis(timeoutMillis));
    }

    private static LlmException failureOf(CompletableFuture<ChatCompletion> call) throws Exception {
        try {
            throw new AssertionError("expected a failure: " + call.get(40, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
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
}
