package io.fastmemory.connectors.index;

import static io.fastmemory.connectors.index.Documents.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.embedding.HashedEmbeddingClient;
import io.fastmemory.connectors.index.VectorIndexException.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An index that is away when it is opened; each attempt ends when the test says how. */
@Timeout(60)
class AwaitedIndexTest {
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final VectorIndexException AWAY = failure(Reason.UNAVAILABLE);

    /** How the attempts end, in order; an attempt waits for its own. */
    private final BlockingQueue<Supplier<VectorIndex>> attempts = new LinkedBlockingQueue<>();

    private final OneMemory memory = new OneMemory();

    @Test
    void indexThatIsThereIsOpenedAtOnce() {
        attempts.add(() -> memory);

        assertThat(open(LONG)).isSameAs(memory);
    }

    @Test
    void whatNoLaterAttemptWouldMendIsThrown() {
        VectorIndexException refused = failure(Reason.UNAUTHORIZED);
        attempts.add(thrown(refused));

        assertThatThrownBy(() -> open(LONG)).isSameAs(refused);
    }

    @Test
    void requestsAreCarriedOutOnceItIsOpen() throws Exception {
        attempts.add(thrown(AWAY));
        try (VectorIndex index = open(LONG)) {
            CompletableFuture<List<String>> ids = index.listIds();
            CompletableFuture<Void> deleted = index.delete(List.of("m1"));
            attempts.add(thrown(failure(Reason.TIMEOUT)));
            assertThat(ids).isNotDone();
            attempts.add(() -> memory);

            assertThat(ids.get()).containsExactly("m1");
            deleted.get();
            assertThat(memory.deleted).containsExactly("m1");
            assertThat(index.visibleVersions(List.of("m1")).get()).containsEntry("m1", 1);
            assertThat(index.fetch(List.of("m1")).get()).hasSize(1);
        }
        assertThat(memory.closed).isDone();
    }

    @Test
    void requestFailsAsOneToAnIndexThatWentAwayWhenItHasWaitedEnough() {
        attempts.add(thrown(AWAY));
        try (VectorIndex index = open(Duration.ofMillis(20))) {
            assertThatThrownBy(() -> index.listIds().get()).satisfies(isFor(Reason.UNAVAILABLE));
            attempts.add(() -> memory);
        }
    }

    @Test
    void failureThatLastsEndsTheWaitingAndIsNotTheRequests() {
        attempts.add(thrown(AWAY));
        try (VectorIndex index = open(LONG)) {
            CompletableFuture<List<String>> ids = index.listIds();
            VectorIndexException refused = failure(Reason.UNAUTHORIZED);
            attempts.add(thrown(refused));

            assertThatThrownBy(ids::get).satisfies(isNeverOpened(refused));
            assertThatThrownBy(() -> index.listIds().get()).satisfies(isNeverOpened(refused));
        }
    }

    @Test
    void writeToAnIndexThatIsNeverOpenedIsNotRecordedAsFailed() {
        attempts.add(thrown(AWAY));
        try (VectorIndex index = open(LONG);
                EmbeddingClient embeddings = new HashedEmbeddingClient(8);
                IndexWriter writer =
                        new IndexWriter(index, embeddings, Clock.systemUTC(), IndexWriterOptions.DEFAULTS)) {
            CompletableFuture<IndexReceipt> written = writer.upsert(document("m1", 1, "ann"));
            attempts.add(thrown(failure(Reason.UNAUTHORIZED)));

            assertThatThrownBy(written::get).hasCauseInstanceOf(IndexOpeningException.class);
        }
    }

    @Test
    void errorNobodyForesawEndsTheWaiting() {
        attempts.add(thrown(AWAY));
        try (VectorIndex index = open(LONG)) {
            IllegalStateException unforeseen = new IllegalStateException("bug");
            attempts.add(thrown(unforeseen));

            assertThatThrownBy(() -> index.listIds().get()).satisfies(isNeverOpened(unforeseen));
        }
    }

    @Test
    void closingFailsWhatWaitsAndClosesAnIndexThatComesTooLate() throws Exception {
        attempts.add(thrown(AWAY));
        VectorIndex index = open(LONG);
        CompletableFuture<List<String>> ids = index.listIds();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        attempts.add(() -> {
            asked.complete(null);
            goOn.join(); // deaf to interrupts, as the client's connect is
            return memory;
        });
        asked.get();
        index.close();

        assertThatThrownBy(ids::get).satisfies(isFor(Reason.CLOSED));
        goOn.complete(null);
        memory.closed.get(30, TimeUnit.SECONDS);
    }

    @Test
    void listenersHearOfItsUnansweredWritesWheneverTheyCame() throws Exception {
        attempts.add(thrown(AWAY));
        try (VectorIndex index = open(LONG)) {
            CompletableFuture<Collection<String>> before = new CompletableFuture<>();
            CompletableFuture<Collection<String>> after = new CompletableFuture<>();
            index.onUnansweredWrite(before::complete);
            attempts.add(() -> memory);
            index.listIds().get();
            index.onUnansweredWrite(after::complete);
            memory.listeners.forEach(listener -> listener.accept(List.of("m1")));

            assertThat(before.get()).containsExactly("m1");
            assertThat(after.get()).containsExactly("m1");
        }
    }

    private VectorIndex open(Duration patience) {
        return AwaitedIndex.open(this::attempt, PAUSE, patience);
    }

    private VectorIndex attempt() {
        try {
            return attempts.take().get();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            throw failure(Reason.CLOSED);
        }
    }

    private static Supplier<VectorIndex> thrown(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }

    private static VectorIndexException failure(Reason reason) {
        return new VectorIndexException(reason, "just now", null);
    }

    private static Consumer<Throwable> isNeverOpened(RuntimeException why) {
        return failure -> assertThat(failure)
                .cause()
                .isInstanceOf(IndexOpeningException.class)
                .hasCause(why);
    }

    private static Consumer<Throwable> isFor(Reason reason) {
        return failure -> assertThat(failure)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        VectorIndexException.class,
                        cause -> assertThat(cause.reason()).isEqualTo(reason));
    }

    /** Says that it holds one memory. */
    private static final class OneMemory implements VectorIndex {
        private final List<String> deleted = new CopyOnWriteArrayList<>();
        private final List<Consumer<Collection<String>>> listeners = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();

        @Override
        public CompletableFuture<Void> upsert(List<Entry> entries) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> delete(Collection<String> memoryIds) {
            deleted.addAll(memoryIds);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<List<Hit>> search(Search search) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<Map<String, Integer>> visibleVersions(Collection<String> memoryIds) {
            return CompletableFuture.completedFuture(Map.of("m1", 1));
        }

        @Override
        public CompletableFuture<List<Entry>> fetch(Collection<String> memoryIds) {
            return CompletableFuture.completedFuture(List.of(new Entry(document("m1", 1, "ann"), new float[] {1})));
        }

        @Override
        public CompletableFuture<List<String>> listIds() {
            return CompletableFuture.completedFuture(List.of("m1"));
        }

        @Override
        public void onUnansweredWrite(Consumer<Collection<String>> listener) {
            listeners.add(listener);
        }

        @Override
        public void close() {
            closed.complete(null);
        }
    }
}
