package io.fastmemory.connectors.index;

import static io.fastmemory.connectors.index.Awaiting.failure;
import static io.fastmemory.connectors.index.Awaiting.value;
import static io.fastmemory.connectors.index.Documents.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.index.IndexReceipt.Operation;
import io.fastmemory.connectors.index.VectorIndexException.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the writer does about an index that fails for a while, loses answers or carries writes out late. */
@Timeout(60)
class IndexWriterFaultsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final IndexWriterOptions OPTIONS =
            IndexWriterOptions.DEFAULTS.withBatches(100, 4, Duration.ofMillis(5));

    private final HeldIndex index = new HeldIndex();
    private final CountingEmbeddings embeddings = new CountingEmbeddings(4);
    private IndexWriter writer = writer(OPTIONS.withWriteTimeouts(LONG, LONG));

    private IndexWriter writer(IndexWriterOptions options) {
        return new IndexWriter(index, embeddings, Clock.fixed(NOW, ZoneOffset.UTC), options);
    }

    private void useWriter(IndexWriterOptions options) {
        writer.close();
        writer = writer(options);
    }

    @AfterEach
    void closeWriter() {
        writer.close();
    }

    private static void fail(HeldIndex.Write write, Reason reason) {
        write.answer().completeExceptionally(new VectorIndexException(reason, "on purpose", null));
    }

    @Test
    void writesAgainWhatFailedForNowAndEmbedsItOnce() {
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 1, "ann"));
        fail(index.write(0), Reason.UNAVAILABLE);
        fail(index.write(1), Reason.RATE_LIMITED);
        assertThat(index.write(2).versions()).isEqualTo(Map.of("m", 1));
        index.write(2).acknowledge();
        index.show("m", 1);

        assertThat(value(receipt)).isEqualTo(new IndexReceipt("m", 1, Operation.UPSERT, NOW, NOW, false, null));
        assertThat(embeddings.batches).hasSize(1);
        assertThat(writer.counters().retried()).isEqualTo(2);
        assertThat(writer.counters().failed()).isZero();
    }

    @Test
    void letsANewerChangeTakeThePlaceOfOneThatFailedForNow() {
        CompletableFuture<IndexReceipt> older = writer.upsert(document("m", 1, "ann"));
        HeldIndex.Write write = index.write(0);
        CompletableFuture<IndexReceipt> removal = writer.delete("m", 1);
        fail(write, Reason.TIMEOUT);

        assertThat(value(older)).isEqualTo(new IndexReceipt("m", 1, Operation.UPSERT, null, null, true, null));
        assertThat(index.write(1).delete()).isTrue();
        index.write(1).acknowledge();
        assertThat(value(removal).visibleAt()).isEqualTo(NOW);
    }

    @Test
    void recordsTheErrorOfAWriteWhoseTimeIsUp() {
        useWriter(OPTIONS.withWriteTimeouts(Duration.ofMillis(300), Duration.ZERO));
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 1, "ann"));
        for (int attempt = 0; !receipt.isDone(); attempt++) {
            int next = attempt;
            Awaiting.until("it is tried again or over", () -> index.writeCount() > next || receipt.isDone());
            if (index.writeCount() > next) {
                fail(index.write(next), Reason.UNAVAILABLE);
            }
        }
        assertThat(value(receipt).error()).isEqualTo("index UNAVAILABLE: on purpose");
        assertThat(index.writeCount())
                .isBetween(1, 4); // after 0, 100, 300 ms and perhaps 700 ms, or too late for a second
        assertThat(writer.counters().failed()).isEqualTo(1);
    }

    @Test
    void failsTheReceiptsOfAnIndexThatIsGone() {
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 1, "ann"));
        fail(index.write(0), Reason.NOT_FOUND);
        assertThat(failure(receipt)).isInstanceOf(VectorIndexException.class).hasMessage("on purpose");
    }

    @Test
    void writesTheNewestVersionAgainWhenAnOlderOneComesBack() {
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 2, "ann"));
        index.write(0);
        index.tellUnanswered("m"); // the first of two attempts
        index.show("m", 2);
        index.write(0).acknowledge();
        index.awaitLooks(2);
        assertThat(receipt).isNotDone(); // seen, and guarded

        index.show("m", 1);
        assertThat(index.write(1).versions()).isEqualTo(Map.of("m", 2));
        index.show("m", 2);
        index.write(1).acknowledge();
        index.awaitLooks(2);
        CompletableFuture<IndexReceipt> newer = writer.upsert(document("m", 3, "ann"));
        index.write(2).acknowledge();
        assertThat(value(receipt)).isEqualTo(new IndexReceipt("m", 2, Operation.UPSERT, NOW, NOW, false, null));
        assertThat(newer).isNotDone();
        assertThat(embeddings.batches).hasSize(2);
        assertThat(writer.counters().rewritten()).isEqualTo(1);
    }

    @Test
    void removesAgainWhatALateUpsertBringsBack() {
        CompletableFuture<IndexReceipt> upsert = writer.upsert(document("m", 1, "ann"));
        HeldIndex.Write write = index.write(0);
        CompletableFuture<IndexReceipt> removal = writer.delete("m", 1);
        index.tellUnanswered("m");
        fail(write, Reason.TIMEOUT);
        assertThat(value(upsert).superseded()).isTrue();
        index.write(1).acknowledge();
        index.awaitLooks(2);
        assertThat(removal).isNotDone();

        index.show("m", 1); // the upsert that timed out has come through
        assertThat(index.write(2).delete()).isTrue();
        assertThat(writer.counters().rewritten()).isEqualTo(1);
    }

    @Test
    void completesAGuardedReceiptWhenNothingCanUndoItAnyMore() {
        useWriter(OPTIONS.withWriteTimeouts(LONG, Duration.ofMillis(400)));
        long start = System.nanoTime();
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 2, "ann"));
        index.write(0);
        index.tellUnanswered("m");
        index.show("m", 2);
        index.write(0).acknowledge();
        assertThat(value(receipt)).isEqualTo(new IndexReceipt("m", 2, Operation.UPSERT, NOW, NOW, false, null));
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(400).toNanos());
        assertThat(writer.counters().rewritten()).isZero();
    }

    @Test
    void writesAgainWhatALateEffectHidTheWholeTime() {
        useWriter(OPTIONS.withWriteTimeouts(LONG, Duration.ofSeconds(2)));
        index.show("m", 1);
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 2, "ann"));
        index.write(0);
        index.tellUnanswered("m");
        index.write(0).acknowledge(); // and at once undone: readers never see it
        assertThat(index.write(1).versions()).isEqualTo(Map.of("m", 2));
        index.show("m", 2);
        index.write(1).acknowledge();
        assertThat(value(receipt).visibleAt()).isEqualTo(NOW);
    }

    @Test
    void writesAgainAsOftenAsALateEffectHidesIt() {
        useWriter(OPTIONS.withWriteTimeouts(LONG, Duration.ofSeconds(2)));
        index.show("m", 1);
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 2, "ann"));
        for (int write = 0; write < 3; write++) {
            assertThat(index.write(write).versions()).isEqualTo(Map.of("m", 2));
            index.tellUnanswered("m");
            index.write(write).acknowledge();
        }
        index.write(3);
        index.show("m", 2);
        index.write(3).acknowledge();
        assertThat(value(receipt).visibleAt()).isEqualTo(NOW);
    }

    @Test
    void guardsWhatItWritesFirstWhenItFollowsAnotherWriter() {
        useWriter(OPTIONS.withWriteTimeouts(LONG, LONG).followingAnother(true));
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 2, "ann"));
        index.show("m", 2);
        index.write(0).acknowledge();
        index.awaitLooks(2);
        assertThat(receipt).isNotDone();
        index.show("m", 1); // of the writer before
        assertThat(index.write(1).versions()).isEqualTo(Map.of("m", 2));
    }

    @Test
    void doesNotGuardAFirstVersionAsNothingCanBeOlder() {
        useWriter(OPTIONS.withWriteTimeouts(LONG, LONG).followingAnother(true));
        CompletableFuture<IndexReceipt> receipt = writer.upsert(document("m", 1, "ann"));
        index.show("m", 1);
        index.write(0).acknowledge();
        assertThat(value(receipt).visibleAt()).isEqualTo(NOW);
    }
}
