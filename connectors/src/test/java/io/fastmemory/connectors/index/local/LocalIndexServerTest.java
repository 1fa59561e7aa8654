package io.fastmemory.connectors.index.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.fastmemory.connectors.http.HalfOpenRequests;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pinecone.clients.Pinecone;
import io.pinecone.configs.PineconeConfig;
import io.pinecone.configs.PineconeConnection;
import io.pinecone.exceptions.PineconeAlreadyExistsException;
import io.pinecone.exceptions.PineconeAuthorizationException;
import io.pinecone.exceptions.PineconeBadRequestException;
import io.pinecone.exceptions.PineconeInternalServerException;
import io.pinecone.exceptions.PineconeNotFoundException;
import io.pinecone.proto.CreateNamespaceRequest;
import io.pinecone.proto.DeleteNamespaceRequest;
import io.pinecone.proto.DeleteRequest;
import io.pinecone.proto.DescribeIndexStatsRequest;
import io.pinecone.proto.FetchByMetadataRequest;
import io.pinecone.proto.FetchRequest;
import io.pinecone.proto.ListNamespacesRequest;
import io.pinecone.proto.ListRequest;
import io.pinecone.proto.QueryRequest;
import io.pinecone.proto.ScoredVector;
import io.pinecone.proto.UpdateRequest;
import io.pinecone.proto.UpsertRequest;
import io.pinecone.proto.Vector;
import io.pinecone.proto.VectorServiceGrpc.VectorServiceBlockingStub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openapitools.db_control.client.model.IndexModel;

/** The protocol as the official client's own stubs see it. */
@Timeout(60)
class LocalIndexServerTest {
    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private LocalIndexServer start(LocalIndexOptions options) throws IOException {
        LocalIndexServer server = LocalIndexServer.start(options);
        open.add(server);
        return server;
    }

    private static Pinecone control(LocalIndexServer server, String key) {
        return new Pinecone.Builder(key)
                .withHost(server.controlPlaneUrl())
                .withTlsEnabled(false)
                .build();
    }

