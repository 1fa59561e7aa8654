package io.fastmemory.evaluation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.DecisionRow;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.datagen.StreamGenerator;
import io.fastmemory.evaluation.launch.FinishedRun;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.EventLine;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job on a cluster of processes while a TaskManager and the JobManager are killed under it. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class ProcessClusterITCase {
    private static final Path SCRIPT = Path.of("..", "docker", "cluster");
    private static final String RUN_ID = "killed";
    private static final int EVENTS = 220;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final Clock clock = Clock.systemUTC();
    private final RecordingModel model = new RecordingModel(clock);

    @Test
    void losesNothingAndRepeatsNothingWhenATaskManagerAndTheJobManagerAreKilled() throws Exception {
        Path dataset = directory.resolve("dataset");
        new StreamGenerator(shape()).writeTo(dataset);
        Path runDir = directory.resolve(RUN_ID);
        StubOptions latency = StubOptions.defaults().withLatency(new Latency.Fixed(Duration.ofMillis(300)));
        try (LlmStubServer llm = LlmStubServer.start(latency, model);
                LocalIndexServer index = LocalIndexServer.start(LocalIndexOptions.inMemory())) {
            try (ProcessCluster cluster = ProcessCluster.start(SCRIPT, directory.resolve("cluster"), 2, 2, Map.of())) {
                String job = cluster.submit(
                        List.of("-p", "2", "-Dexecution.checkpointing.interval=1 s"),
                        List.of(
                                "--fmw.run.id=" + RUN_ID,
                                "--fmw.run.start-delay=3s",
                                "--fmw.source.dataset=" + dataset,
                                "--fmw.source.speed=1x",
                                "--fmw.output.path=" + runDir,
                                "--fmw.embedding.type=hashed",
                                "--fmw.policy.max-events-per-call=2", // calls enough, however much piles up
                                "--fmw.llm.client=stub",
                                "--fmw.llm.base-url=" + llm.baseUrl(),
                                "--fmw.llm.model=" + LlmStubServer.MODEL,
                                "--fmw.index.control-plane-url=" + index.controlPlaneUrl()));
                killBoth(cluster, job, runDir);
                cluster.awaitEnd(job, PATIENCE);
                startsAgainWhatDies();
            }
            assertThat(model.askedAlthoughLogged(decisionTimes(runDir))).isEmpty();
            assertWhole(runDir);
        }
    }

    private static GeneratorConfig shape() {
        GeneratorConfig small = GeneratorConfig.small(5);
        return new GeneratorConfig(
                small.mode(),
                small.seed(),
                small.epoch(),
                EVENTS,
                small.queries(),
                small.entities(),
                small.blocks(),
                small.blockMillis(),
                small.mix(),
                small.pressure(),
                small.ladderAgesMillis(),
                small.distancesMillis(),
                small.wholeGrammar());
    }

    private void killBoth(ProcessCluster cluster, String job, Path runDir) throws Exception {
        awaitDecisions(runDir, 20);
        cluster.awaitCheckpoints(job, 1);
        cluster.killTaskManager(1);
        cluster.startTaskManager(1);
        cluster.awaitRestored(job, 1);
        awaitDecisions(runDir, 60);
        cluster.killJobManager();
        cluster.startJobManager();
        cluster.awaitRestored(job, 1);
        cluster.awaitRunning(job);
    }

    /** A process may die with nobody there to see it. */
    private void startsAgainWhatDies() throws Exception {
        Path pid = directory.resolve("cluster").resolve("pid").resolve("taskmanager-2");
        String dead = Files.readString(pid);
        new ProcessBuilder("kill", "-ABRT", dead.trim()).inheritIO().start().waitFor();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Files.readString(pid).equals(dead)) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("expected another TaskManager in place of process " + dead);
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    /** Waits until so many decisions are in the log. */
    private void awaitDecisions(Path runDir, int number) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (calls(runDir) < number) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("expected " + number + " decisions, found " + calls(runDir));
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    private int calls(Path runDir) {
        Path store = runDir.resolve("memory.db");
        if (!Files.exists(store)) {
            return 0;
        }
        try (SqliteFile file = SqliteFile.open(store, clock)) {
            return new DecisionLog(file)
                    .callSizes(RUN_ID).join().values().stream()
                            .mapToInt(sizes -> sizes.length)
                            .sum();
        }
    }

    /** When the decision on each event was logged. */
    private Map<String, Instant> decisionTimes(Path runDir) {
        Map<String, Instant> times = new HashMap<>();
        try (SqliteFile file = SqliteFile.open(runDir.resolve("memory.db"), clock)) {
            DecisionLog log = new DecisionLog(file);
            for (String entityId : log.callSizes(RUN_ID).join().keySet()) {
                for (DecisionRow row : log.findFrom(RUN_ID, entityId, 0).join()) {
                    Json.read(row.payload(), Decision.class)
                            .events()
                            .forEach(event -> times.put(event.event().eventId(), row.decidedAt()));
                }
            }
        }
        return times;
    }

    private void assertWhole(Path runDir) throws Exception {
        Evaluator.evaluate(runDir);
        PrintWriter out = new PrintWriter(System.out, true);
        assertThat(FinishedRun.recordEnd(runDir, false, false, clock, out)).isTrue();
        EvalSummary summary = Evaluator.evaluate(runDir);

        assertThat(summary.reconciliation().differences()).isEmpty();
        assertThat(summary.reconciliation().index()).isNotNull();
        assertThat(summary.wallS()).isNotNull();
        Rollouts rollouts = Rollouts.read(runDir.resolve(Rollouts.FILE));
        assertThat(rollouts.repeated()).isEmpty();
        assertThat(rollouts.events().stream().map(EventLine::eventId))
                .doesNotHaveDuplicates()
                .hasSize(Math.toIntExact(
                        rollouts.run().dataset().events() - rollouts.inputs().size()));
        assertThat(FinishedRun.recordEnd(runDir, false, false, clock, out))
                .as("recorded once")
                .isFalse();
    }
}
