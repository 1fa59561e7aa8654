package io.fastmemory.connectors.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decision log, the answer log and the index journal: who comes first wins, for good. */
class LogsTest {
    @TempDir
    Path directory;

    private SqliteFile file;

    @BeforeEach
    void open() {
        file = SqliteFile.open(directory.resolve("store.db"), new SteppingClock());
    }

    @AfterEach
    void close() {
        file.close();
    }

    @Test
    void keepsTheFirstDecisionOfACall() {
        DecisionLog log = new DecisionLog(file);
        assertThat(log.find("run", "entity", 1).join()).isNull();
        DecisionRow first = log.putIfAbsent("run", "entity", 1, "{\"a\":1}").join();
        assertThat(first.payload()).isEqualTo("{\"a\":1}");
        assertThat(log.putIfAbsent("run", "entity", 1, "{\"a\":2}").join()).isEqualTo(first);
        assertThat(log.find("run", "entity", 1).join()).isEqualTo(first);
        file.close();
        open();
        assertThat(new DecisionLog(file).find("run", "entity", 1).join()).isEqualTo(first);
    }

    @Test
    void aDecisionDoesNotWaitForTheRawWritesBeforeIt() {
        RawStore raw = new RawStore(file);
        CompletableFuture<Void> gate = Gate.close(file);
        List<CompletableFuture<RawReceipt>> writes = new ArrayList<>();
        for (int i = 0; i < 2 * GroupCommitWriter.MAX_OPERATIONS; i++) {
            writes.add(raw.append(TestRows.event(i)));
        }
        CompletableFuture<DecisionRow> decision = new DecisionLog(file).putIfAbsent("run", "entity", 1, "{}");
        gate.complete(null);

        assertThat(decision.join().decidedAt())
                .isEqualTo(writes.get(0).join().committedAt())
                .isBefore(writes.get(writes.size() - 1).join().committedAt());
    }

    @Test
    void listsTheDecisionsOfAnEntityFromACallOn() {
        DecisionLog log = new DecisionLog(file);
        List<DecisionRow> rows = new ArrayList<>();
        for (long call : new long[] {10, 2, 9}) {
            rows.add(log.putIfAbsent("run", "entity", call, "{}").join());
        }
        log.putIfAbsent("run", "another", 9, "{}").join();
        assertThat(log.findFrom("run", "entity", 9).join()).containsExactly(rows.get(2), rows.get(0));
    }

    @Test
    void oneOfManyThreadsWinsEachCall() {
        DecisionLog log = new DecisionLog(file);
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<List<DecisionRow>>> attempts = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                String payload = "\"thread " + thread + "\"";
                attempts.add(CompletableFuture.supplyAsync(
                        () -> {
                            List<CompletableFuture<DecisionRow>> rows = new ArrayList<>();
                            for (int call = 0; call < 200; call++) {
                                rows.add(log.putIfAbsent("run", "entity", call, payload));
                            }
                            return rows.stream().map(CompletableFuture::join).toList();
                        },
                        pool));
            }
            Set<List<DecisionRow>> seen = new HashSet<>();
            attempts.forEach(attempt -> seen.add(attempt.join()));
            assertThat(seen).hasSize(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void oneOfTwoProcessesWinsEachCall() throws Exception {
        DecisionLog log = new DecisionLog(file);
        try (ChildProcess child = ChildProcess.start(directory, "decide", file.path())) {
            List<String> there = new ArrayList<>(List.of(child.nextLine()));
            List<String> here = new ArrayList<>();
            for (int call = TestRows.CALLS - 1; call >= 0; call--) {
                DecisionRow row =
                        log.putIfAbsent("run", "entity", call, "\"parent\"").join();
                here.add(0, call + " " + row.payload());
                if (here.size() == 1) {
                    child.goOn();
                }
            }
            there.addAll(child.remainingLines());
            assertThat(child.exitCode()).isZero();
            assertThat(there).containsExactlyElementsOf(here);
            assertThat(here).contains("0 \"child\"", TestRows.CALLS - 1 + " \"parent\"");
        }
    }

    @Test
    void countsHowOftenACallWasAskedBefore() {
        DecisionLog log = new DecisionLog(file);
        assertThat(log.recordAsk("run", "entity", 1).join()).isZero();
        assertThat(log.recordAsk("run", "entity", 1).join()).isEqualTo(1);
        assertThat(log.recordAsk("run", "entity", 2).join()).isZero();
        file.close();
        open();
        assertThat(new DecisionLog(file).recordAsk("run", "entity", 1).join()).isEqualTo(2);
    }

    @Test
    void keepsTheFirstAnswerToAQuery() {
        AnswerLog log = new AnswerLog(file);
        assertThat(log.find("run", "q").join()).isNull();
        AnswerRow first =
                log.putIfAbsent("run", "q", "{\"text\":\"half \ud83d\"}").join();
        assertThat(log.putIfAbsent("run", "q", "{}").join()).isEqualTo(first);
        assertThat(log.find("run", "q").join()).isEqualTo(first);
        assertThat(log.putIfAbsent("other", "q", "{}").join().payload()).isEqualTo("{}");
        assertThat(log.all("run").join()).containsExactly(first);
    }

    @Test
    void keepsTheFirstRunOfAnId() {
        RunLog log = new RunLog(file);
        assertThat(log.find("run").join()).isNull();
        RunRow first = new RunRow("run", Instant.parse("2026-01-01T00:00:01.002Z"), "ab");
        assertThat(log.putIfAbsent(first).join()).isEqualTo(first);
        file.close();
        open();
        log = new RunLog(file);
        assertThat(log.find("run").join()).isEqualTo(first);
        assertThat(log.putIfAbsent(new RunRow("run", Instant.EPOCH, "cd")).join())
                .isEqualTo(first);
        assertThat(log.find("another").join()).isNull();
    }

    @Test
    void replaysDoNotMoveIndexTimes() {
        IndexJournal journal = new IndexJournal(file);
        Instant early = Instant.parse("2026-01-01T00:00:01.000002Z");
        Instant late = early.plusSeconds(5);
        assertThat(journal.find("run", "m", 1, "upsert").join()).isNull();
        IndexTimes acknowledged = new IndexTimes(early, null);
        assertThat(journal.recordFirst("run", "m", 1, "upsert", acknowledged).join())
                .isEqualTo(acknowledged);
        IndexTimes both = new IndexTimes(early, late);
        assertThat(journal.recordFirst("run", "m", 1, "upsert", new IndexTimes(late, late))
                        .join())
                .isEqualTo(both);
        assertThat(journal.recordFirst("run", "m", 1, "upsert", new IndexTimes(null, null))
                        .join())
                .isEqualTo(both);
        assertThat(journal.find("run", "m", 1, "upsert").join()).isEqualTo(both);
        assertThat(journal.find("run", "m", 1, "delete").join()).isNull();
    }
}
