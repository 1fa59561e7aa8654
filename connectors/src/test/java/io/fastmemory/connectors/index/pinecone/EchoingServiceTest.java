package io.fastmemory.connectors.index.pinecone;

import static io.fastmemory.connectors.index.Awaiting.failure;
import static io.fastmemory.connectors.index.Documents.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.connectors.index.VectorIndexException.Reason;
import io.fastmemory.model.Json;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.pinecone.proto.VectorServiceGrpc;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service that answers with what it was asked, its key included. */
@Timeout(60)
class EchoingServiceTest {
    private static final String KEY = "pcsk_marker-key-7f3a-91bd";
    private static final Metadata.Key<String> API_KEY = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

    private HttpServer control;
    private Server data;
    private volatile Answer answer = key -> new Reply(200, index());

    /** What the control plane answers to a key. */
    private interface Answer {
        Reply to(String key);
    }

    private record Reply(int status, String body) {}

    /** Answers each request with the key in the status. */
    private static final class Echo implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            call.close(
                    Status.UNAUTHENTICATED.withDescription("no project of key " + headers.get(API_KEY)),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    @BeforeEach
    void startTheService() throws IOException {
        InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        data = NettyServerBuilder.forAddress(here)
                .intercept(new Echo())
                .addService(new VectorServiceGrpc.VectorServiceImplBase() {})
                .build()
                .start();
        control = HttpServer.create(here, 0);
        control.createContext("/", this::reply);
        control.start();
    }

    @AfterEach
    void stopTheService() {
        control.stop(0);
        data.shutdownNow();
    }

    private void reply(HttpExchange exchange) throws IOException {
        Reply reply = answer.to(exchange.getRequestHeaders().getFirst("Api-Key"));
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String index() {
        ObjectNode model = Json.MAPPER.createObjectNode();
        model.put("name", "memories").put("metric", "cosine").put("dimension", 3);
        model.put("vector_type", "dense").put("deletion_protection", "disabled");
        model.put("host", "localhost:" + data.getPort());
        ObjectNode serverless = model.putObject("spec").putObject("serverless");
        serverless.put("cloud", "local").put("region", "local");
        ObjectNode capacity = serverless.putObject("read_capacity").put("mode", "OnDemand");
        capacity.putObject("status").put("state", "Ready");
        model.putObject("status").put("ready", true).put("state", "Ready");
        return model.toString();
    }

    private PineconeOptions options(String key) {
        return PineconeOptions.local("http://localhost:" + control.getAddress().getPort(), "memories", "run-1", 3)
                .withApiKey(key)
                .withPatience(Duration.ofSeconds(10), 0);
    }

    @Test
    void keyInARefusalOfTheControlPlaneIsHidden() {
        answer =
                key -> new Reply(401, "{\"error\":{\"code\":\"UNAUTHENTICATED\",\"message\":\"bad key " + key + "\"}}");

        assertThatThrownBy(() -> PineconeIndex.open(options(KEY)))
                .satisfies(reason(Reason.UNAUTHORIZED))
                .satisfies(EchoingServiceTest::showsNoKey)
                .hasMessageEndingWith("HTTP 401: bad key ***")
                .hasNoCause();
    }

    @Test
    void keyInAnAnswerThatIsNoIndexIsHidden() {
        answer = key -> new Reply(200, "{\"you_sent\":\"" + key + "\"}");

        assertThatThrownBy(() -> PineconeIndex.open(options(KEY)))
                .satisfies(reason(Reason.UNAVAILABLE))
                .satisfies(EchoingServiceTest::showsNoKey);
    }

    @Test
    void keyThatNoRequestCanCarryIsHidden() {
        assertThatThrownBy(() -> PineconeIndex.open(options(KEY + "\nsecond-line")))
                .isInstanceOf(VectorIndexException.class)
                .satisfies(EchoingServiceTest::showsNoKey);
    }

    @Test
    void keyInARefusalOfARequestIsHidden() {
        try (PineconeIndex index = PineconeIndex.open(options(KEY))) {
            assertThat(failure(index.upsert(List.of(entry("m", 1, "ann", 1, 0, 0)))))
                    .satisfies(reason(Reason.UNAUTHORIZED))
                    .satisfies(EchoingServiceTest::showsNoKey)
                    .hasMessageEndingWith("UNAUTHENTICATED at attempt 1, no project of key ***")
                    .hasNoCause();
            assertThat(failure(index.listIds())).satisfies(EchoingServiceTest::showsNoKey);
        }
    }

    private static Consumer<Throwable> reason(Reason expected) {
        return failure -> assertThat(((VectorIndexException) failure).reason()).isEqualTo(expected);
    }

    private static void showsNoKey(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(KEY).doesNotContain("marker-key");
    }
}
