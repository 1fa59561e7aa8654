package io.fastmemory.connectors.index.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.index.Awaiting;
import io.fastmemory.model.Json;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.pinecone.clients.Pinecone;
import io.pinecone.proto.FetchRequest;
import io.pinecone.proto.VectorServiceGrpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The data plane over HTTP, on the port gRPC is served on. */
@Timeout(60)
class HttpDataPlaneTest {
    private static final String TWO_VECTORS = "{\"namespace\":\"ns\",\"vectors\":["
            + "{\"id\":\"a\",\"values\":[1,0],\"metadata\":{\"entity_id\":\"ann\",\"tags\":[\"x\",\"y\"]}},"
            + "{\"id\":\"b\",\"values\":[0,1],\"metadata\":{\"entity_id\":\"bob\"}}]}";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private LocalIndexServer server;
    private String host;

    private void start(LocalIndexOptions options) throws IOException {
        server = LocalIndexServer.start(options.withApiKey("right"));
        host = new Pinecone.Builder("right")
                .withHost(server.controlPlaneUrl())
                .withTlsEnabled(false)
                .build()
                .createServerlessIndex("test", "cosine", 2, "aws", "us-east-1", "disabled", null)
                .getHost();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + host + path)).header("Api-Key", "right");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path).POST(BodyPublishers.ofString(body)));
    }

    private static JsonNode ok(HttpResponse<String> response) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.MAPPER.readTree(response.body());
    }

    private static void assertRefused(HttpResponse<String> response, int status, int code, String message)
            throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = Json.MAPPER.readTree(response.body());
        assertThat(body.path("code").asInt()).isEqualTo(code);
        assertThat(body.path("message").asText()).contains(message);
    }

    @Test
    void upsertsQueriesFetchesUpdatesAndDeletes() throws Exception {
        start(LocalIndexOptions.inMemory());
        assertThat(ok(post("/vectors/upsert", TWO_VECTORS)).path("upsertedCount"))
                .isEqualTo(Json.MAPPER.readTree("2"));
        JsonNode found = ok(post(
                "/query",
                "{\"namespace\":\"ns\",\"topK\":5,\"vector\":[2,0],\"includeMetadata\":true,"
                        + "\"filter\":{\"entity_id\":{\"$eq\":\"ann\"}}}"));
        assertThat(found.path("matches")).hasSize(1);
        assertThat(found.at("/matches/0/id").asText()).isEqualTo("a");
        assertThat(found.at("/matches/0/score").asDouble()).isEqualTo(1);
        assertThat(found.at("/matches/0/metadata/tags/1").asText()).isEqualTo("y");

        assertThat(ok(post(
                                "/vectors/update",
                                "{\"namespace\":\"ns\",\"filter\":{\"entity_id\":\"ann\"},"
                                        + "\"setMetadata\":{\"entity_id\":\"eve\"}}"))
                        .path("matchedRecords")
                        .asInt())
                .isEqualTo(1);
        ok(post("/vectors/update", "{\"namespace\":\"ns\",\"id\":\"b\",\"values\":[3,4]}"));
        JsonNode fetched = ok(send(request("/vectors/fetch?namespace=ns&ids=a&ids=b&ids=c")));
        assertThat(fetched.path("vectors").fieldNames()).toIterable().containsExactlyInAnyOrder("a", "b");
        assertThat(fetched.at("/vectors/a/metadata/entity_id").asText()).isEqualTo("eve");
        assertThat(fetched.at("/vectors/b/values").toString()).isEqualTo("[3.0,4.0]");
        assertThat(ok(post("/vectors/fetch_by_metadata", "{\"namespace\":\"ns\",\"filter\":{\"entity_id\":\"bob\"}}"))
                        .path("vectors")
                        .fieldNames())
                .toIterable()
                .containsExactly("b");

        ok(post("/vectors/delete", "{\"namespace\":\"ns\",\"ids\":[\"a\"]}"));
        JsonNode stats = ok(post("/describe_index_stats", ""));
        assertThat(stats.at("/namespaces/ns/vectorCount").asInt()).isEqualTo(1);
        assertThat(stats.path("totalVectorCount").isNumber()).isTrue();
    }

    @Test
    void countsOnlyInADryRun() throws Exception {
        start(LocalIndexOptions.inMemory());
        ok(post("/vectors/upsert", TWO_VECTORS));
        String update = "{\"namespace\":\"ns\",\"dryRun\":true,\"filter\":{\"entity_id\":{\"$in\":[\"ann\",\"bob\"]}},"
                + "\"setMetadata\":{\"entity_id\":\"eve\"}}";
        assertThat(ok(post("/vectors/update", update)).path("matchedRecords").asInt())
                .isEqualTo(2);
        assertThat(ok(send(request("/vectors/fetch?namespace=ns&ids=a")))
                        .at("/vectors/a/metadata/entity_id")
                        .asText())
                .isEqualTo("ann");
    }

    @Test
    void pagesThroughIdsWithAPrefix() throws Exception {
        start(LocalIndexOptions.inMemory());
        ok(post("/vectors/upsert", TWO_VECTORS));
        JsonNode page = ok(send(request("/vectors/list?namespace=ns&limit=1")));
        assertThat(page.at("/vectors/0/id").asText()).isEqualTo("a");
        JsonNode rest = ok(send(request("/vectors/list?namespace=ns&limit=1&paginationToken="
                + page.at("/pagination/next").asText())));
        assertThat(rest.at("/vectors/0/id").asText()).isEqualTo("b");
        assertThat(rest.has("pagination")).isFalse();
        assertThat(ok(send(request("/vectors/list?namespace=ns&prefix=c"))).path("vectors"))
                .isEmpty();
    }

    @Test
    void createsDescribesListsAndDeletesNamespaces() throws Exception {
        start(LocalIndexOptions.inMemory());
        ok(post("/vectors/upsert", TWO_VECTORS));
        ok(post("/namespaces", "{\"name\":\"a/b c\"}"));
        JsonNode listed = ok(send(request("/namespaces")));
        assertThat(listed.path("namespaces").findValuesAsText("name")).containsExactly("a/b c", "ns");
        assertThat(listed.at("/namespaces/1/record_count"))
                .as("a number, not the text protobuf makes of it")
                .isEqualTo(Json.MAPPER.readTree("2"));
        assertThat(ok(send(request("/namespaces/a%2Fb%20c"))).path("name").asText())
                .isEqualTo("a/b c");
        ok(send(request("/namespaces/a%2Fb%20c").DELETE()));
        assertRefused(send(request("/namespaces/a%2Fb%20c")), 404, 5, "Namespace not found");
    }

    @Test
    void servesBothProtocolsOnOnePort() throws Exception {
        start(LocalIndexOptions.inMemory());
        ok(post("/vectors/upsert", TWO_VECTORS));
        ManagedChannel channel =
                ManagedChannelBuilder.forTarget(host).usePlaintext().build();
        try {
            Metadata key = new Metadata();
            key.put(Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER), "right");
            var stub = VectorServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(key))
                    .withDeadlineAfter(20, TimeUnit.SECONDS);
            FetchRequest fetch =
                    FetchRequest.newBuilder().setNamespace("ns").addIds("a").build();
            assertThat(stub.fetch(fetch).getVectorsOrThrow("a").getValuesList()).containsExactly(1f, 0f);
            ok(post("/vectors/delete", "{\"namespace\":\"ns\",\"ids\":[\"a\"]}"));
            assertThat(stub.fetch(fetch).getVectorsCount()).isZero();
        } finally {
            channel.shutdownNow();
        }
        assertThat(server.counters().requests()).isEqualTo(4);
    }

    @Test
    void refusesWithTheLimitsOfTheService() throws Exception {
        start(LocalIndexOptions.inMemory());
        assertRefused(
                post("/vectors/upsert", "{\"vectors\":[{\"id\":\"a\",\"values\":[1]}]}"),
                400,
                3,
                "does not match the dimension of the index 2");
        assertRefused(post("/query", "{\"topK\":10001,\"vector\":[1,1]}"), 400, 3, "top_k must be 1 to 10000");
        assertRefused(post("/query", "{\"topK\":1,\"vektor\":[1,1]}"), 400, 3, "vektor");
        assertRefused(post("/query", "{\"topK\":"), 400, 3, "the request must be readable");
        assertRefused(send(request("/vectors/list?limit=101")), 400, 3, "limit must be 1 to 100: 101");
        assertRefused(
                post("/vectors/update", "{\"id\":\"a\",\"filter\":{\"x\":1}}"), 400, 3, "either an id or a filter");
        assertRefused(post("/bulk/imports", "{}"), 404, 5, "/bulk/imports");
        assertRefused(send(request("/query")), 404, 5, "GET /query");
        assertThat(server.counters().rejected()).isEqualTo(6);
    }

    @Test
    void asksForTheKeyAndFailsOnPurpose() throws Exception {
        start(LocalIndexOptions.inMemory());
        URI list = URI.create("http://" + host + "/vectors/list");
        assertRefused(send(HttpRequest.newBuilder(list)), 401, 16, "api-key");
        assertRefused(send(HttpRequest.newBuilder(list).header("Api-Key", "wrong")), 401, 16, "api-key");
        server.inject(new Faults(1, 0, 0, 1));
        assertRefused(send(request("/vectors/list")), 503, 14, "fault on purpose");
        server.inject(new Faults(0, 1, 0, 1));
        assertRefused(send(request("/vectors/list")), 429, 8, "fault on purpose");
        server.inject(new Faults(0, 0, 1, 1));
        assertThatThrownBy(() -> send(request("/vectors/list").timeout(Duration.ofMillis(300))))
                .isInstanceOf(HttpTimeoutException.class);
        assertThat(server.counters().refused()).isEqualTo(2);
        assertThat(server.counters().faulted()).isEqualTo(3);
    }

    @Test
    void showsWritesAfterTheVisibilityDelay() throws Exception {
        start(LocalIndexOptions.inMemory().withVisibilityDelay(Duration.ofMillis(700)));
        ok(post("/vectors/upsert", TWO_VECTORS));
        assertThat(ok(send(request("/vectors/fetch?namespace=ns&ids=a"))).path("vectors"))
                .isEmpty();
        Awaiting.until("the vector is visible", () -> {
            try {
                return ok(send(request("/vectors/fetch?namespace=ns&ids=a")))
                        .path("vectors")
                        .has("a");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void answersPipelinedRequestsInOrderEvenByteByByte() throws Exception {
        start(LocalIndexOptions.inMemory());
        ok(post("/vectors/upsert", TWO_VECTORS));
        String get = "GET /vectors/fetch?namespace=ns&ids=%s HTTP/1.1\r\nHost: x\r\nApi-Key: right\r\n%s\r\n";
        byte[] bytes = (get.formatted("a", "") + get.formatted("b", "Connection: close\r\n"))
                .getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = socket()) {
            socket.setTcpNoDelay(true);
            for (byte one : bytes) {
                socket.getOutputStream().write(one);
            }
            String answers = readToEnd(socket);
            assertThat(answers).containsSubsequence("HTTP/1.1 200", "\"id\":\"a\"", "HTTP/1.1 200", "\"id\":\"b\"");
        }
    }

    @Test
    void endsHttpConnectionsAndFreesThePortWhenClosed() throws Exception {
        start(LocalIndexOptions.inMemory());
        ok(post("/vectors/upsert", TWO_VECTORS));
        try (Socket idle = socket();
                Socket silent = socket()) {
            idle.getOutputStream()
                    .write("GET /vectors/list HTTP/1.1\r\nHost: x\r\nApi-Key: right\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(idle.getInputStream().read()).isEqualTo('H');
            server.close();
            readToEnd(idle);
            readToEnd(silent);
        }
        assertThatThrownBy(this::socket).isInstanceOf(IOException.class);
    }

    private Socket socket() throws IOException {
        Socket socket = new Socket("localhost", Integer.parseInt(host.substring(host.indexOf(':') + 1)));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String readToEnd(Socket socket) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        in.transferTo(bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
