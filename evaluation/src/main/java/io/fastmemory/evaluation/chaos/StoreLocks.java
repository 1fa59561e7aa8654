package io.fastmemory.evaluation.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/**
 * Another process that takes the lock of a store again and again. It must be a process: a second copy of SQLite in
 * this one would destroy the job's own locks.
 */
final class StoreLocks implements AutoCloseable {
    private static final String LOCKED = "locked";

    private final Process process;
    private final Thread reader;
    private volatile long taken;

    /**
     * Starts it.
     *
     * @param count how often it takes the lock
     * @param holdMillis how long it holds it, and leaves it free before the next time
     */
    StoreLocks(Path store, int count, long holdMillis) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreLocks.class.getName(),
                        store.toString(),
                        Integer.toString(count),
                        Long.toString(holdMillis))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        reader = new Thread(this::read, "store-locks");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                taken += line.equals(LOCKED) ? 1 : 0;
            }
        } catch (IOException ended) {
            // it was stopped
        }
    }

    /** How often it has held the lock so far. */
    long taken() {
        return taken;
    }

    /**
     * Ends it; the lock is free then.
     *
     * @throws IllegalStateException if it could not do what it was started for
     */
    @Override
    public void close() throws InterruptedException {
        if (!process.isAlive() && process.exitValue() != 0) {
            throw new IllegalStateException(
                    "expected the process that locks the store to do so, it ended with code " + process.exitValue());
        }
        process.destroyForcibly();
        process.waitFor();
        reader.join(TimeUnit.SECONDS.toMillis(5));
    }

    /** The process: the store's file, how often, and how long in milliseconds. */
    public static void main(String[] arguments) throws SQLException, InterruptedException {
        Path store = Path.of(arguments[0]);
        long holdMillis = Long.parseLong(arguments[2]);
        while (!Files.exists(store)) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 30000");
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                statement.execute("BEGIN IMMEDIATE");
                System.out.println(LOCKED);
                TimeUnit.MILLISECONDS.sleep(holdMillis);
                statement.execute("ROLLBACK");
                TimeUnit.MILLISECONDS.sleep(holdMillis);
            }
        }
    }
}
