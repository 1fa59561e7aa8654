package io.fastmemory.connectors.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryStoreTest {
    private static final MemoryVersion FIRST = TestRows.memory("m1", 1, MemoryStatus.ACTIVE, "Ann lives in Oslo");
    private static final MemoryVersion SECOND = TestRows.memory("m1", 2, MemoryStatus.STALE, "Ann lived in Oslo");
    private static final MemoryVersion OTHER = TestRows.memory("m2", 1, MemoryStatus.ACTIVE, "Bob");

    @TempDir
    Path directory;

    private SqliteFile file;
    private MemoryStore store;

    @BeforeEach
    void open() {
        file = SqliteFile.open(directory.resolve("store.db"), new SteppingClock());
        store = new MemoryStore(file);
    }

    @AfterEach
    void close() {
        file.close();
    }

    @Test
    void keepsEveryVersionAndShowsTheLatest() {
        store.put("run", List.of(FIRST)).join();
        assertThat(store.activeVersions("run").join()).containsExactly(new MemoryRef("entity", "m1", 1));
        store.put("run", List.of(SECOND, OTHER)).join();
        store.put("another", List.of(FIRST)).join();

        assertThat(store.history("run", "m1").join()).containsExactly(FIRST, SECOND);
        assertThat(store.latest("run").join()).containsExactly(SECOND, OTHER);
        assertThat(store.activeVersions("run").join()).containsExactly(new MemoryRef("entity", "m2", 1));
        assertThat(store.history("run", "m3").join()).isEmpty();
    }

    @Test
    void listsEveryRowOfARunWithItsFirstCommit() {
        Instant first = store.put("run", List.of(FIRST)).join().get(0);
        List<Instant> next = store.put("run", List.of(SECOND, FIRST, OTHER)).join();
        store.put("another", List.of(OTHER)).join();

        assertThat(store.all("run").join())
                .containsExactly(
                        new StoredVersion("m1", 1, FIRST, first),
                        new StoredVersion("m1", 2, SECOND, next.get(0)),
                        new StoredVersion("m2", 1, OTHER, next.get(2)));
    }

    @Test
    void secondPutOfAVersionReturnsItsFirstCommitTime() {
        List<Instant> first = store.put("run", List.of(FIRST)).join();
        List<Instant> both = store.put("run", List.of(SECOND, FIRST)).join();
        assertThat(both.get(1)).isEqualTo(first.get(0));
        assertThat(both.get(0)).isAfter(first.get(0));
        MemoryVersion redated = TestRows.decidedAt(FIRST, Instant.EPOCH);
        assertThat(store.put("run", List.of(redated)).join()).isEqualTo(first);
        assertThat(store.history("run", "m1").join()).containsExactly(FIRST, SECOND);
    }

    @Test
    void refusesOtherContentUnderAStoredVersionAndStoresNothingOfThePut() {
        store.put("run", List.of(FIRST)).join();
        MemoryVersion changed = TestRows.memory("m1", 1, MemoryStatus.ACTIVE, "changed");
        assertThatThrownBy(() -> store.put("run", List.of(OTHER, changed)).join())
                .hasCauseInstanceOf(StoreException.Permanent.class)
                .hasMessageContaining("memory m1 version 1 of run run")
                .hasMessageNotContaining("changed");
        assertThat(store.latest("run").join()).containsExactly(FIRST);
    }

    @Test
    void givesHostileContentBackUnchanged() {
        MemoryVersion hostile =
                TestRows.memory("m9", 1, MemoryStatus.ACTIVE, "'); DROP TABLE x; -- \" \u0000 🦊 half \ud83d \u202e");
        store.put("run", List.of(hostile)).join();
        assertThat(store.latest("run").join()).containsExactly(hostile);
        assertThat(store.put("run", List.of(hostile)).join()).hasSize(1);
    }

    @Test
    void columnsShowWhatTheVersionHolds() {
        Instant committedAt = store.put("run", List.of(FIRST)).join().get(0);
        file.write(0, transaction -> at -> at).join(); // makes the commit time exact
        String row = file.<String>read(session -> {
                    try (ResultSet columns = session.prepare("""
                    SELECT concat_ws('|', entity_id, status, scope, session_id, call_seq, layer, content, facts, tokens,
                        source_event_ids, verbatim, fallback, superseded_by, created_stream_ms, updated_stream_ms,
                        newest_source_ms, event_time, expires_stream_ms, decided_at, committed_at_us)
                    FROM current_memory""").executeQuery()) {
                        columns.next();
                        return columns.getString(1);
                    }
                })
                .join();
        assertThat(row)
                .isEqualTo("entity|active|session|session|7|observation|Ann lives in Oslo|"
                        + "[{\"subject\":\"Ann\",\"attribute\":\"city\",\"value\":\"Ann lives in Oslo\"}]|3|"
                        + "[\"e1\",\"e2\"]|0|1|10|20|15|2024-05-01T10:00:00Z|99|2026-01-01T00:00:00.000001Z|"
                        + CommitTimes.toMicros(committedAt));
    }
}
