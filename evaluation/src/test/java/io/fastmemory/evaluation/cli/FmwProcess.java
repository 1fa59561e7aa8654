package io.fastmemory.evaluation.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command line in a process of its own, with real environment variables, and what it printed. */
final class FmwProcess implements AutoCloseable {
    private static final Pattern WEB_UI = Pattern.compile("web UI: (http://\\S+)");

    private final Process process;
    private final Path standardError;
    private final StringBuffer standardOutput = new StringBuffer();
    private final CompletableFuture<String> webUi = new CompletableFuture<>();
    private final CompletableFuture<Void> outputRead;

    private FmwProcess(Process process, Path standardError) {
        this.process = process;
        this.standardError = standardError;
        this.outputRead = CompletableFuture.runAsync(this::readOutput);
    }

    /** Starts it; its temporary files, shared with others started there, and its standard error stay in {@code directory}. */
    static FmwProcess start(Path directory, Map<String, String> environment, String... arguments) throws IOException {
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        Path standardError = Files.createTempFile(directory, "standard-error-", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-Dlog4j2.configurationFile=classpath:log4j2.properties",
                "-cp",
                System.getProperty("java.class.path"),
                Fmw.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(standardError.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(LLM|EMBEDDING|PINECONE)_.*"));
        builder.environment().putAll(environment);
        return new FmwProcess(builder.start(), standardError);
    }

    /** The address of the web UI, as soon as it is printed. */
    String webUi(Duration deadline) throws Exception {
        return webUi.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What {@code ps} shows of it to everyone on the machine. */
    String commandLine() throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.UTF_8);
    }

    /** Its exit code, when it has ended and all it printed has been read. */
    int exitCode(Duration deadline) throws Exception {
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("expected to end within " + deadline + ": " + printed());
        }
        outputRead.get(10, TimeUnit.SECONDS);
        return process.exitValue();
    }

    /** Tells it to end, as Ctrl-C and a shutdown do. */
    void terminate() {
        // Not by the process itself, which would close the pipes that its last words come through.
        if (!ProcessHandle.of(process.pid()).map(ProcessHandle::destroy).orElse(false)) {
            throw new IllegalStateException("expected a process to terminate: it has ended");
        }
    }

    /** Kills it, with no chance to do anything more. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Whether it has not ended. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** Everything it printed so far, on both streams. */
    String printed() throws IOException {
        return standardOutput + Files.readString(standardError, StandardCharsets.UTF_8);
    }

    private void readOutput() {
        process.inputReader(StandardCharsets.UTF_8).lines().forEach(line -> {
            standardOutput.append(line).append('\n');
            Matcher address = WEB_UI.matcher(line);
            if (address.find()) {
                webUi.complete(address.group(1));
            }
        });
        webUi.completeExceptionally(new IllegalStateException("it ended before it printed where the web UI is"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
