package io.fastmemory.connectors.index.pinecone;

import static io.fastmemory.connectors.index.Awaiting.failure;
import static io.fastmemory.connectors.index.Awaiting.value;
import static io.fastmemory.connectors.index.Documents.document;
import static io.fastmemory.connectors.index.Documents.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fastmemory.connectors.index.Awaiting;
import io.fastmemory.connectors.index.VectorIndex.Entry;
import io.fastmemory.connectors.index.VectorIndex.Hit;
import io.fastmemory.connectors.index.VectorIndex.Search;
import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.connectors.index.VectorIndexException.Reason;
import io.fastmemory.connectors.index.local.Faults;
import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.model.Scope;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client and the local server over real gRPC on the loopback interface. */
@Timeout(60)
class PineconeIndexOnLocalServerTest {
    private static final String MARKER_KEY = "marker-key-7f3a";

    @TempDir
    Path directory;

    private static PineconeOptions options(LocalIndexServer server) {
        return PineconeOptions.local(server.controlPlaneUrl(), "memories", "run-1", 3);
    }

    private static List<String> ids(List<Hit> hits) {
        return hits.stream().map(hit -> hit.document().memoryId()).toList();
    }

    @Test
    void findsTheNearestOfTheEntityWithWhatWasIndexed() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = PineconeIndex.open(options(server))) {
            value(index.upsert(List.of(
                    entry("near", 2, "ann", 1, 0.1f, 0),
                    entry("far", 1, "ann", -1, 0, 0),
                    entry("foreign", 1, "bob", 1, 0, 0),
                    new Entry(document("shared", 1, "bob", Scope.GLOBAL, "for all"), new float[] {1, 0, 0.2f}))));

            List<Hit> own = value(index.search(new Search(new float[] {2, 0, 0}, List.of("ann"), false, 10)));
            assertThat(ids(own)).containsExactly("near", "far");
            assertThat(own.get(0).document()).isEqualTo(document("near", 2, "ann"));
            assertThat(own.get(0).score()).isCloseTo(1 / Math.sqrt(1.01), within(1e-5));
            assertThat(own.get(1).score()).isCloseTo(-1, within(1e-5));

            assertThat(ids(value(index.search(new Search(new float[] {2, 0, 0}, List.of("ann"), true, 2)))))
                    .containsExactly("near", "shared");
            assertThat(ids(value(index.search(new Search(new float[] {1, 0, 0}, List.of("ann", "bob"), false, 10)))))
                    .containsExactly("foreign", "near", "shared", "far");
            assertThat(ids(value(index.search(new Search(new float[] {1, 0, 0}, List.of(), false, 10)))))
                    .isEmpty();
        }
    }

    @Test
    void replacesByIdAndForgetsTheOldVersionsEntity() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = PineconeIndex.open(options(server))) {
            value(index.upsert(List.of(entry("m", 1, "ann", 1, 0, 0))));
            value(index.upsert(List.of(entry("m", 2, "bob", 0, 1, 0))));

            assertThat(value(index.visibleVersions(List.of("m", "absent")))).isEqualTo(Map.of("m", 2));
            assertThat(value(index.search(new Search(new float[] {1, 0, 0}, List.of("ann"), false, 10))))
                    .isEmpty();
            assertThat(value(index.search(new Search(new float[] {0, 1, 0}, List.of("bob"), false, 10)))
                            .get(0)
                            .score())
                    .isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void givesBackWhatWasWrittenWithItsValues() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = PineconeIndex.open(options(server))) {
            value(index.upsert(List.of(entry("m", 1, "ann", 0.6f, 0, -0.8f), entry("n", 1, "bob", 0, 1, 0))));

            assertThat(value(index.fetch(List.of("m", "absent"))))
                    .singleElement()
                    .satisfies(found -> {
                        assertThat(found.document()).isEqualTo(document("m", 1, "ann"));
                        assertThat(found.vector()).containsExactly(0.6f, 0, -0.8f);
                    });
            assertThat(value(index.fetch(List.of()))).isEmpty();
        }
    }

    @Test
    void deletesByIdAndIsContentWhenThereIsNothing() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = PineconeIndex.open(options(server))) {
            value(index.delete(List.of("never"))); // the namespace does not exist yet
            value(index.upsert(List.of(entry("a", 1, "ann", 1, 0, 0), entry("b", 1, "ann", 0, 1, 0))));
            value(index.delete(List.of("a", "never")));
            value(index.delete(List.of()));

            assertThat(value(index.visibleVersions(List.of("a", "b")))).isEqualTo(Map.of("b", 1));
            assertThat(ids(value(index.search(new Search(new float[] {1, 0, 0}, List.of("ann"), false, 10)))))
                    .containsExactly("b");
        }
    }

    @Test
    void listsEveryIdOverManyPagesAndUpsertsInManyRequests() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = PineconeIndex.open(options(server))) {
            List<Entry> entries = new ArrayList<>();
            List<String> ids = new ArrayList<>();
            String padding = "x".repeat(3_000);
            for (int i = 0; i < 1_250; i++) {
                String id = "m" + i;
                ids.add(id);
                entries.add(new Entry(document(id, 1, "ann", Scope.USER, padding), new float[] {1, i, 0}));
            }
            value(index.upsert(entries));
            value(index.upsert(List.of()));

            assertThat(value(index.listIds())).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(value(index.visibleVersions(ids))).hasSize(1_250);
            value(index.delete(ids));
            assertThat(value(index.listIds())).isEmpty();
        }
    }

    @Test
    void keepsNamespacesApart() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex first = PineconeIndex.open(options(server));
                PineconeIndex second =
                        PineconeIndex.open(PineconeOptions.local(server.controlPlaneUrl(), "memories", "run-2", 3))) {
            value(first.upsert(List.of(entry("m", 1, "ann", 1, 0, 0))));

            assertThat(value(second.listIds())).isEmpty();
            assertThat(value(second.search(new Search(new float[] {1, 0, 0}, List.of("ann"), true, 10))))
                    .isEmpty();
        }
    }

    @Test
    void keepsAcknowledgedWritesOverARestart() throws IOException {
        LocalIndexOptions options = LocalIndexOptions.inMemory().withDirectory(directory);
        try (LocalIndexServer server = LocalIndexServer.start(options);
                PineconeIndex index = PineconeIndex.open(options(server))) {
            value(index.upsert(List.of(entry("a", 1, "ann", 1, 0, 0), entry("b", 1, "ann", 0, 1, 0))));
            value(index.upsert(List.of(entry("a", 2, "ann", 0, 0, 1))));
            value(index.delete(List.of("b")));
        }
        try (LocalIndexServer server = LocalIndexServer.start(options);
                PineconeIndex index = PineconeIndex.open(options(server))) {
            assertThat(server.tornBytes()).isZero();
            List<Hit> hits = value(index.search(new Search(new float[] {0, 0, 1}, List.of("ann"), false, 10)));
            assertThat(hits).hasSize(1);
            assertThat(hits.get(0).document()).isEqualTo(document("a", 2, "ann"));
            assertThat(hits.get(0).score()).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void cutsATornTailOffAndKeepsWhatCameBefore() throws IOException {
        LocalIndexOptions options = LocalIndexOptions.inMemory().withDirectory(directory);
        Path log = directory.resolve("memories").resolve("requests.log");
        long whole;
        try (LocalIndexServer server = LocalIndexServer.start(options);
                PineconeIndex index = PineconeIndex.open(options(server))) {
            value(index.upsert(List.of(entry("a", 1, "ann", 1, 0, 0))));
            whole = Files.size(log);
            value(index.upsert(List.of(entry("b", 1, "ann", 1, 0, 0))));
        }
        byte[] bytes = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(bytes, bytes.length - 5));

        try (LocalIndexServer server = LocalIndexServer.start(options);
                PineconeIndex index = PineconeIndex.open(options(server))) {
            assertThat(server.tornBytes()).isEqualTo(bytes.length - 5 - whole);
            assertThat(value(index.listIds())).containsExactly("a");
            value(index.upsert(List.of(entry("c", 1, "ann", 1, 0, 0))));
        }
        assertThat(Files.size(directory.resolve("memories").resolve("requests.log.torn-at-" + whole)))
                .isEqualTo(bytes.length - 5 - whole);
        try (LocalIndexServer server = LocalIndexServer.start(options);
                PineconeIndex index = PineconeIndex.open(options(server))) {
            assertThat(server.tornBytes()).isZero();
            assertThat(value(index.listIds())).containsExactlyInAnyOrder("a", "c");
        }
    }

    @Test
    void takesZerosLeftByACrashForATornTail() throws IOException {
        LocalIndexOptions options = LocalIndexOptions.inMemory().withDirectory(directory);
        try (LocalIndexServer server = LocalIndexServer.start(options);
                PineconeIndex index = PineconeIndex.open(options(server))) {
            value(index.upsert(List.of(entry("a", 1, "ann", 1, 0, 0))));
        }
        Files.write(directory.resolve("memories").resolve("requests.log"), new byte[512], StandardOpenOption.APPEND);
        try (LocalIndexServer server = LocalIndexServer.start(options);
                PineconeIndex index = PineconeIndex.open(options(server))) {
            assertThat(server.tornBytes()).isEqualTo(512);
            assertThat(value(index.listIds())).containsExactly("a");
        }
    }

    @Test
    void letsOnlyOneServerUseADirectory() throws IOException {
        LocalIndexOptions options = LocalIndexOptions.inMemory().withDirectory(directory);
        try (LocalIndexServer first = LocalIndexServer.start(options)) {
            assertThat(first.controlPlaneUrl()).startsWith("http://localhost:");
            assertThatThrownBy(() -> LocalIndexServer.start(options))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another index server uses it");
        }
        LocalIndexServer.start(options).close();
    }

    @Test
    void hidesAWriteUntilTheVisibilityDelayIsOver() throws IOException {
        Duration delay = Duration.ofMillis(400);
        try (LocalIndexServer server =
                        LocalIndexServer.start(LocalIndexOptions.inMemory().withVisibilityDelay(delay));
                PineconeIndex index = PineconeIndex.open(options(server))) {
            long start = System.nanoTime();
            value(index.upsert(List.of(entry("a", 1, "ann", 1, 0, 0))));
            value(index.upsert(List.of(entry("a", 2, "ann", 1, 0, 0))));
            value(index.upsert(List.of(entry("b", 1, "ann", 1, 0, 0))));
            value(index.delete(List.of("b")));
            Map<String, Integer> atOnce = value(index.visibleVersions(List.of("a")));
            if (System.nanoTime() - start < delay.toNanos()) {
                assertThat(atOnce).isEmpty();
            }
            Awaiting.until(
                    "version 2 is visible",
                    () -> value(index.visibleVersions(List.of("a"))).equals(Map.of("a", 2)));
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(delay.toNanos());
            Awaiting.until(
                    "b is gone",
                    () -> value(index.visibleVersions(List.of("b"))).isEmpty());
        }
    }

    @Test
    void retriesWhatMayPass() throws IOException {
        LocalIndexOptions options = LocalIndexOptions.inMemory().withFaults(new Faults(0.15, 0.1, 0.05, 7));
        try (LocalIndexServer server = LocalIndexServer.start(options);
                PineconeIndex index = PineconeIndex.open(options(server).withPatience(Duration.ofSeconds(2), 20))) {
            for (int i = 0; i < 30; i++) {
                value(index.upsert(List.of(entry("m" + i, 1, "ann", 1, i, 0))));
            }
            assertThat(value(index.listIds())).hasSize(30);
            assertThat(index.retries()).isGreaterThan(5);
            assertThat(server.counters().faulted()).isGreaterThanOrEqualTo(index.retries());
            assertThat(server.counters().upsertedVectors()).isEqualTo(30);
        }
    }

    @Test
    void givesUpWithTheReasonAfterItsRetries() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = PineconeIndex.open(options(server).withPatience(Duration.ofSeconds(1), 2))) {
            server.inject(new Faults(1, 0, 0, 1));
            assertThat(failure(index.listIds())).satisfies(reason(Reason.UNAVAILABLE));
            assertThat(index.retries()).isEqualTo(2);
            server.inject(new Faults(0, 1, 0, 1));
            assertThat(failure(index.upsert(List.of(entry("m", 1, "ann", 1, 0, 0)))))
                    .satisfies(reason(Reason.RATE_LIMITED));
            server.inject(new Faults(0, 0, 1, 1));
            assertThat(failure(index.delete(List.of("m")))).satisfies(reason(Reason.TIMEOUT));
            server.inject(Faults.NONE);
            assertThat(value(index.listIds())).isEmpty();
        }
    }

    private static Consumer<Throwable> reason(Reason expected) {
        return failure -> assertThat(((VectorIndexException) failure).reason()).isEqualTo(expected);
    }

    @Test
    void failsWhatIsUnderWayWhenClosed() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory())) {
            PineconeIndex index = PineconeIndex.open(options(server));
            server.inject(new Faults(0, 0, 1, 1));
            var hanging = index.listIds();
            var asking = index.visibleVersions(List.of("m"));
            index.close();
            assertThat(failure(hanging)).satisfies(reason(Reason.CLOSED));
            assertThat(failure(asking)).isNotNull();
            assertThat(failure(index.delete(List.of("m")))).satisfies(reason(Reason.CLOSED));
        }
    }

    @Test
    void refusesAnIndexOfAnotherDimension() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory())) {
            PineconeIndex.open(options(server)).close();
            assertThatThrownBy(() -> PineconeIndex.open(
                            PineconeOptions.local(server.controlPlaneUrl(), "memories", "run-1", 384)))
                    .isInstanceOf(VectorIndexException.class)
                    .hasMessage("index memories must have dimension 384, the embedding model's: 3");
        }
    }

    @Test
    void reopensWhatIsThereAndCreatesNothing() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory())) {
            for (int twice = 0; twice < 2; twice++) {
                assertThatThrownBy(() -> PineconeIndex.reopen(options(server)))
                        .satisfies(reason(Reason.NOT_FOUND))
                        .hasMessageStartingWith(
                                "index memories must stay as long as a run uses it: it has been deleted");
            }
            try (PineconeIndex first = PineconeIndex.open(options(server));
                    PineconeIndex again = PineconeIndex.reopen(options(server))) {
                value(first.upsert(List.of(entry("m", 1, "ann", 1, 0, 0))));
                assertThat(value(again.listIds())).containsExactly("m");
            }
        }
    }

    @Test
    void refusesAVectorOfAnotherDimension() throws IOException {
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                PineconeIndex index = PineconeIndex.open(options(server))) {
            assertThat(failure(index.upsert(List.of(entry("m", 1, "ann", 1, 0)))))
                    .satisfies(reason(Reason.DIMENSION_MISMATCH));
            assertThat(failure(index.search(new Search(new float[] {1}, List.of("ann"), false, 1))))
                    .satisfies(reason(Reason.REJECTED))
                    .hasMessageContaining("Vector dimension 1 does not match the dimension of the index 3");
            assertThat(server.counters().rejected()).isEqualTo(1);
        }
    }

    @Test
    void neverShowsTheKey() throws IOException {
        PineconeOptions wrong;
        try (LocalIndexServer server =
                LocalIndexServer.start(LocalIndexOptions.inMemory().withApiKey("another-key"))) {
            wrong = options(server).withApiKey(MARKER_KEY).withPatience(Duration.ofMillis(200), 1);
            assertThatThrownBy(() -> PineconeIndex.open(wrong))
                    .isInstanceOf(VectorIndexException.class)
                    .satisfies(reason(Reason.UNAUTHORIZED))
                    .satisfies(PineconeIndexOnLocalServerTest::showsNoKey);
            assertThat(server.counters().refused()).isEqualTo(1);
        }
        assertThatThrownBy(() -> PineconeIndex.open(wrong)) // nobody listens any more
                .satisfies(reason(Reason.UNAVAILABLE))
                .satisfies(PineconeIndexOnLocalServerTest::showsNoKey);

        LocalIndexOptions guarded = LocalIndexOptions.inMemory().withApiKey(MARKER_KEY);
        assertThat(guarded.toString()).doesNotContain(MARKER_KEY);
        try (LocalIndexServer server = LocalIndexServer.start(guarded);
                PineconeIndex index = PineconeIndex.open(
                        options(server).withApiKey(MARKER_KEY).withPatience(Duration.ofSeconds(20), 0))) {
            assertThat(wrong + " " + index).doesNotContain(MARKER_KEY);
            value(index.upsert(List.of(entry("m", 1, "ann", 1, 0, 0))));
            server.inject(new Faults(1, 0, 0, 1));
            assertThat(failure(index.listIds())).satisfies(PineconeIndexOnLocalServerTest::showsNoKey);
        }
    }

    private static void showsNoKey(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(MARKER_KEY);
    }
}
