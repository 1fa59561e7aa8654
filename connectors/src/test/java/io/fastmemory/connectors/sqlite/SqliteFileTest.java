package io.fastmemory.connectors.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fastmemory.connectors.sqlite.RawReceipt.Outcome;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class SqliteFileTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    @TempDir
    Path directory;

    private SqliteFile open(String name) {
        return SqliteFile.open(directory.resolve(name), new SteppingClock(), SHORT);
    }

    @Test
    void syncsEveryCommitOfAWriteAheadLog() {
        try (SqliteFile file = open("store.db")) {
            assertThat(file.write(0, transaction -> {
                                try (var row =
                                        transaction.bind("PRAGMA synchronous").executeQuery()) {
                                    int synchronous = row.getInt(1);
                                    return at -> synchronous;
                                }
                            })
                            .join())
                    .isEqualTo(2);
            assertThat(file.<String>read(session -> session.text("PRAGMA journal_mode"))
                            .join())
                    .isEqualTo("wal");
        }
    }

    /** With the pragmas above: what is acknowledged has been synced. */
    @Test
    void acknowledgesOnlyWhatIsCommitted() throws Exception {
        try (SqliteFile file = open("store.db");
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file.path());
                PreparedStatement find = other.prepareStatement("SELECT 1 FROM raw_events WHERE event_id = ?")) {
            for (int i = 0; i < 20; i++) {
                RawRow row = TestRows.event(i);
                find.setString(1, row.eventId());
                assertThat(new RawStore(file)
                                .append(row)
                                .thenApply(receipt -> isThere(find)) // on the writer's thread, at the acknowledgement
                                .join())
                        .isTrue();
            }
        }
    }

    private static boolean isThere(PreparedStatement find) {
        try (ResultSet row = find.executeQuery()) {
            return row.next();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void commitsWhatWaitsInOneTransaction() {
        try (SqliteFile file = open("store.db")) {
            RawStore store = new RawStore(file);
            CompletableFuture<Void> gate = Gate.close(file);
            long before = file.transactions();
            List<CompletableFuture<RawReceipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 2500; i++) {
                receipts.add(store.append(TestRows.event(i)));
            }
            gate.complete(null);
            receipts.forEach(CompletableFuture::join);
            assertThat(file.transactions() - before).isEqualTo(1 + 3); // the gate's own, then 1000, 1000 and 500
            assertThat(receipts.stream()
                            .map(CompletableFuture::join)
                            .map(RawReceipt::committedAt)
                            .distinct())
                    .hasSize(3);
        }
    }

    @Test
    void closeCommitsWhatIsQueued() {
        SqliteFile file = open("store.db");
        RawStore store = new RawStore(file);
        CompletableFuture<Void> gate = Gate.close(file);
        List<CompletableFuture<RawReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            receipts.add(store.append(TestRows.event(i)));
        }
        CompletableFuture<Void> closing = CompletableFuture.runAsync(file::close);
        gate.complete(null);
        closing.join();
        assertThat(receipts).allMatch(receipt -> receipt.isDone() && !receipt.isCompletedExceptionally());
        assertThatThrownBy(() -> store.append(TestRows.event(0)).join())
                .hasCauseInstanceOf(StoreException.Permanent.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(() -> store.find("run", "e0").join()).hasCauseInstanceOf(StoreException.Permanent.class);
        try (SqliteFile again = open("store.db")) {
            assertThat(new RawStore(again).count("run").join()).isEqualTo(1500);
        }
    }

    @Test
    void usersOfAFileShareItsWriterUntilTheLastCloses() throws Exception {
        SqliteFile first = open("store.db");
        Path link = Files.createSymbolicLink(directory.resolve("link.db"), first.path());
        SqliteFile second = SqliteFile.open(link, Clock.systemUTC());
        new RawStore(first).append(TestRows.event(1)).join();
        assertThat(second.transactions()).isEqualTo(1);
        CompletableFuture<RawReceipt> queued = new RawStore(first).append(TestRows.event(2));
        first.close();
        first.close(); // closing twice gives up one share only
        assertThat(queued).isDone();
        assertThat(new RawStore(second).append(TestRows.event(3)).join().outcome())
                .isEqualTo(Outcome.NEW);
        second.close();
        assertThat(directory.resolve("store.db-wal")).doesNotExist();
    }

    @Test
    void oneFailingOperationFailsAlone() {
        try (SqliteFile file = open("store.db")) {
            RawStore store = new RawStore(file);
            CompletableFuture<Void> gate = Gate.close(file);
            long before = file.transactions();
            CompletableFuture<RawReceipt> good = store.append(TestRows.event(1));
            CompletableFuture<Instant> half = file.write(0, transaction -> {
                transaction.bind("INSERT INTO asks VALUES ('r', 'half', 1, 1)").executeUpdate();
                transaction.bind("INSERT INTO asks VALUES ('r', 'half', 1, 1)").executeUpdate();
                return at -> at;
            });
            CompletableFuture<Instant> bug = file.write(0, transaction -> {
                throw new IllegalStateException("a bug");
            });
            CompletableFuture<RawReceipt> alsoGood = store.append(TestRows.event(2));
            gate.complete(null);

            assertThat(good.join().outcome()).isEqualTo(Outcome.NEW);
            assertThat(alsoGood.join().outcome()).isEqualTo(Outcome.NEW);
            assertThatThrownBy(half::join).hasCauseInstanceOf(StoreException.Permanent.class);
            assertThatThrownBy(bug::join).hasCauseInstanceOf(IllegalStateException.class);
            assertThat(file.transactions() - before).isEqualTo(2);
            assertThat(file.<Long>read(session -> session.number("SELECT count(*) FROM asks"))
                            .join())
                    .isZero();
        }
    }

    @Test
    void aFullDiskAcknowledgesNothingAndWritingGoesOnWhenThereIsSpace() {
        try (SqliteFile file = open("store.db")) {
            RawStore store = new RawStore(file);
            store.append(TestRows.event(0)).join();
            limitPages(file, 40);
            List<CompletableFuture<RawReceipt>> receipts = new ArrayList<>();
            CompletableFuture<Void> gate = Gate.close(file);
            for (int i = 1; i <= 900; i++) {
                receipts.add(store.append(TestRows.event(i)));
            }
            gate.complete(null);
            for (CompletableFuture<RawReceipt> receipt : receipts) {
                assertThatThrownBy(receipt::join).hasCauseInstanceOf(StoreException.Transient.class);
            }
            StoreException failure = (StoreException)
                    catchThrowable(() -> receipts.get(0).join()).getCause();
            assertThat(failure.code()).isEqualTo("SQLITE_FULL");
            assertThat(failure).hasMessageContaining("store.db").hasMessageContaining("free some space");
            assertThat(store.count("run").join()).isEqualTo(1);

            limitPages(file, 1_000_000);
            assertThat(store.append(TestRows.event(1)).join().outcome()).isEqualTo(Outcome.NEW);
            assertThat(store.append(TestRows.event(0)).join().outcome()).isEqualTo(Outcome.REPLAY);
        }
    }

    private static void limitPages(SqliteFile file, int pages) {
        file.write(0, transaction -> {
                    transaction
                            .bind("PRAGMA max_page_count = " + pages)
                            .executeQuery()
                            .close();
                    return at -> at;
                })
                .join();
    }

    @Test
    void aLockHeldTooLongFailsTransientlyAndWritingGoesOnAfterIt() throws Exception {
        try (SqliteFile file = open("store.db");
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file.path());
                Statement statement = other.createStatement()) {
            RawStore store = new RawStore(file);
            store.append(TestRows.event(0)).join();
            statement.execute("BEGIN IMMEDIATE");
            CompletableFuture<RawReceipt> locked = store.append(TestRows.event(1));
            assertThatThrownBy(locked::join)
                    .hasCauseInstanceOf(StoreException.Transient.class)
                    .hasMessageContaining("SQLITE_BUSY");
            assertThat(store.find("run", "e0").join()).isNotNull(); // readers do not wait for writers
            statement.execute("ROLLBACK");
            assertThat(store.append(TestRows.event(1)).join().outcome()).isEqualTo(Outcome.NEW);
        }
    }

    @Test
    void everythingAcknowledgedSurvivesAKill() throws Exception {
        Path path = directory.resolve("store.db");
        List<String> acknowledged = new ArrayList<>();
        try (ChildProcess child = ChildProcess.start(directory, "append", path)) {
            for (int i = 0; i < 3000; i++) {
                acknowledged.add(child.nextLine());
            }
            child.kill();
            acknowledged.addAll(child.remainingLines());
        }
        Map<String, Instant> times = new HashMap<>();
        for (String line : acknowledged) {
            String[] words = line.split(" ", -1);
            if (words.length == 3) { // the kill may cut the last line
                times.put(words[0], Instant.parse(words[1]));
            }
        }
        Instant newest = times.values().stream().max(Instant::compareTo).orElseThrow();
        try (SqliteFile file = SqliteFile.open(path, Clock.systemUTC())) {
            assertThat(file.<String>read(session -> session.text("PRAGMA integrity_check"))
                            .join())
                    .isEqualTo("ok");
            RawStore store = new RawStore(file);
            assertThat(store.count("run").join()).isGreaterThanOrEqualTo(times.size());
            for (int i = 0; i < times.size(); i++) {
                Instant told = times.get("e" + i);
                RawReceipt receipt = store.append(TestRows.event(i)).join();
                assertThat(receipt.outcome()).as("outcome of e%s", i).isEqualTo(Outcome.REPLAY);
                if (told.equals(newest)) {
                    assertThat(receipt.committedAt()).isBeforeOrEqualTo(told);
                } else {
                    assertThat(receipt.committedAt()).isEqualTo(told);
                }
            }
        }
    }

    @Test
    void aQuotaThatIsUsedUpMayPass() {
        SQLiteException noMore = new SQLiteException("Disk quota exceeded", SQLiteErrorCode.SQLITE_IOERR_WRITE);
        assertThat(StoreException.of(directory.resolve("store.db"), "write to", noMore))
                .isInstanceOf(StoreException.Transient.class)
                .hasMessageContaining("check the disk, its quota");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFailingCommitAcknowledgesNothingAndWritingGoesOnAfterwards() throws Exception {
        assumeThat(Path.of("/usr/bin/prlimit")).isExecutable();
        Path path = directory.resolve("store.db");
        try (ChildProcess child = ChildProcess.start(directory, "fill", path)) {
            child.limitFileSize("3000000"); // less than the log may grow to before it is folded into the file
            String stored = child.nextLine();
            assertThat(child.nextLine()).isEqualTo("failed [SQLITE_IOERR_WRITE]");
            child.limitFileSize("unlimited");
            child.goOn();
            assertThat(child.nextLine()).isEqualTo("again [NEW]");
            assertThat(child.exitCode()).isZero();
            try (SqliteFile file = SqliteFile.open(path, Clock.systemUTC())) {
                long acknowledged = Long.parseLong(stored.substring("stored ".length())) + 100;
                assertThat(acknowledged).isGreaterThan(1000);
                assertThat(new RawStore(file).count("run").join()).isEqualTo(acknowledged);
                assertThat(file.<String>read(session -> session.text("PRAGMA integrity_check"))
                                .join())
                        .isEqualTo("ok");
            }
        }
    }

    @Test
    void aFileLockedTooLongDoesNotOpenYet() throws Exception {
        open("store.db").close();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> open("store.db"))
                    .isInstanceOf(StoreException.Transient.class)
                    .hasMessageContaining("store.db: SQLITE_BUSY");
            statement.execute("ROLLBACK");
            open("store.db").close();
        }
    }

    @Test
    void severalConnectionsMayCreateTheSameFileAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                Path path = directory.toRealPath().resolve("new-" + round + ".db");
                List<Future<Long>> versions = pool.invokeAll(Collections.nCopies(4, () -> {
                    try (SqliteSession session = SqliteSession.open(path, Duration.ofSeconds(30))) {
                        Schema.ensure(session, path);
                        return session.number("PRAGMA user_version");
                    }
                }));
                for (Future<Long> version : versions) {
                    assertThat(version.get()).isEqualTo(Schema.VERSION);
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void makesTheCommitTimeExactWhenIdle() throws Exception {
        try (SqliteFile file = open("store.db")) {
            Instant told = new RawStore(file).append(TestRows.event(1)).join().committedAt();
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            long stored = 0;
            while (stored != CommitTimes.toMicros(told) && System.nanoTime() < deadline) {
                stored = file.<Long>read(session -> session.number("SELECT committed_at_us FROM commits"))
                        .join();
            }
            assertThat(stored).isEqualTo(CommitTimes.toMicros(told));
        }
    }

    @Test
    void opensPathsWithAnyCharacter() {
        try (SqliteFile file = open("new dir/what? #1 100%41 ü;.db")) {
            new RawStore(file).append(TestRows.event(1)).join();
        }
        assertThat(directory.resolve("new dir/what? #1 100%41 ü;.db")).exists();
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws Exception {
        Path text = Files.writeString(directory.resolve("notes.txt"), "not a database. ".repeat(200));
        assertThatThrownBy(() -> SqliteFile.open(text, new SteppingClock()))
                .isInstanceOf(StoreException.Permanent.class)
                .hasMessageContaining("notes.txt")
                .hasMessageContaining("not a SQLite database")
                .hasMessageContaining("choose another path");
        assertThat(text).hasContent("not a database. ".repeat(200));
    }

    @Test
    void refusesADirectory() {
        assertThatThrownBy(() -> SqliteFile.open(directory, new SteppingClock()))
                .isInstanceOf(StoreException.Permanent.class)
                .hasMessageContaining(directory.toString());
    }

    @Test
    void refusesTheDatabaseOfAnotherProgram() throws Exception {
        Path foreign = directory.resolve("foreign.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + foreign);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE theirs (a)");
        }
        assertThatThrownBy(() -> SqliteFile.open(foreign, new SteppingClock()))
                .isInstanceOf(StoreException.Permanent.class)
                .hasMessageContaining("foreign.db: it is the database of another program");
    }

    @Test
    void refusesANewerSchema() throws Exception {
        open("store.db").close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 9");
        }
        assertThatThrownBy(() -> open("store.db"))
                .isInstanceOf(StoreException.Permanent.class)
                .hasMessageContaining("store.db: expected schema version " + Schema.VERSION + ": 9")
                .hasMessageContaining("newer release");
    }

    @Test
    void refusesADamagedFileAndCanTryAgain() throws Exception {
        Path path = directory.resolve("store.db");
        open("store.db").close();
        byte[] intact = Files.readAllBytes(path);
        try (RandomAccessFile damage = new RandomAccessFile(path.toFile(), "rw")) {
            damage.seek(100);
            damage.write(new byte[3900]);
        }
        assertThatThrownBy(() -> open("store.db"))
                .isInstanceOf(StoreException.Permanent.class)
                .hasMessageContaining("store.db")
                .hasMessageContaining("is damaged")
                .hasMessageContaining("restore it");
        Files.write(path, intact);
        open("store.db").close();
    }

    @Test
    void damageFoundLaterFailsTheReadAndNamesTheFile() throws Exception {
        try (SqliteFile file = open("store.db")) {
            List<CompletableFuture<RawReceipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                receipts.add(new RawStore(file).append(TestRows.event(i)));
            }
            receipts.forEach(CompletableFuture::join);
        }
        Path path = directory.resolve("store.db");
        try (RandomAccessFile damage = new RandomAccessFile(path.toFile(), "rw")) {
            for (long page = 20; page < damage.length() / 4096; page++) {
                damage.seek(page * 4096);
                damage.write(new byte[4096]);
            }
        }
        try (SqliteFile file = open("store.db")) {
            assertThatThrownBy(() -> new RawStore(file).find("run", "e1999").join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(StoreException.Permanent.class)
                    .hasMessageContaining("store.db")
                    .hasMessageContaining("is damaged");
        }
    }

    @Test
    void refusesAFileThatAnotherClassLoaderHasOpen() throws Exception {
        Path path = directory.toRealPath().resolve("store.db");
        System.setProperty("fmw.sqlite.open." + path, "another");
        try {
            assertThatThrownBy(() -> open("store.db"))
                    .isInstanceOf(StoreException.Permanent.class)
                    .hasMessageContaining("another class loader");
            assertThat(path).doesNotExist();
        } finally {
            System.clearProperty("fmw.sqlite.open." + path);
        }
    }
}