    private VectorServiceBlockingStub connect(String host, String key) {
        PineconeConfig config = new PineconeConfig(key);
        config.setHost(host);
        config.setTLSEnabled(false);
        PineconeConnection connection = new PineconeConnection(config, "test");
        open.add(connection);
        return connection.getBlockingStub().withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private VectorServiceBlockingStub newIndex(LocalIndexServer server, int dimension) {
        return connect(
                control(server, "any")
                        .createServerlessIndex("test", "cosine", dimension, "aws", "us-east-1", "disabled", null)
                        .getHost(),
                "any");
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Vector vector(String id, float... values) {
        Vector.Builder vector = Vector.newBuilder().setId(id);
        for (float value : values) {
            vector.addValues(value);
        }
        return vector.setMetadata(Struct.newBuilder().putFields("entity_id", text("ann")))
                .build();
    }

    private static UpsertRequest upsert(Vector... vectors) {
        return UpsertRequest.newBuilder()
                .setNamespace("ns")
                .addAllVectors(Arrays.asList(vectors))
                .build();
    }

    private static void assertInvalid(ThrowingCallable request, String message) {
        assertThatThrownBy(request).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refused.getStatus().getDescription()).contains(message);
        });
    }

    @Test
    void createsDescribesListsAndDeletesIndexes() throws IOException {
        LocalIndexServer server = start(LocalIndexOptions.inMemory().withDirectory(directory));
        Pinecone control = control(server, "any");
        assertThatThrownBy(() -> control.describeIndex("memories")).isInstanceOf(PineconeNotFoundException.class);

        IndexModel created =
                control.createServerlessIndex("memories", "cosine", 384, "aws", "us-east-1", "disabled", null);
        assertThat(control.describeIndex("memories")).isEqualTo(created);
        assertThat(created.getHost()).matches("localhost:\\d+");
        assertThat(created.getDimension()).isEqualTo(384);
        assertThat(created.getStatus().getReady()).isTrue();
        assertThat(control.listIndexes().getIndexes()).containsExactly(created);
        assertThatThrownBy(() ->
                        control.createServerlessIndex("memories", "cosine", 3, "aws", "us-east-1", "disabled", null))
                .isInstanceOf(PineconeAlreadyExistsException.class);
        assertThatThrownBy(() ->
                        control.createServerlessIndex("other", "euclidean", 3, "aws", "us-east-1", "disabled", null))
                .isInstanceOf(PineconeBadRequestException.class);
        assertThatThrownBy(
                        () -> control.createServerlessIndex("../up", "cosine", 3, "aws", "us-east-1", "disabled", null))
                .isInstanceOf(PineconeBadRequestException.class);

        control.deleteIndex("memories");
        assertThatThrownBy(() -> control.deleteIndex("memories")).isInstanceOf(PineconeNotFoundException.class);
        assertThat(directory.resolve("memories")).doesNotExist();
    }

    @Test
    void leavesNothingOfAnIndexThatCouldNotBeServed() throws IOException {
        LocalIndexOptions onDisk = LocalIndexOptions.inMemory().withDirectory(directory);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            LocalIndexServer server = start(onDisk.withPorts(0, taken.getLocalPort()));
            assertThatThrownBy(() -> newIndex(server, 2)).isInstanceOf(PineconeInternalServerException.class);
            server.close();
        }
        assertThat(control(start(onDisk), "any").listIndexes().getIndexes()).isEmpty();
    }

    @Test
    void doesNotBringBackWhatADeletedIndexHeld() throws IOException {
        LocalIndexServer server = start(LocalIndexOptions.inMemory().withDirectory(directory));
        newIndex(server, 2).upsert(upsert(vector("old", 1, 0)));
        byte[] log = Files.readAllBytes(directory.resolve("test").resolve("requests.log"));
        control(server, "any").deleteIndex("test");
        Files.createDirectories(directory.resolve("test"));
        Files.write(directory.resolve("test").resolve("requests.log"), log); // as if the removal had been interrupted

        VectorServiceBlockingStub stub = newIndex(server, 2);
        stub.upsert(upsert(vector("new", 1, 0)));
        assertThat(stub.list(ListRequest.newBuilder().setNamespace("ns").build())
                        .getVectorsList())
                .extracting("id")
                .containsExactly("new");
    }

    @Test
    void writesALogAnewWhenMostOfItIsOverwritten() throws IOException {
        LocalIndexOptions onDisk = LocalIndexOptions.inMemory().withDirectory(directory);
        Path log = directory.resolve("test").resolve("requests.log");
        LocalIndexServer first = start(onDisk);
        VectorServiceBlockingStub stub = newIndex(first, 2);
        stub.createNamespace(
                CreateNamespaceRequest.newBuilder().setName("empty").build());
        for (int round = 1; round <= 8; round++) {
            Vector[] vectors = new Vector[250];
            for (int i = 0; i < vectors.length; i++) {
                vectors[i] = vector("m" + i, round, 1);
            }
            stub.upsert(upsert(vectors));
        }
        stub.delete(DeleteRequest.newBuilder().setNamespace("ns").addIds("m7").build());
        first.close();
        long before = Files.size(log);

        LocalIndexServer second = start(onDisk);
        long after = Files.size(log);
        assertThat(after).isBetween(before / 10, before / 6);
        VectorServiceBlockingStub reopened =
                connect(control(second, "any").describeIndex("test").getHost(), "any");
        assertThat(reopened.fetch(FetchRequest.newBuilder()
                                .setNamespace("ns")
                                .addAllIds(List.of("m0", "m7", "m249"))
                                .build())
                        .getVectorsMap())
                .containsOnlyKeys("m0", "m249")
                .containsEntry("m0", vector("m0", 8, 1));
        reopened.upsert(upsert(vector("new", 1, 0)));
        second.close();

        LocalIndexServer third = start(onDisk);
        assertThat(Files.size(log)).as("the rewritten log is not written again").isGreaterThan(after);
        assertThat(connect(control(third, "any").describeIndex("test").getHost(), "any")
                        .listNamespaces(ListNamespacesRequest.getDefaultInstance())
                        .getNamespacesList())
                .extracting("name", "recordCount")
                .containsExactly(tuple("empty", 0L), tuple("ns", 250L));
        assertThat(third.tornBytes()).isZero();
    }

    @Test
    void asksForTheKeyOnBothPlanes() throws IOException {
        LocalIndexServer server = start(LocalIndexOptions.inMemory().withApiKey("right"));
        assertThatThrownBy(() -> control(server, "wrong").listIndexes())
                .isInstanceOf(PineconeAuthorizationException.class);
        String host = control(server, "right")
                .createServerlessIndex("test", "cosine", 2, "aws", "us-east-1", "disabled", null)
                .getHost();
        ListRequest list = ListRequest.getDefaultInstance();
        assertThatThrownBy(() -> connect(host, "wrong").list(list))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
        assertThat(connect(host, "right").list(list).getVectorsCount()).isZero();
    }

    @Test
    void answersAKeyBesideRequestsThatNeverEnd() throws Exception {
        LocalIndexServer server = start(LocalIndexOptions.inMemory().withApiKey("right"));
        URI indexes = URI.create(server.controlPlaneUrl() + "/indexes");
        HttpRequest keyed = HttpRequest.newBuilder(indexes)
                .header("Api-Key", "right")
                .timeout(Duration.ofSeconds(8))
                .build();

        try (HalfOpenRequests half =
                new HalfOpenRequests(indexes.getPort(), 64, "GET /indexes HTTP/1.1\r\nHost: index\r\n")) {
            assertThat(HttpClient.newHttpClient()
                            .send(keyed, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(half.answer()).as("closed when its time is over").isEmpty();
        }
    }

    @Test
    void enforcesTheDocumentedLimits() throws IOException {
        LocalIndexServer server = start(LocalIndexOptions.inMemory());
        VectorServiceBlockingStub stub = newIndex(server, 2);
        Vector[] many =
                IntStream.range(0, 1_001).mapToObj(i -> vector("m" + i, 1, 1)).toArray(Vector[]::new);
        assertInvalid(() -> stub.upsert(upsert(many)), "at most 1000 records: 1001");
        assertThat(stub.upsert(upsert(Arrays.copyOf(many, 1_000))).getUpsertedCount())
                .isEqualTo(1_000);

        Vector[] heavy = IntStream.range(0, 60)
                .mapToObj(i -> withMetadata("m" + i, text("x".repeat(39_000))))
                .toArray(Vector[]::new);
        assertInvalid(() -> stub.upsert(upsert(heavy)), "at most 2000000 bytes");
        assertInvalid(() -> stub.upsert(upsert(withMetadata("m", text("x".repeat(41_000))))), "40960 bytes");
        assertInvalid(() -> stub.upsert(upsert(vector("m", 1, 1, 1))), "does not match the dimension of the index 2");
        assertInvalid(() -> stub.upsert(upsert(vector("m", 0, 0))), "at least one non-zero value");
        assertInvalid(() -> stub.upsert(upsert(vector("m", Float.NaN, 0))), "finite");
        assertInvalid(() -> stub.upsert(upsert(vector("", 1, 1))), "1 to 512 characters: 0");
        assertInvalid(() -> stub.upsert(upsert(vector("x".repeat(513), 1, 1))), "1 to 512 characters: 513");
        Value absent = Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
        assertInvalid(() -> stub.upsert(upsert(withMetadata("m", absent))), "list of strings");
        Value numbers = Value.newBuilder()
                .setListValue(
                        ListValue.newBuilder().addValues(Value.newBuilder().setNumberValue(1)))
                .build();
        assertInvalid(() -> stub.upsert(upsert(withMetadata("m", numbers))), "list of strings");

        QueryRequest.Builder query = QueryRequest.newBuilder().addVector(1).addVector(1);
        assertInvalid(() -> stub.query(query.setTopK(10_001).build()), "top_k must be 1 to 10000: 10001");
        assertInvalid(() -> stub.query(query.setTopK(0).build()), "top_k must be 1 to 10000: 0");
        assertInvalid(() -> stub.query(query.setTopK(1).setId("m").build()), "either a vector or an id: both");
        List<String> ids = Arrays.stream(many).map(Vector::getId).toList();
        assertInvalid(() -> stub.fetch(FetchRequest.newBuilder().addAllIds(ids).build()), "at most 1000 ids: 1001");
        assertInvalid(
                () -> stub.delete(DeleteRequest.newBuilder()
                        .setNamespace("ns")
                        .addAllIds(ids)
                        .build()),
                "at most 1000 ids: 1001");
        assertInvalid(() -> stub.list(ListRequest.newBuilder().setLimit(101).build()), "limit must be 1 to 100: 101");
        assertThat(server.counters().rejected()).isEqualTo(16);
    }

    private static Vector withMetadata(String id, Value value) {
        return vector(id, 1, 1).toBuilder()
                .setMetadata(Struct.newBuilder().putFields("content", value))
                .build();
    }

    @Test
    void searchesExactlyLikeAPlainScan() throws IOException {
        VectorServiceBlockingStub stub = newIndex(start(LocalIndexOptions.inMemory()), 19);
        Random random = new Random(11);
        List<Vector> vectors = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            vectors.add(randomVector("m" + i, random, i % 7 == 0 ? "ann" : "bob"));
        }
        for (int from = 0; from < vectors.size(); from += 500) {
            stub.upsert(upsert(vectors.subList(from, from + 500).toArray(Vector[]::new)));
        }
        List<String> removed = new ArrayList<>();
        for (int i = 0; i < 2_500; i += 5) {
            removed.add("m" + i);
        }
        stub.delete(
                DeleteRequest.newBuilder().setNamespace("ns").addAllIds(removed).build());
        vectors.removeIf(vector -> removed.contains(vector.getId()));
        for (int i = 0; i < 100; i++) { // into the freed slots
            Vector vector = randomVector("new" + i, random, "ann");
            stub.upsert(upsert(vector));
            vectors.add(vector);
        }

        for (String entity : List.of("ann", "bob", "any")) {
            Vector query = randomVector("query", random, entity);
            QueryRequest.Builder request =
                    QueryRequest.newBuilder().setNamespace("ns").setTopK(40).addAllVector(query.getValuesList());
            if (!entity.equals("any")) {
                request.setFilter(Struct.newBuilder().putFields("entity_id", text(entity)));
            }
            List<String> expected = vectors.stream()
                    .filter(vector -> entity.equals("any")
                            || vector.getMetadata()
                                    .getFieldsOrThrow("entity_id")
                                    .equals(text(entity)))
                    .sorted(Comparator.comparingDouble(vector -> -cosine(query, vector)))
                    .limit(40)
                    .map(Vector::getId)
                    .toList();
            assertThat(stub.query(request.build()).getMatchesList().stream()
                            .map(ScoredVector::getId)
                            .toList())
                    .isEqualTo(expected);
        }
    }

    private static Vector randomVector(String id, Random random, String entity) {
        Vector.Builder vector =
                Vector.newBuilder().setId(id).setMetadata(Struct.newBuilder().putFields("entity_id", text(entity)));
        for (int i = 0; i < 19; i++) {
            vector.addValues((float) random.nextGaussian());
        }
        return vector.build();
    }

    private static double cosine(Vector a, Vector b) {
        double product = 0;
        double squares = 0;
        for (int i = 0; i < a.getValuesCount(); i++) {
            product += (double) a.getValues(i) * b.getValues(i);
            squares += (double) b.getValues(i) * b.getValues(i);
        }
        return product / Math.sqrt(squares);
    }

    @Test
    void updatesMergesFetchesAndDeletesByMetadata() throws IOException {
        VectorServiceBlockingStub stub = newIndex(start(LocalIndexOptions.inMemory()), 2);
        stub.upsert(upsert(vector("a", 1, 0), vector("b", 0, 1)));
        stub.update(UpdateRequest.newBuilder()
                .setNamespace("ns")
                .setId("a")
                .addValues(0)
                .addValues(2)
                .setSetMetadata(Struct.newBuilder().putFields("entity_id", text("bob")))
                .build());
        Struct bob = Struct.newBuilder().putFields("entity_id", text("bob")).build();

        var fetched = stub.fetchByMetadata(FetchByMetadataRequest.newBuilder()
                .setNamespace("ns")
                .setFilter(bob)
                .build());
        assertThat(fetched.getVectorsMap().keySet()).containsExactly("a");
        assertThat(fetched.getVectorsOrThrow("a").getValuesList()).containsExactly(0f, 2f);
        assertThat(stub.query(QueryRequest.newBuilder()
                                .setNamespace("ns")
                                .setTopK(5)
                                .setId("b")
                                .setFilter(bob)
                                .build())
                        .getMatches(0)
                        .getScore())
                .isEqualTo(1f);

        stub.delete(DeleteRequest.newBuilder().setNamespace("ns").setFilter(bob).build());
        assertThat(stub.describeIndexStats(DescribeIndexStatsRequest.getDefaultInstance())
                        .getNamespacesOrThrow("ns")
                        .getVectorCount())
                .isEqualTo(1);
    }

    @Test
    void createsListsAndDeletesNamespaces() throws IOException {
        VectorServiceBlockingStub stub = newIndex(start(LocalIndexOptions.inMemory()), 2);
        stub.upsert(upsert(vector("a", 1, 0)));
        stub.createNamespace(
                CreateNamespaceRequest.newBuilder().setName("empty").build());
        var namespaces = stub.listNamespaces(ListNamespacesRequest.getDefaultInstance());
        assertThat(namespaces.getNamespacesList())
                .extracting("name", "recordCount")
                .containsExactly(tuple("empty", 0L), tuple("ns", 1L));

        DeleteNamespaceRequest delete =
                DeleteNamespaceRequest.newBuilder().setNamespace("ns").build();
        stub.deleteNamespace(delete);
        assertThatThrownBy(() -> stub.deleteNamespace(delete))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
        assertThat(stub.describeIndexStats(DescribeIndexStatsRequest.getDefaultInstance())
                        .getTotalVectorCount())
                .isZero();
    }

    @Test
    void pagesThroughIdsWithAPrefix() throws IOException {
        VectorServiceBlockingStub stub = newIndex(start(LocalIndexOptions.inMemory()), 2);
        stub.upsert(upsert(vector("a1", 1, 0), vector("b1", 1, 0), vector("b2", 1, 0), vector("b3", 1, 0)));
        ListRequest first = ListRequest.newBuilder()
                .setNamespace("ns")
                .setPrefix("b")
                .setLimit(2)
                .build();
        var page = stub.list(first);
        assertThat(page.getVectorsList()).extracting("id").containsExactly("b1", "b2");
        var rest = stub.list(first.toBuilder()
                .setPaginationToken(page.getPagination().getNext())
                .build());
        assertThat(rest.getVectorsList()).extracting("id").containsExactly("b3");
        assertThat(rest.hasPagination()).isFalse();
    }
}
