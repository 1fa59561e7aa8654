package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.evaluation.suite.NamedLocks;
import io.fastmemory.job.JobOptions;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    void goesOnAtTheIndexServerThatTheRunUsedAndLeavesItsRecordAloneWhenNothingIsParked() throws Exception {
        Path runDir = directory.resolve("run");
        try (LlmStubServer model = model();
                LocalIndexServer index = LocalIndexServer.start(LocalIndexOptions.inMemory())) {
            runParked(runDir, model, "--option=" + JobOptions.INDEX_URL.key() + "=" + index.controlPlaneUrl());

            fmw(ofRedrive(runDir));

            assertThat(lines(runDir.resolve("undecided.jsonl"))).isZero();
            assertThat(summary(runDir).at("/reconciliation/index/indexed").asLong())
                    .isPositive();
            assertThat(summary(runDir).at("/reconciliation/differences")).isEmpty();
            String summary = Files.readString(runDir.resolve("eval_summary.json"));

            assertThat(fmw(ofRedrive(runDir))).contains("nothing to redrive");
            assertThat(runDir.resolve("eval_summary.json")).hasContent(summary);
            assertThat(runDir.resolve("index")).doesNotExist();
        }
    }

    @Test
    void isRefusedWithAnotherModelThanTheRuns() throws Exception {
        Path runDir = directory.resolve("run");
        try (LlmStubServer model = model()) {
            runParked(runDir, model);
            long requests = model.stats().chatRequests();

            assertThat(refusal(ofRedrive(runDir, "--option=fmw.llm.model=another")))
                    .contains("expected the model of run run, scripted-stub, found another");
            assertThat(model.stats().chatRequests()).as("requests").isEqualTo(requests);
        }
    }

    @Test
    void isRefusedWhenThePartsOfTheRunAreGone() throws Exception {
        Path runDir = directory.resolve("run");
        try (LlmStubServer model = model()) {
            runParked(runDir, model);
        }
        Files.move(runDir.resolve("parts"), directory.resolve("elsewhere"));

        assertThat(refusal(ofRedrive(runDir))).contains("found no parts/run.jsonl");
        assertThat(runDir.resolve("parts")).doesNotExist();
        fmw("evaluate", runDir.toString()); // its rollouts are as they were
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
        try (LlmStubServer model = model()) {
            long parked = runParked(runDir, model);

            try (FmwProcess redrive = redrive(runDir, model)) {
                Path hidden = runDir.resolve("parts/.redrive");
                while (!hasNamedFile(hidden)) {
                    assertThat(redrive.isAlive()).as(redrive.printed()).isTrue();
                    LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                }
                redrive.kill();
            }

            fmw("evaluate", runDir.toString());
            assertThat(lines(runDir.resolve("undecided.jsonl"))).isIn(0L, parked);
            if (lines(runDir.resolve("undecided.jsonl")) == 0) {
                assertThat(summary(runDir).at("/reconciliation/differences")).isEmpty();
            }
            long requests = model.stats().chatRequests();

            try (FmwProcess redrive = redrive(runDir, model)) {
                assertThat(redrive.exitCode(Duration.ofMinutes(2)))
                        .as(redrive.printed())
                        .isZero();
            }
            assertThat(model.stats().chatRequests()).isEqualTo(requests);
            assertThat(lines(runDir.resolve("undecided.jsonl"))).isZero();
            assertThat(summary(runDir).at("/fallbacks/redriven").asLong()).isEqualTo(parked);
            assertThat(summary(runDir).at("/reconciliation/differences")).isEmpty();
        }
    }

    private static LlmStubServer model() throws IOException {
        return LlmStubServer.start(StubOptions.defaults().withLatency(Latency.parse("0ms")), new NaiveModel());
    }

    private static JsonNode summary(Path runDir) throws IOException {
        return Json.MAPPER.readTree(Files.readString(runDir.resolve("eval_summary.json")));
    }

    /** Runs without a model that answers, and gives it back then; returns how many events were parked. */
    private static long runParked(Path runDir, LlmStubServer model, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
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
                "--out=" + runDir));
        arguments.addAll(List.of(more));
        model.faults(Map.of(Fault.UNAVAILABLE, 1.0));
        fmw(arguments.toArray(String[]::new));
        model.faults(Map.of());
        long parked = lines(runDir.resolve("undecided.jsonl"));
        assertThat(parked).isPositive();
        return parked;
    }

    private static String[] ofRedrive(Path runDir, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("redrive", runDir.toString(), "--llm=openai", "--option=fmw.policy.call-timeout=60 s"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private FmwProcess redrive(Path runDir, LlmStubServer model) throws IOException {
        return FmwProcess.start(
                directory,
                Map.of("LLM_BASE_URL", model.baseUrl(), "LLM_MODEL", LlmStubServer.MODEL),
                ofRedrive(runDir));
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

    private static String refusal(String... arguments) {
        StringWriter told = new StringWriter();
        int code = Fmw.commandLine().setErr(new PrintWriter(told, true)).execute(arguments);
        assertThat(code).as(told.toString()).isNotZero();
        return told.toString();
    }

    private static String fmw(String... arguments) {
        StringWriter printed = new StringWriter();
        int code = Fmw.commandLine().setOut(new PrintWriter(printed, true)).execute(arguments);
        assertThat(code).as(printed.toString()).isZero();
        return printed.toString();
    }
}
