package io.fastmemory.connectors.index;

import static io.fastmemory.connectors.index.Awaiting.value;
import static io.fastmemory.connectors.index.Documents.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.index.local.Faults;
import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.index.pinecone.PineconeIndex;
import io.fastmemory.connectors.index.pinecone.PineconeOptions;
import io.fastmemory.model.Scope;
import java.io.IOException;
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

/** The writer, the client and the local server together. */
@Timeout(120)
class IndexWriterOnLocalServerTest {
    private final CountingEmbeddings embeddings = new CountingEmbeddings(8);

    private static PineconeIndex connect(LocalIndexServer server) {
        return PineconeIndex.open(PineconeOptions.local(server.controlPlaneUrl(), "memories", "run-1", 8)
                .withPatience(Duration.ofMillis(500), 20));
    }

    private IndexWriter writer(VectorIndex index) {
        Duration overtaken = Duration.ofMillis(150); // well above the visibility delay of the test that needs it
        return new IndexWriter(
                index,
                embeddings,
                Clock.systemUTC(),
                IndexWriterOptions.DEFAULTS.withVisibilityTimeouts(Duration.ofSeconds(60), overtaken));
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
                    .isBetween(delay.minusMillis(100), delay.plusSeconds(2));
            IndexReceipt updated = value(writer.upsert(document("m", 2, "ann")));
            assertThat(Duration.between(updated.acknowledgedAt(), updated.visibleAt()))
                    .isBetween(delay.minusMillis(100), delay.plusSeconds(2));
            IndexReceipt removed = value(writer.delete("m", 2));
            assertThat(Duration.between(removed.acknowledgedAt(), removed.visibleAt()))
                    .isBetween(delay.minusMillis(100), delay.plusSeconds(2));
            assertThat(value(index.listIds())).isEmpty();
        }
    }

    /** Random changes of few memories under faults and delays leave the index as the newest change of each says. */
    @Test
    void leavesTheNewestChangeOfEachMemoryWhateverHappens() throws IOException {
        for (long seed : new long[] {1, 2}) {
            LocalIndexOptions options = LocalIndexOptions.inMemory().withVisibilityDelay(Duration.ofMillis(15));
            try (LocalIndexServer server = LocalIndexServer.start(options);
                    PineconeIndex index = connect(server);
                    IndexWriter writer = writer(index)) {
                server.inject(new Faults(0.15, 0.1, 0, seed));
                Random random = new Random(seed);
                Map<String, Integer> versions = new HashMap<>();
                Map<String, Integer> expected = new HashMap<>();
                List<CompletableFuture<IndexReceipt>> receipts = new ArrayList<>();
                for (int i = 0; i < 1_500; i++) {
                    String id = "m" + random.nextInt(12);
                    if (random.nextInt(4) == 0 && versions.containsKey(id)) {
                        receipts.add(writer.delete(id, versions.get(id)));
                        expected.remove(id);
                    } else {
                        int version = versions.merge(id, 1, Integer::sum);
                        receipts.add(writer.upsert(document(id, version, "ann")));
                        expected.put(id, version);
                    }
                    if (random.nextInt(4) == 0) {
                        value(receipts.get(random.nextInt(receipts.size())));
                    }
                }
                for (CompletableFuture<IndexReceipt> receipt : receipts) {
                    IndexReceipt done = value(receipt);
                    assertThat(done.error()).isNull();
                    assertThat(done.superseded() || done.visibleAt() != null).isTrue();
                }
                assertThat(server.counters().faulted()).isGreaterThan(10);
                assertThat(value(index.visibleVersions(versions.keySet()))).isEqualTo(expected);
                assertThat(value(index.listIds())).containsExactlyInAnyOrderElementsOf(expected.keySet());
            }
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
