package io.fastmemory.connectors.index;

import static io.fastmemory.connectors.index.Awaiting.value;
import static io.fastmemory.connectors.index.Documents.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.index.IndexReceipt.Operation;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IndexWriterTest {
    private static final Duration LINGER = Duration.ofMillis(20);
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    private final HeldIndex index = new HeldIndex();
    private final CountingEmbeddings embeddings = new CountingEmbeddings(4);
    private IndexWriter writer = writer(IndexWriterOptions.DEFAULTS.withBatches(100, 4, LINGER));

    private IndexWriter writer(IndexWriterOptions options) {
        return new IndexWriter(index, embeddings, Clock.fixed(NOW, ZoneOffset.UTC), options);
    }

    private void useWriter(IndexWriterOptions options) {
        writer.close();
        writer = writer(options);
    }

    /** Options under which only a full batch is sent, however slow this machine is. */
    private static IndexWriterOptions whenFull(int batch) {
        return IndexWriterOptions.DEFAULTS.withBatches(batch, 4, Duration.ofDays(1));
    }

    @AfterEach
    void closeWriter() {
        writer.close();
    }

    @Test
    void embedsAndWritesABatchInOneRequestEach() {
        useWriter(whenFull(10));
        List<CompletableFuture<IndexReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            receipts.add(writer.upsert(document("m" + i, 3, "ann")));
            index.show("m" + i, 3);
        }
        assertThat(index.write(0).versions()).hasSize(10);
        assertThat(embeddings.batches).hasSize(1);
        assertThat(embeddings.batches.get(0)).hasSize(10).contains("content of m7 version 3");
        assertThat(receipts).noneMatch(CompletableFuture::isDone);

        index.write(0).acknowledge();
        for (int i = 0; i < 10; i++) {
            assertThat(value(receipts.get(i)))
                    .isEqualTo(new IndexReceipt("m" + i, 3, Operation.UPSERT, NOW, NOW, false, null));
        }
        assertThat(index.writeCount()).isEqualTo(1);
        assertThat(writer.counters()).isEqualTo(new IndexWriterCounters(0, 1, 10, 0, 0, 0, 0, 0, 1, 0));
    }

    @Test
    void sendsAFullBatchWithoutWaiting() {
        useWriter(whenFull(2));
        writer.upsert(document("a", 1, "ann"));
        writer.upsert(document("b", 1, "ann"));
        assertThat(index.write(0).versions()).isEqualTo(Map.of("a", 1, "b", 1));
    }

    @Test
    void keepsOneWriteOfAMemoryUnderWayAndLetsTheNewestOfTheWaitingWin() {
        CompletableFuture<IndexReceipt> first = writer.upsert(document("m", 1, "ann"));
        HeldIndex.Write firstWrite = index.write(0);
        CompletableFuture<IndexReceipt> second = writer.upsert(document("m", 2, "ann"));
        CompletableFuture<IndexReceipt> other = writer.upsert(document("other", 1, "ann"));
        CompletableFuture<IndexReceipt> third = writer.upsert(document("m", 3, "ann"));

        assertThat(value(second)).isEqualTo(new IndexReceipt("m", 2, Operation.UPSERT, null, null, true, null));
        assertThat(index.write(1).versions()).isEqualTo(Map.of("other", 1)); // not held back by m
        index.write(1).acknowledge();
        index.show("other", 1);
        assertThat(value(other).visibleAt()).isEqualTo(NOW);
        assertThat(index.writeCount()).isEqualTo(2);

        firstWrite.acknowledge();
        assertThat(index.write(2).versions()).isEqualTo(Map.of("m", 3));
        index.write(2).acknowledge();
        index.show("m", 3);
        assertThat(value(third)).isEqualTo(new IndexReceipt("m", 3, Operation.UPSERT, NOW, NOW, false, null));
        assertThat(value(first)).isEqualTo(new IndexReceipt("m", 1, Operation.UPSERT, NOW, NOW, true, null));
    }

    @Test
    void neverWritesAnOlderVersionAfterANewerOne() {
        CompletableFuture<IndexReceipt> newer = writer.upsert(document("m", 5, "ann"));
        index.write(0).acknowledge();
        index.show("m", 5);
        value(newer);

        assertThat(value(writer.upsert(document("m", 4, "ann"))).superseded()).isTrue();
        assertThat(value(writer.delete("m", 4)).superseded()).isTrue();
        assertThat(index.writeCount()).isEqualTo(1);
    }

    @Test
    void deletesAfterTheUpsertThatIsUnderWay() {
        CompletableFuture<IndexReceipt> upsert = writer.upsert(document("m", 1, "ann"));
        index.write(0);
        CompletableFuture<IndexReceipt> delete = writer.delete("m", 1);
        assertThat(value(writer.upsert(document("m", 1, "ann"))).superseded()).isTrue();
        assertThat(index.writeCount()).isEqualTo(1);

        index.show("m", 1);
        index.write(0).acknowledge();
        assertThat(value(upsert).visibleAt()).isEqualTo(NOW);
        assertThat(index.write(1).delete()).isTrue();
        index.write(1).acknowledge();
        index.awaitLooks(2);
        assertThat(delete).isNotDone(); // acknowledged, but readers still get it
        index.hide("m");
        assertThat(value(delete)).isEqualTo(new IndexReceipt("m", 1, Operation.DELETE, NOW, NOW, false, null));
        assertThat(embeddings.batches).hasSize(1);
    }

    @Test
    void deleteTakesThePlaceOfAnUpsertThatStillWaits() {
        useWriter(whenFull(2));
        CompletableFuture<IndexReceipt> upsert = writer.upsert(document("m", 2, "ann"));
        CompletableFuture<IndexReceipt> delete = writer.delete("m", 2);
        writer.delete("other", 1);

        assertThat(value(upsert).superseded()).isTrue();
        assertThat(index.write(0).delete()).isTrue();
        index.write(0).acknowledge();
        assertThat(value(delete).visibleAt()).isEqualTo(NOW);
        assertThat(embeddings.batches).isEmpty();
    }

    @Test
    void doesNotTakeAnUpsertThatIsNotVisibleYetForRemoved() {
        CompletableFuture<IndexReceipt> upsert = writer.upsert(document("m", 1, "ann"));
        index.write(0).acknowledge();
        CompletableFuture<IndexReceipt> delete = writer.delete("m", 1);
        index.write(1).acknowledge();
        index.awaitLooks(3); // each misses m, because its upsert has not come through
        assertThat(upsert).isNotDone();
        assertThat(delete).isNotDone();

        index.show("m", 1);
        assertThat(value(upsert).visibleAt()).isEqualTo(NOW);
        index.awaitLooks(1);
        assertThat(delete).isNotDone();
        index.hide("m");
        assertThat(value(delete).visibleAt()).isEqualTo(NOW);
    }

    @Test
    void settlesForGoneWhenAnOvertakenUpsertNeverShowsUp() {
        useWriter(IndexWriterOptions.DEFAULTS
                .withBatches(100, 4, LINGER)
                .withVisibilityTimeouts(Duration.ofSeconds(60), Duration.ofMillis(50)));
        CompletableFuture<IndexReceipt> upsert = writer.upsert(document("m", 1, "ann"));
        index.write(0).acknowledge();
        CompletableFuture<IndexReceipt> delete = writer.delete("m", 1);
        index.write(1).acknowledge();

        assertThat(value(upsert)).isEqualTo(new IndexReceipt("m", 1, Operation.UPSERT, NOW, null, true, null));
        assertThat(value(delete)).isEqualTo(new IndexReceipt("m", 1, Operation.DELETE, NOW, NOW, false, null));
    }

    @Test
    void givesUpOnWhatNeverBecomesVisible() {
        useWriter(IndexWriterOptions.DEFAULTS
                .withBatches(100, 4, LINGER)
                .withVisibilityTimeouts(Duration.ofMillis(60), Duration.ofMillis(60)));
        index.show("m", 1);
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 2, "ann"));
        index.write(0).acknowledge();

        assertThat(value(receipt)).isEqualTo(new IndexReceipt("m", 2, Operation.UPSERT, NOW, null, false, null));
        assertThat(writer.counters().unseen()).isEqualTo(1);
        assertThat(writer.counters().looks()).isBetween(1L, 7L); // 0, 5, 15, 35, 75 ms: it backs off
    }

    @Test
    void looksAgainAfterALookFailed() {
        index.failLooks(new VectorIndexException(VectorIndexException.Reason.UNAVAILABLE, "down", null));
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 1, "ann"));
        index.show("m", 1);
        index.write(0).acknowledge();
        index.awaitLooks(2);
        assertThat(receipt).isNotDone();
        index.failLooks(null);
        assertThat(value(receipt).visibleAt()).isEqualTo(NOW);
        assertThat(writer.counters().failedLooks()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void looksForManyMemoriesInOneRequest() {
        useWriter(whenFull(80));
        List<CompletableFuture<IndexReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            receipts.add(writer.upsert(document("m" + i, 1, "ann")));
        }
        index.write(0).acknowledge();
        index.awaitLooks(2);
        for (int i = 0; i < 80; i++) {
            index.show("m" + i, 1);
        }
        receipts.forEach(Awaiting::value);
        assertThat(writer.counters().looks()).isLessThan(20);
    }

    @Test
    void reportsAFailedBatchOnEachReceiptAndGoesOn() {
        useWriter(whenFull(2).withWriteTimeouts(Duration.ZERO, Duration.ZERO));
        CompletableFuture<IndexReceipt> first = writer.upsert(document("a", 1, "ann"));
        CompletableFuture<IndexReceipt> second = writer.upsert(document("b", 1, "ann"));
        HeldIndex.Write write = index.write(0);
        CompletableFuture<IndexReceipt> later = writer.upsert(document("a", 2, "ann"));
        write.answer()
                .completeExceptionally(
                        new VectorIndexException(VectorIndexException.Reason.UNAVAILABLE, "no answer", null));

        assertThat(value(first))
                .isEqualTo(
                        new IndexReceipt("a", 1, Operation.UPSERT, null, null, false, "index UNAVAILABLE: no answer"));
        assertThat(value(second).error()).isEqualTo("index UNAVAILABLE: no answer");
        assertThat(index.write(1).versions()).isEqualTo(Map.of("a", 2));
        index.write(1).acknowledge();
        index.show("a", 2);
        assertThat(value(later).error()).isNull();
        assertThat(writer.counters().failed()).isEqualTo(2);
    }

    @Test
    void failsOnlyTheMemoryWhoseTextIsRefused() {
        List<CompletableFuture<IndexReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String content = i == 4 ? "poison" : "fine " + i;
            receipts.add(writer.upsert(document("m" + i, 1, "ann", Scope.USER, content)));
            index.show("m" + i, 1);
        }
        for (int acknowledged = 0; acknowledged < 6; ) {
            HeldIndex.Write write = index.write(indexOfOpen());
            acknowledged += write.versions().size();
            write.acknowledge();
        }
        for (int i = 0; i < 7; i++) {
            IndexReceipt receipt = value(receipts.get(i));
            assertThat(receipt.error()).isEqualTo(i == 4 ? "embedding REJECTED: HTTP 400: one of the inputs" : null);
            assertThat(receipt.visibleAt()).isEqualTo(i == 4 ? null : NOW);
        }
    }

    private int indexOfOpen() {
        for (int n = 0; ; n++) {
            if (!index.write(n).answer().isDone()) {
                return n;
            }
        }
    }

    @Test
    void passesOnWhatNobodyForesaw() {
        IndexDocument document = document("m", 1, "ann", Scope.USER, "bug");
        assertThat(writer.upsert(document))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withRootCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("thrown, not returned");
    }

    @Test
    void cancelsWhatIsPendingWhenClosed() {
        CompletableFuture<IndexReceipt> underWay = writer.upsert(document("a", 1, "ann"));
        index.write(0);
        CompletableFuture<IndexReceipt> waiting = writer.upsert(document("a", 2, "ann"));
        CompletableFuture<IndexReceipt> unseen = writer.upsert(document("b", 1, "ann"));
        index.write(1).acknowledge();
        index.awaitLooks(1);
        writer.close();

        Awaiting.until(
                "all are cancelled", () -> underWay.isCancelled() && waiting.isCancelled() && unseen.isCancelled());
        assertThat(writer.delete("a", 2)).isCancelled();
        assertThat(writer.counters().pending()).isZero();
    }
}
