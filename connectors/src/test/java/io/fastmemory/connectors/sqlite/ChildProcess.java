package io.fastmemory.connectors.sqlite;

import io.fastmemory.connectors.sqlite.RawReceipt.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** Another process that uses a store file, as a main class and as its handle in the test. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts a JVM whose temporary files stay in {@code directory}. */
    static ChildProcess start(Path directory, String role, Path file) throws IOException {
        return start(directory, role, file, "run", Map.of());
    }

    /**
     * The same for one of several roles on a file.
     *
     * @param runId run whose events it appends
     * @param environment variables beyond those of the test
     */
    static ChildProcess start(Path directory, String role, Path file, String runId, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildProcess.class.getName(),
                        role,
                        file.toString(),
                        runId)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start());
    }

    /** Sets or lifts the limit of the size of the files it writes, as {@code prlimit} reads it. */
    void limitFileSize(String limit) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("prlimit", "--pid", "" + process.pid(), "--fsize=" + limit + ":")
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("prlimit failed: " + exit);
        }
    }

    /** The next line it prints, or {@code null} at the end of its output. */
    String nextLine() {
        try {
            return output.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is left of its output; complete lines only. */
    List<String> remainingLines() {
        List<String> lines = new ArrayList<>();
        for (String line = nextLine(); line != null; line = nextLine()) {
            lines.add(line);
        }
        return lines;
    }

    /** Ends it with SIGKILL. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly(); // unlike the process's own method, leaves its output readable
        process.waitFor();
    }

    /** Lets it go on where it waits for its input. */
    void goOn() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Role, file and run. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path file = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "append" -> appendForever(file, arguments[2]);
            case "decide" -> decide(file);
            case "fill" -> fill(file);
            default -> throw new IllegalArgumentException("unknown role: " + arguments[0]);
        }
    }

    /**
     * Appends to a run, from its first event that is not there, with 100 in flight and prints {@code event_id committed_at}
     * of each acknowledged one.
     */
    private static void appendForever(Path file, String runId) throws InterruptedException {
        RawStore store = new RawStore(SqliteFile.open(file, Clock.systemUTC()));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Semaphore inFlight = new Semaphore(100);
        for (int i = Math.toIntExact(store.count(runId).join()); ; i++) {
            RawRow row = TestRows.event(runId, i);
            inFlight.acquire();
            CompletableFuture<RawReceipt> unused = store.append(row).whenComplete((receipt, failure) -> {
                if (failure != null) {
                    failure.printStackTrace();
                } else if (receipt.outcome() == Outcome.NEW) {
                    out.println(row.eventId() + " " + receipt.committedAt() + " .");
                }
                inFlight.release();
            });
        }
    }

    /** Logs a decision for each call, waits half-way, and prints {@code call_seq payload} of each row that won. */
    private static void decide(Path file) throws IOException {
        try (SqliteFile open = SqliteFile.open(file, Clock.systemUTC())) {
            DecisionLog log = new DecisionLog(open);
            for (int call = 0; call < TestRows.CALLS; call++) {
                if (call == TestRows.CALLS / 2 && System.in.read() < 0) {
                    throw new IllegalStateException("the test is gone");
                }
                DecisionRow row =
                        log.putIfAbsent("run", "entity", call, "\"child\"").join();
                System.out.println(call + " " + row.payload());
            }
        }
    }

    /**
     * Appends until a commit fails, prints {@code stored} and {@code failed}, waits, appends the failed ones again and
     * prints {@code again}, each with what it saw.
     */
    private static void fill(Path file) throws IOException {
        try (SqliteFile open = SqliteFile.open(file, Clock.systemUTC())) {
            for (int first = 0; ; first += 100) {
                List<String> seen = appendHundred(open, first);
                if (seen.contains("NEW")) {
                    if (seen.size() > 1) {
                        throw new IllegalStateException("acknowledged a part of a transaction: " + seen);
                    }
                    continue;
                }
                System.out.println("stored " + first);
                System.out.println("failed " + seen);
                if (System.in.read() < 0) {
                    throw new IllegalStateException("the test is gone");
                }
                System.out.println("again " + appendHundred(open, first));
                return;
            }
        }
    }

    /** The distinct outcomes or error codes of a hundred appends that share a transaction. */
    private static List<String> appendHundred(SqliteFile file, int first) {
        RawStore store = new RawStore(file);
        List<CompletableFuture<String>> seen = new ArrayList<>();
        CompletableFuture<Void> gate = Gate.close(file);
        for (int i = first; i < first + 100; i++) {
            seen.add(store.append(TestRows.event(i))
                    .handle((receipt, failure) ->
                            failure == null ? receipt.outcome().name() : ((StoreException) failure).code()));
        }
        gate.complete(null);
        return seen.stream().map(CompletableFuture::join).distinct().toList();
    }
}
