package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.evaluation.suite.NamedLocks;
import io.fastmemory.job.MemoryWriteJob;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redrives of runs whose earlier redrive did not come to its end, or is still at work. */
class RedriveCommandITCase {
    private static final Path DATASET = Path.of("..", "docs", "examples", "tiny");

    @TempDir
    private Path directory;

    @Test
    void recordsWhatStoreAndIndexHoldWhenNothingIsLeftToDecide() throws Exception {
        Path runDir = directory.resolve("run");
        fmw(
                "run",
                "--dataset=" + DATASET.toRealPath(),
                "--llm=stub",
                "--reader=oracle",
                "--index=local",
                "--speed=max",
                "--llm-latency=0ms",
                "--option=fmw.embedding.type=hashed",
                "--out=" + runDir);
        Path digests = digests(runDir);
        String recorded = Files.readString(digests);
        assertThat(recorded).contains("store_digest").contains("index_digest");
        Files.delete(digests);

        String printed = fmw("redrive", runDir.toString());

        assertThat(printed).contains("nothing to redrive");
        assertThat(digests(runDir)).hasContent(recorded);
    }

    @Test
    void isRefusedWhileAnotherRedriveOfTheRunIsAtWork() throws Exception {
        Path runDir = Files.createDirectory(directory.resolve("run")).toRealPath();
        StringWriter told = new StringWriter();
        try (NamedLocks.Claim other = new NamedLocks(runDir).tryClaim("redrive").orElseThrow()) {
            int code = Fmw.commandLine().setErr(new PrintWriter(told, true)).execute("redrive", runDir.toString());

            assertThat(code).isNotZero();
        }
        assertThat(told.toString()).contains("expected no other redrive of this run at work", "redrive.lock");
    }

    /**
     * The files of a redrive get their names one after the other, and then the folder that holds them gets its own. Wherever
     * the kill strikes, nothing of it counts or all of it does.
     */
    @Test
    void isWhollyThereOrNotAtAllWhenItIsKilledAsItsFilesGetTheirNames() throws Exception {
        Path runDir = directory.resolve("run");
        try (LlmStubServer model =
                LlmStubServer.start(StubOptions.defaults().withLatency(Latency.parse("0ms")), new NaiveModel())) {
            model.faults(Map.of(Fault.UNAVAILABLE, 1.0));
            fmw(ofRun(runDir, model));
            long parked = lines(runDir.resolve("undecided.jsonl"));
            assertThat(parked).isPositive();
            model.faults(Map.of());

            try (FmwProcess redrive = redrive(runDir, model)) {
                Path hidden = runDir.resolve("parts/.redrive");
                while (redrive.isAlive() && !hasNamedFile(hidden)) {
                    LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                }
                redrive.kill();
            }

            fmw("evaluate", runDir.toString());
            assertThat(lines(runDir.resolve("undecided.jsonl"))).isIn(0L, parked);
            long requests = model.stats().chatRequests();

            try (FmwProcess redrive = redrive(runDir, model)) {
                assertThat(redrive.exitCode(Duration.ofMinutes(2)))
                        .as(redrive.printed())
                        .isZero();
            }
            assertThat(model.stats().chatRequests()).isEqualTo(requests);
            assertThat(lines(runDir.resolve("undecided.jsonl"))).isZero();
            JsonNode summary = Json.MAPPER.readTree(Files.readString(runDir.resolve("eval_summary.json")));
            assertThat(summary.at("/fallbacks/redriven").asLong()).isEqualTo(parked);
            assertThat(summary.at("/reconciliation/differences")).isEmpty();
        }
    }

    private static String[] ofRun(Path runDir, LlmStubServer model) throws IOException {
        return new String[] {
            "run",
            "--dataset=" + DATASET.toRealPath(),
            "--llm=openai",
            "--reader=oracle",
            "--index=local",
            "--speed=max",
            "--option=fmw.llm.base-url=" + model.baseUrl(),
            "--option=fmw.llm.model=" + LlmStubServer.MODEL,
            "--option=fmw.run.preflight=false",
            "--option=fmw.policy.call-timeout=300 ms",
            "--option=fmw.embedding.type=hashed",
            "--out=" + runDir
        };
    }

    private FmwProcess redrive(Path runDir, LlmStubServer model) throws IOException {
        return FmwProcess.start(
                directory,
                Map.of("LLM_BASE_URL", model.baseUrl(), "LLM_MODEL", LlmStubServer.MODEL),
                "redrive",
                runDir.toString(),
                "--llm=openai",
                "--option=fmw.policy.call-timeout=60 s");
    }

    private static boolean hasNamedFile(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("part-"));
        } catch (IOException | UncheckedIOException changing) { // not there yet, or renamed meanwhile
            return false;
        }
    }

    private static long lines(Path file) throws IOException {
        return Files.readAllLines(file).size();
    }

    private static Path digests(Path runDir) throws Exception {
        try (Stream<Path> parts = Files.walk(runDir.resolve(MemoryWriteJob.PARTS))) {
            return parts.filter(path -> path.endsWith("digests.jsonl"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String fmw(String... arguments) {
        StringWriter printed = new StringWriter();
        int code = Fmw.commandLine().setOut(new PrintWriter(printed, true)).execute(arguments);
        assertThat(code).as(printed.toString()).isZero();
        return printed.toString();
    }
}
