package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.world.ChainCheck;
import io.fastmemory.job.world.ChainModel;
import io.fastmemory.job.world.FaultPlan;
import io.fastmemory.job.world.FaultPlan.Place;
import io.fastmemory.job.world.FaultPlan.Planned;
import io.fastmemory.job.world.JobRun;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.TestTimeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.checkpoint.CheckpointStatsCounts;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole job on two TaskManagers while it fails again and again: every call sees the memories as the entity's previous
 * decision left them, and nothing is lost, repeated, reordered or asked twice once logged.
 */
class MemoryWriteTopologyITCase {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryWriteTopologyITCase.class);
    private static final int ENTITIES = 50;
    private static final int EVENTS = 800;
    /** Long enough that the network's buffers cannot hold the rest of the timeline: back pressure reaches the source. */
    private static final int LONG_TEXT = 6_000;

    private static final Duration INDEX_DELAY = Duration.ofMillis(60);
    private static final InMemoryReporter METRICS = InMemoryReporter.createWithRetainedMetrics();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(2)
            .setNumberSlotsPerTaskManager(2)
            .setConfiguration(METRICS.addToConfiguration(clusterOptions()))
            .build());

    @TempDir
    Path folder;

    private static Configuration clusterOptions() {
        Configuration options = new Configuration();
        options.set(JobManagerOptions.SCHEDULER, JobManagerOptions.SchedulerType.Adaptive);
        return options;
    }

    @ParameterizedTest
    @CsvSource({"hashmap, 3, 11", "rocksdb, 4, 12"})
    void everyCallSeesThePreviousDecisionThroughFailures(
            String stateBackend, int parallelism, long seed, @InjectMiniCluster MiniCluster cluster) throws Exception {
        String runId = "failing-" + stateBackend;
        FaultPlan faults = new FaultPlan(List.of(
                // An answered query is not asked again: the reader's failure must find one of the first.
                new Planned(Place.READER_ANSWER, 0),
                new Planned(Place.QUERY_EMBEDDING, EVENTS * 15 / 100),
                new Planned(Place.POLICY_ANSWER, EVENTS * 40 / 100),
                new Planned(Place.OPEN, EVENTS * 40 / 100),
                new Planned(Place.POLICY_CALL, EVENTS * 60 / 100),
                new Planned(Place.POLICY_ANSWER, EVENTS * 95 / 100)));
        ChainModel model = new ChainModel(seed, 20, 150, faults);
        TestTimeline timeline =
                TestTimeline.bursts(seed, ENTITIES, EVENTS, 60_000, LONG_TEXT).writeTo(folder.resolve("dataset"));
        try (OutsideWorld world = OutsideWorld.open(runId, folder.resolve("memory.db"), INDEX_DELAY, model)) {
            JobRun run =
                    bounded(new JobRun(runId, folder, world)).on(stateBackend).parallelism(parallelism);
            JobClient job = run.start();
            JobRun.awaitEnd(job);

            assertThat(model.violations()).isEmpty();
            ChainCheck check = new ChainCheck(runId, timeline, world, run.files());
            CheckpointStatsCounts checkpoints = checkpoints(cluster, job.getJobID());
            report(runId, model, faults, check, checkpoints, job.getJobID());
            check.all(model.asked());
            assertThat(faults.left()).as("failures that did not strike").isEmpty();
            assertThat(checkpoints.getNumberOfRestoredCheckpoints()).isGreaterThanOrEqualTo(3);
            assertThat(reusedDecisions(job.getJobID())).isPositive();
            assertThat(reasked(check)).isPositive();
        }
    }

    @Test
    void resumesFromSavepointOnMoreSubtasksAndTheOtherBackend(@InjectMiniCluster MiniCluster cluster) throws Exception {
        String runId = "rescaled";
        FaultPlan faults = new FaultPlan(List.of());
        ChainModel model = new ChainModel(21, 20, 150, faults);
        TestTimeline timeline =
                TestTimeline.bursts(21, ENTITIES, EVENTS, 60_000, LONG_TEXT).writeTo(folder.resolve("dataset"));
        try (OutsideWorld world = OutsideWorld.open(runId, folder.resolve("memory.db"), INDEX_DELAY, model)) {
            model.slowFrom(EVENTS * 20 / 100);
            JobClient first = bounded(new JobRun(runId, folder, world))
                    .on("rocksdb")
                    .parallelism(2)
                    .start();
            model.whenAsked(EVENTS * 20 / 100).get(2, TimeUnit.MINUTES);
            String savepoint = first.stopWithSavepoint(
                            false, folder.resolve("savepoint").toUri().toString(), SavepointFormatType.CANONICAL)
                    .get(2, TimeUnit.MINUTES);
            int asked = model.asked().size();
            model.slowFrom(Integer.MAX_VALUE);
            JobRun resumed = bounded(new JobRun(runId, folder, world))
                    .on("hashmap")
                    .parallelism(4)
                    .from(savepoint);
            JobClient second = resumed.start();
            JobRun.awaitEnd(second);

            assertThat(model.violations()).isEmpty();
            ChainCheck check = new ChainCheck(runId, timeline, world, resumed.files());
            report(runId, model, faults, check, checkpoints(cluster, second.getJobID()), second.getJobID());
            check.all(model.asked());
            assertThat(model.asked()).hasSizeGreaterThan(asked);
            assertThat(reasked(check)).isPositive();
        }
    }

    @Test
    void holdsInAPacedRunToo(@InjectMiniCluster MiniCluster cluster) throws Exception {
        String runId = "paced";
        FaultPlan faults = new FaultPlan(List.of(
                new Planned(Place.POLICY_ANSWER, EVENTS * 30 / 100),
                new Planned(Place.POLICY_CALL, EVENTS * 70 / 100)));
        ChainModel model = new ChainModel(31, 5, 60, faults);
        TestTimeline timeline =
                TestTimeline.bursts(31, ENTITIES, EVENTS, 60_000).writeTo(folder.resolve("dataset"));
        try (OutsideWorld world = OutsideWorld.open(runId, folder.resolve("memory.db"), INDEX_DELAY, model)) {
            JobRun run = bounded(new JobRun(runId, folder, world))
                    .with(JobOptions.SPEED.key(), "12x")
                    .parallelism(2);
            JobClient job = run.start();
            JobRun.awaitEnd(job);

            assertThat(model.violations()).isEmpty();
            ChainCheck check = new ChainCheck(runId, timeline, world, run.files());
            check.all(model.asked());
            assertThat(faults.left()).isEmpty();
            CheckpointStatsCounts checkpoints = checkpoints(cluster, job.getJobID());
            report(runId, model, faults, check, checkpoints, job.getJobID());
            assertThat(checkpoints.getNumberOfRestoredCheckpoints())
                    .as("waiting for the next arrival holds up no checkpoint")
                    .isEqualTo(2);
        }
    }

    /** Small bounds, so that batches form, back pressure holds and calls wait for room. */
    private static JobRun bounded(JobRun run) {
        return run.with(JobOptions.MAX_EVENTS_PER_CALL.key(), "3")
                .with(JobOptions.MAX_WAITING_EVENTS.key(), "150")
                .with(JobOptions.MAX_EXCESS_EVENTS.key(), "30")
                .with(JobOptions.MAX_CALLS_IN_FLIGHT.key(), "12");
    }

    private static CheckpointStatsCounts checkpoints(MiniCluster cluster, JobID job) throws Exception {
        return cluster.getExecutionGraph(job)
                .get(1, TimeUnit.MINUTES)
                .getCheckpointStatsSnapshot()
                .getCounts();
    }

    private static long reusedDecisions(JobID job) {
        return METRICS.getMetricsByGroup().entrySet().stream()
                .filter(entry ->
                        job.toString().equals(entry.getKey().getAllVariables().get("<job_id>")))
                .map(entry -> entry.getValue().get("decisionsReusedFromLog"))
                .filter(Counter.class::isInstance)
                .mapToLong(counter -> ((Counter) counter).getCount())
                .sum();
    }

    private static long reasked(ChainCheck check) {
        return check.decisions().stream().mapToLong(Decision::reasked).sum();
    }

    private static void report(
            String runId,
            ChainModel model,
            FaultPlan faults,
            ChainCheck check,
            CheckpointStatsCounts checkpoints,
            JobID job) {
        LOG.info(
                "run={} requests={} decisions={} failures={} clientsOpened={} checkpoints={} restored={} reused={} reasked={} overtaking={}",
                runId,
                model.asked().size(),
                check.decisions().size(),
                faults.struck(),
                faults.clientsOpened(),
                checkpoints.getNumberOfCompletedCheckpoints(),
                checkpoints.getNumberOfRestoredCheckpoints(),
                reusedDecisions(job),
                reasked(check),
                model.overtaking());
    }
}
