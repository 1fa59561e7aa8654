package io.fastmemory.connectors.index;

import static io.fastmemory.connectors.index.Awaiting.failure;
import static io.fastmemory.connectors.index.Awaiting.value;
import static io.fastmemory.connectors.index.Documents.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.index.IndexReceipt.Operation;
import io.fastmemory.connectors.index.local.Fault;
import io.fastmemory.connectors.index.local.Faults;
import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.index.pinecone.PineconeIndex;
import io.fastmemory.connectors.index.pinecone.PineconeOptions;
import io.fastmemory.model.Scope;
import io.pinecone.clients.Pinecone;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The writer, the client and the local server together. */
@Timeout(120)
class IndexWriterOnLocalServerTest {
    /** How long after an unanswered attempt the writer reckons with its effect; the server's are earlier. */
    private static final Duration LATE_EFFECT = Duration.ofSeconds(4);

    private final CountingEmbeddings embeddings = new CountingEmbeddings(8);

    private static PineconeIndex connect(LocalIndexServer server) {
        return connect(server, 500, 20);
    }

    private static PineconeIndex connect(LocalIndexServer server, long timeoutMillis, int retries) {
        return PineconeIndex.open(PineconeOptions.local(server.controlPlaneUrl(), "memories", "run-1", 8)
                .withPatience(Duration.ofMillis(timeoutMillis), retries));
    }

    private static Pinecone control(LocalIndexServer server) {
        return new Pinecone.Builder("any")
                .withHost(server.controlPlaneUrl())
                .withTlsEnabled(false)
                .build();
    }

    private IndexWriter writer(VectorIndex index) {
        Duration overtaken = Duration.ofMillis(150); // well above the visibility delay of the test that needs it
        return new IndexWriter(
                index,
                embeddings,
                Clock.systemUTC(),
                IndexWriterOptions.DEFAULTS
                        .withVisibilityTimeouts(Duration.ofSeconds(60), overtaken)
                        .withWriteTimeouts(Duration.ofMinutes(5), LATE_EFFECT));
    }

    @Test
    void measuresTheVisibilityDelayOfUpsertsAndRemovals() throws IOException {
        Duration delay = Duration.ofMillis(250);
        try (LocalIndexServer server =
                        LocalIndexServer.start(LocalIndexOptions.inMemory().withVisibilityDelay(delay));
                PineconeIndex index = connect(server);
                IndexWriter writer = writer(index)) {
            IndexReceipt upserted = value(writer.upsert(document("m", 1, "ann")));
            assertThat(Duration.between(upserted.acknowledgedAt(), upserted.visibleAt()))
                    .isBetween(delay.minusMillis(100), delay.plusSeconds(15));
            IndexReceipt updated = value(writer.upsert(document("m", 2, "ann")));
            assertThat(Duration.between(updated.acknowledgedAt(), updated.visibleAt()))
                    .isBetween(delay.minusMillis(100), delay.plusSeconds(15));
            IndexReceipt removed = value(writer.delete("m", 2));
            assertThat(Duration.between(removed.acknowledgedAt(), removed.visibleAt()))
                    .isBetween(delay.minusMillis(100), delay.plusSeconds(15));
            assertThat(value(index.listIds())).isEmpty();
        }
    }

