package io.fastmemory.connectors.index.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.fastmemory.connectors.index.Awaiting;
import io.pinecone.clients.Pinecone;
import io.pinecone.configs.PineconeConfig;
import io.pinecone.configs.PineconeConnection;
import io.pinecone.exceptions.PineconeException;
import io.pinecone.proto.FetchRequest;
import io.pinecone.proto.ListItem;
import io.pinecone.proto.ListRequest;
import io.pinecone.proto.UpsertRequest;
import io.pinecone.proto.Vector;
import io.pinecone.proto.VectorServiceGrpc.VectorServiceBlockingStub;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the server does wrong on purpose, seen through gRPC. */
@Timeout(60)
class LocalIndexFaultsTest {
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

    private static Pinecone control(LocalIndexServer server) {
        return new Pinecone.Builder("any")
                .withHost(server.controlPlaneUrl())
                .withTlsEnabled(false)
                .build();
    }

    private VectorServiceBlockingStub connect(String host) {
        PineconeConfig config = new PineconeConfig("any");
        config.setHost(host);
        config.setTLSEnabled(false);
        PineconeConnection connection = new PineconeConnection(config, "test");
        open.add(connection);
        return connection.getBlockingStub().withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private VectorServiceBlockingStub newIndex(LocalIndexServer server, int dimension) {
        return connect(control(server)
                .createServerlessIndex("test", "cosine", dimension, "aws", "us-east-1", "disabled", null)
                .getHost());
    }

    private static Vector vector(String id, float... values) {
        Vector.Builder vector = Vector.newBuilder().setId(id);
        for (float value : values) {
            vector.addValues(value);
        }
        Value entity = Value.newBuilder().setStringValue("ann").build();
        return vector.setMetadata(Struct.newBuilder().putFields("entity_id", entity))
                .build();
    }

    private static UpsertRequest upsert(Vector... vectors) {
        return UpsertRequest.newBuilder()
                .setNamespace("ns")
                .addAllVectors(Arrays.asList(vectors))
                .build();
    }

    @Test
    void carriesOutARequestWhoseAnswerIsLost() throws IOException {
        LocalIndexServer server = start(LocalIndexOptions.inMemory());
        VectorServiceBlockingStub stub = newIndex(server, 2);
        server.inject(Faults.NONE.with(Fault.LOST_ANSWER, 1));
        assertThatThrownBy(() -> stub.upsert(upsert(vector("a", 1, 0)))).hasMessageContaining("UNAVAILABLE");
        server.inject(Faults.NONE);
        assertThat(ids(stub)).containsExactly("a");
        assertThat(server.counters().faults())
                .containsEntry(Fault.LOST_ANSWER, 1L)
                .containsEntry(Fault.HANG, 0L);
    }

    @Test
    void carriesOutHalfOfABatch() throws IOException {
        LocalIndexServer server = start(LocalIndexOptions.inMemory());
        VectorServiceBlockingStub stub = newIndex(server, 2);
        server.inject(Faults.NONE.with(Fault.PARTIAL, 1));
        assertThatThrownBy(() ->
                        stub.upsert(upsert(vector("a", 1, 0), vector("b", 1, 0), vector("c", 1, 0), vector("d", 1, 0))))
                .hasMessageContaining("UNAVAILABLE");
        server.inject(Faults.NONE);
        assertThat(ids(stub)).containsExactly("a", "b");
        assertThat(server.counters().faults()).containsEntry(Fault.PARTIAL, 1L);
    }

    @Test
    void letsARequestThatGotNoAnswerTakeEffectLater() throws IOException {
        LocalIndexServer server = start(LocalIndexOptions.inMemory());
        VectorServiceBlockingStub stub = newIndex(server, 2);
        server.inject(Faults.NONE.with(Fault.LATE_EFFECT, 1).withLateBy(Duration.ofHours(1)));
        assertThatThrownBy(() -> stub.withDeadlineAfter(1, TimeUnit.SECONDS).upsert(upsert(vector("a", 1, 0))))
                .hasMessageContaining("DEADLINE_EXCEEDED");
        assertThat(server.delayed()).isEqualTo(1);
        server.inject(Faults.NONE);
        stub.upsert(upsert(vector("a", 0, 1)));
        assertThat(vectorOf(stub, "a")).containsExactly(0f, 1f);
        server.hurry();
        Awaiting.until(
                "the first one has overwritten the second",
                () -> vectorOf(stub, "a").equals(List.of(1f, 0f)));
    }

    @Test
    void isAsSlowAsItIsTold() throws IOException {
        LocalIndexServer server = start(LocalIndexOptions.inMemory());
        VectorServiceBlockingStub stub = newIndex(server, 2);
        server.inject(Faults.NONE.withLatency(Duration.ofMillis(150)));
        long start = System.nanoTime();
        stub.upsert(upsert(vector("a", 1, 0)));
        assertThat(ids(stub)).containsExactly("a");
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(300).toNanos());
        assertThat(server.counters().faulted()).isZero();
    }

    @Test
    void goesAwayAndComesBackAtTheSamePortsWithWhatItHeld() throws IOException {
        LocalIndexServer server = start(LocalIndexOptions.inMemory());
        VectorServiceBlockingStub stub = newIndex(server, 2);
        stub.upsert(upsert(vector("a", 1, 0)));
        String host = control(server).describeIndex("test").getHost();
        server.stopListening();
        assertThatThrownBy(() -> ids(connect(host))).hasMessageContaining("UNAVAILABLE");
        assertThatThrownBy(() -> control(server).describeIndex("test")).isInstanceOf(PineconeException.class);
        server.listenAgain();
        assertThat(ids(connect(host))).containsExactly("a");
        assertThat(control(server).describeIndex("test").getHost()).isEqualTo(host);
    }

    private static List<String> ids(VectorServiceBlockingStub stub) {
        return stub.list(ListRequest.newBuilder().setNamespace("ns").build()).getVectorsList().stream()
                .map(ListItem::getId)
                .toList();
    }

    private static List<Float> vectorOf(VectorServiceBlockingStub stub, String id) {
        return stub.fetch(
                        FetchRequest.newBuilder().setNamespace("ns").addIds(id).build())
                .getVectorsOrThrow(id)
                .getValuesList();
    }

    @Test
    void meetsTheSameFaultsWithTheSameSeed() {
        RequestGate first = new RequestGate(null, new Faults(0.2, 0.2, 0.2, 5));
        RequestGate second = new RequestGate(null, new Faults(0.2, 0.2, 0.2, 5));
        List<RequestGate.Passage> passages =
                IntStream.range(0, 1_000).mapToObj(i -> first.admit(null)).toList();
        assertThat(IntStream.range(0, 1_000).mapToObj(i -> second.admit(null)).toList())
                .isEqualTo(passages);
        for (Fault fault : List.of(Fault.UNAVAILABLE, Fault.RESOURCE_EXHAUSTED, Fault.HANG)) {
            assertThat(passages.stream()
                            .filter(passage -> passage.fault() == fault)
                            .count())
                    .isBetween(150L, 250L)
                    .isEqualTo(first.counters().faults().get(fault));
        }
    }
}
