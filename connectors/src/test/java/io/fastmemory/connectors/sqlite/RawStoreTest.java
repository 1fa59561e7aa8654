package io.fastmemory.connectors.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.sqlite.RawReceipt.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawStoreTest {
    @TempDir
    Path directory;

    private SqliteFile file;
    private RawStore store;

    @BeforeEach
    void open() {
        file = SqliteFile.open(directory.resolve("store.db"), new SteppingClock());
        store = new RawStore(file);
    }

    @AfterEach
    void close() {
        file.close();
    }

    @Test
    void tellsReplayRedeliveryAndConflictApart() {
        RawRow row = TestRows.event("e1", "stream.jsonl:1", "sha-a");
        RawReceipt first = store.append(row).join();
        assertThat(first.outcome()).isEqualTo(Outcome.NEW);
        assertThat(first.committedAt()).isAfter(SteppingClock.START);

        assertThat(store.append(row).join()).isEqualTo(new RawReceipt(Outcome.REPLAY, first.committedAt()));
        assertThat(store.append(TestRows.event("e1", "stream.jsonl:9", "sha-a")).join())
                .isEqualTo(new RawReceipt(Outcome.REDELIVERY, first.committedAt()));
        assertThat(store.append(TestRows.event("e1", "stream.jsonl:1", "sha-b")).join())
                .isEqualTo(new RawReceipt(Outcome.CONFLICT, first.committedAt()));
        assertThat(store.find("run", "e1").join()).isEqualTo(row);
        assertThat(store.count("run").join()).isEqualTo(1);
        assertThat(store.all("run").join()).containsExactly(row);
        assertThat(store.all("another").join()).isEmpty();
    }

    @Test
    void acceptsTheSameIdTwiceWithinOneTransaction() {
        CompletableFuture<Void> gate = Gate.close(file);
        CompletableFuture<RawReceipt> first = store.append(TestRows.event("e1", "a:1", "sha"));
        CompletableFuture<RawReceipt> again = store.append(TestRows.event("e1", "a:2", "sha"));
        CompletableFuture<RawReceipt> other = store.append(TestRows.event("e1", "a:1", "other"));
        long before = file.transactions();
        gate.complete(null);

        assertThat(first.join().outcome()).isEqualTo(Outcome.NEW);
        assertThat(again.join())
                .isEqualTo(new RawReceipt(Outcome.REDELIVERY, first.join().committedAt()));
        assertThat(other.join())
                .isEqualTo(new RawReceipt(Outcome.CONFLICT, first.join().committedAt()));
        assertThat(file.transactions() - before).isEqualTo(2); // the gate's own and theirs
    }

    @Test
    void keepsRunsApart() {
        store.append(TestRows.event(1)).join();
        RawRow other = new RawRow("other", "e1", "entity", "p", "s", "{}");
        assertThat(store.append(other).join().outcome()).isEqualTo(Outcome.NEW);
        assertThat(store.find("run", "e2").join()).isNull();
    }

    @Test
    void committedTimesSurviveReopening() {
        List<RawReceipt> receipts = IntStream.range(0, 5)
                .mapToObj(i -> store.append(TestRows.event(i)).join())
                .toList();
        file.close();
        open();
        for (int i = 0; i < 5; i++) {
            assertThat(store.append(TestRows.event(i)).join())
                    .isEqualTo(new RawReceipt(Outcome.REPLAY, receipts.get(i).committedAt()));
        }
        assertThat(store.count("run").join()).isEqualTo(5);
    }

    @Test
    void givesHostileTextBackUnchanged() {
        String hostile = "'); DROP TABLE raw_events; --\"\u0000after 🦊\u202e\n%_?";
        RawRow row = new RawRow("run " + hostile, "e " + hostile, hostile, hostile, hostile, hostile);
        store.append(row).join();
        assertThat(store.find(row.runId(), row.eventId()).join()).isEqualTo(row);
        assertThat(store.append(row).join().outcome()).isEqualTo(Outcome.REPLAY);
    }

    @Test
    void recognisesTextWithHalfASurrogatePairAgain() {
        RawRow row = TestRows.event("e1", "half \ud83d", "sha \udc00");
        store.append(row).join();
        assertThat(store.append(row).join().outcome()).isEqualTo(Outcome.REPLAY);
    }
}