    /**
     * Random changes of few memories leave the index as the newest change of each says, whatever the server does: refuses,
     * loses answers, takes half of a batch, or carries out what it never answered when newer changes are long there.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void leavesTheNewestChangeOfEachMemoryWhateverHappens(long seed) throws IOException {
        LocalIndexOptions options = LocalIndexOptions.inMemory().withVisibilityDelay(Duration.ofMillis(15));
        try (LocalIndexServer server = LocalIndexServer.start(options);
                PineconeIndex index = connect(server, 100, 3);
                IndexWriter writer = writer(index)) {
            server.inject(new Faults(0.1, 0.1, 0.01, seed)
                    .with(Fault.LOST_ANSWER, 0.05)
                    .with(Fault.PARTIAL, 0.05)
                    .with(Fault.LATE_EFFECT, 0.05)
                    .withLateBy(Duration.ofMillis(500)));
            Random random = new Random(seed);
            Map<String, Integer> versions = new HashMap<>();
            Map<String, Integer> expected = new HashMap<>();
            List<CompletableFuture<IndexReceipt>> receipts = new ArrayList<>();
            for (int round = 0; round < 60; round++) {
                for (int i = 0; i < 10; i++) {
                    String id = "m" + random.nextInt(40);
                    if (random.nextInt(4) == 0 && versions.containsKey(id)) {
                        receipts.add(writer.delete(id, versions.get(id)));
                        expected.remove(id);
                    } else {
                        int version = versions.merge(id, 1, Integer::sum);
                        receipts.add(writer.upsert(document(id, version, "ann")));
                        expected.put(id, version);
                    }
                }
                long taken = writer.counters().requests();
                Awaiting.until("a write went out", () -> writer.counters().requests() > taken);
            }
            for (CompletableFuture<IndexReceipt> receipt : receipts) {
                IndexReceipt done = value(receipt);
                assertThat(done.error()).isNull();
                assertThat(done.superseded() || done.visibleAt() != null).isTrue();
            }
            Map<Fault, Long> met = server.counters().faults();
            assertThat(List.of(Fault.LOST_ANSWER, Fault.PARTIAL, Fault.LATE_EFFECT))
                    .allSatisfy(fault -> assertThat(met.get(fault)).isPositive());
            server.inject(Faults.NONE);
            assertThat(value(index.visibleVersions(versions.keySet()))).isEqualTo(expected);
            assertThat(value(index.listIds())).containsExactlyInAnyOrderElementsOf(expected.keySet());
        }
    }

    @Test
    void aDeleteIsNotUndoneByTheUpsertThatTimedOutBeforeIt() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = connect(server, 2_000, 0);
                IndexWriter writer = writer(index)) {
            value(writer.upsert(document("other", 1, "ann")));
            server.inject(Faults.NONE.with(Fault.LATE_EFFECT, 1).withLateBy(Duration.ofHours(1)));
            CompletableFuture<IndexReceipt> upsert = writer.upsert(document("m", 1, "ann"));
            Awaiting.until("the upsert is there", () -> server.delayed() > 0);
            server.inject(Faults.NONE);
            CompletableFuture<IndexReceipt> removal = writer.delete("m", 1);
            Awaiting.until("it is removed", () -> writer.counters().acknowledged() == 2);
            server.hurry(); // the upsert that went unanswered

            assertThat(value(upsert).superseded()).isTrue();
            assertThat(value(removal).visibleAt()).isNotNull();
            assertThat(writer.counters().rewritten()).isEqualTo(1);
            assertThat(value(index.listIds())).containsExactly("other");
        }
    }

    @Test
    void goesOnInOrderWhenTheServerIsBack() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = connect(server);
                IndexWriter writer = writer(index)) {
            value(writer.upsert(document("kept", 1, "ann")));
            server.stopListening();
            List<CompletableFuture<IndexReceipt>> receipts = new ArrayList<>();
            for (int version = 1; version <= 5; version++) {
                for (int i = 0; i < 50; i++) {
                    receipts.add(writer.upsert(document("m" + i, version, "ann")));
                }
            }
            receipts.add(writer.delete("kept", 1));
            Awaiting.until("attempts were refused", () -> index.retries() >= 10);
            assertThat(writer.counters().acknowledged()).isEqualTo(1);
            server.listenAgain();

            for (CompletableFuture<IndexReceipt> receipt : receipts) {
                IndexReceipt done = value(receipt);
                assertThat(done.error()).isNull();
                if (done.operation() == Operation.DELETE || done.version() == 5) {
                    assertThat(done.superseded())
                            .isFalse(); // of the older ones one may be under way when it comes back
                }
            }
            assertThat(value(index.listIds())).hasSize(50).doesNotContain("kept");
            assertThat(value(index.visibleVersions(List.of("m7")))).isEqualTo(Map.of("m7", 5));
        }
    }

    @Test
    void saysWhatToDoWhenTheIndexIsDeletedUnderIt() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = connect(server, 500, 2);
                IndexWriter writer = writer(index)) {
            value(writer.upsert(document("m", 1, "ann")));
            control(server).deleteIndex("memories");
            assertThat(failure(writer.upsert(document("m", 2, "ann"))))
                    .isInstanceOf(VectorIndexException.class)
                    .hasMessageContaining("index memories")
                    .hasMessageContaining("it has been deleted")
                    .hasMessageContaining("start the run again under a new run id");
        }
    }

    @Test
    void namesBothDimensionsWhenTheIndexIsReplacedByOneThatDoesNotFit() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        LocalIndexOptions options = LocalIndexOptions.inMemory().withPorts(0, port);
        try (LocalIndexServer server = LocalIndexServer.start(options);
                PineconeIndex index = connect(server);
                IndexWriter writer = writer(index)) {
            value(writer.upsert(document("m", 1, "ann")));
            Pinecone control = control(server);
            control.deleteIndex("memories");
            control.createServerlessIndex("memories", "cosine", 3, "aws", "us-east-1", "disabled", null);
            assertThat(value(writer.upsert(document("m", 2, "ann"))).error())
                    .startsWith("index REJECTED")
                    .contains("Vector dimension 8 does not match the dimension of the index 3");
        }
    }

    @Test
    void writesBatchesBeyondTheRequestLimitAndTextsBeyondTheMetadataLimit() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = connect(server);
                IndexWriter writer = writer(index)) {
            List<CompletableFuture<IndexReceipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                String text = i + " words ".repeat(i == 0 ? 1_000_000 : 5_500);
                receipts.add(writer.upsert(document("m" + i, 1, "ann", Scope.USER, text)));
            }
            for (CompletableFuture<IndexReceipt> receipt : receipts) {
                assertThat(value(receipt).visibleAt()).isNotNull();
            }
            assertThat(value(index.listIds())).hasSize(150);
            assertThat(server.counters().rejected()).isZero();
        }
    }

    @Test
    void opensThroughAControlPlaneThatFailsNowAndThen() throws IOException {
        for (long seed = 1; seed <= 5; seed++) {
            try (LocalIndexServer server = LocalIndexServer.start(
                            LocalIndexOptions.inMemory().withFaults(new Faults(0.3, 0.3, 0, seed)));
                    PineconeIndex index = connect(server)) {
                assertThat(value(index.listIds())).isEmpty();
            }
        }
    }
}
