package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.connectors.index.local.Fault;
import io.fastmemory.connectors.index.local.Faults;
import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.sqlite.StoreFaults;
import io.fastmemory.job.world.ChainCheck;
import io.fastmemory.job.world.ChainModel;
import io.fastmemory.job.world.FaultPlan;
import io.fastmemory.job.world.JobRun;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.TestTimeline;
import io.pinecone.clients.Pinecone;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job while its index or its store is bad for a while: in the end every place agrees, and nothing is twice. */
@Timeout(240)
class StoreAndIndexFaultsITCase {
    private static final int ENTITIES = 20;
    private static final int EVENTS = 300;
    private static final long LOOK_NANOS = 2_000_000;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    Path folder;

    private final FaultPlan opened = new FaultPlan(List.of());
    private final ChainModel model = new ChainModel(5, 10, 40, opened);

    private TestTimeline timeline() throws Exception {
        return TestTimeline.bursts(5, ENTITIES, EVENTS, 60_000).writeTo(folder.resolve("dataset"));
    }

    private JobRun run(String runId, OutsideWorld world) {
        return new JobRun(runId, folder, world)
                .with(JobOptions.MAX_EVENTS_PER_CALL.key(), "3")
                .with(JobOptions.MAX_CALLS_IN_FLIGHT.key(), "12")
                .with(JobOptions.LATE_EFFECT_TIMEOUT.key(), "3 s")
                .parallelism(2);
    }

    private void check(String runId, TestTimeline timeline, OutsideWorld world, JobRun run) throws Exception {
        assertThat(model.violations()).isEmpty();
        new ChainCheck(runId, timeline, world, run.files()).all(model.asked());
    }

    private void untilAsked(int events) throws Exception {
        model.whenAsked(events).get(1, TimeUnit.MINUTES);
    }

    private static void untilWritten(LocalIndexServer server) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (server.counters().upsertedVectors() == 0) {
            assertThat(System.nanoTime()).as("deadline of the first vector").isLessThan(deadline);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static Pinecone control(LocalIndexServer server) {
        return new Pinecone.Builder("any")
                .withHost(server.controlPlaneUrl())
                .withTlsEnabled(false)
                .build();
    }

    /** Returns after the job has opened its clients so many times more. */
    private void untilOpenedAgain(long times, Runnable meanwhile) {
        long target = opened.clientsOpened() + times;
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (opened.clientsOpened() < target) {
            assertThat(System.nanoTime()).as("deadline of the restarts").isLessThan(deadline);
            meanwhile.run();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Test
    void indexWritesWaitForAServerThatIsAwayAndSurviveOneThatLosesAnswers() throws Exception {
        TestTimeline timeline = timeline();
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                OutsideWorld world = OutsideWorld.open("index-away", folder.resolve("memory.db"), server, model)) {
            JobRun run = run("index-away", world);
            JobClient job = run.start();
            untilAsked(EVENTS / 5);
            server.inject(new Faults(0.1, 0.1, 0, 3)
                    .with(Fault.LOST_ANSWER, 0.1)
                    .with(Fault.PARTIAL, 0.1)
                    .with(Fault.LATE_EFFECT, 0.1)
                    .withLateBy(Duration.ofSeconds(1)));
            untilAsked(EVENTS / 2);
            server.stopListening();
            untilAsked(EVENTS); // deciding goes on without the index
            server.listenAgain();
            JobRun.awaitEnd(job);
            server.inject(Faults.NONE);

            assertThat(server.counters().faulted()).isPositive();
            assertThat(opened.clientsOpened()).as("clients of one attempt").isLessThanOrEqualTo(2 * 2);
            check("index-away", timeline, world, run);
        }
    }

    @Test
    void theRunEndsWithTheReasonWhenTheIndexIsDeletedUnderIt() throws Exception {
        timeline();
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                OutsideWorld world = OutsideWorld.open("index-gone", folder.resolve("memory.db"), server, model)) {
            Pinecone control = control(server);
            model.slowFrom(EVENTS / 5); // so that most of the run is left when the index goes
            JobClient job = run("index-gone", world).start();
            untilWritten(server);
            control.deleteIndex("memories");
            model.slowFrom(Integer.MAX_VALUE);
            assertThatThrownBy(() -> JobRun.awaitEnd(job))
                    .hasStackTraceContaining("index memories must stay as long as a run uses it: it has been deleted")
                    .hasStackTraceContaining("start the run again under a new run id");
        }
    }

    @Test
    void aRunIsNotGoneOnWithWhenItsIndexWasDeletedMeanwhile() throws Exception {
        timeline();
        try (LocalIndexServer server = LocalIndexServer.start(LocalIndexOptions.inMemory());
                OutsideWorld world = OutsideWorld.open("index-gone-2", folder.resolve("memory.db"), server, model)) {
            JobRun run = run("index-gone-2", world);
            model.slowFrom(EVENTS / 5);
            JobClient job = run.start();
            untilWritten(server);
            String savepoint = job.stopWithSavepoint(
                            false, folder.resolve("savepoint").toUri().toString(), SavepointFormatType.CANONICAL)
                    .get(1, TimeUnit.MINUTES);
            Pinecone control = control(server);
            control.deleteIndex("memories");
            model.slowFrom(Integer.MAX_VALUE);

            assertThatThrownBy(() -> JobRun.awaitEnd(run.from(savepoint).start()))
                    .hasStackTraceContaining("index memories must stay as long as a run uses it: it has been deleted")
                    .hasStackTraceContaining("start the run again under a new run id");
            assertThat(control.listIndexes().getIndexes()).isNullOrEmpty();
        }
    }

    @Test
    void theRunGoesOnWhenTheDiskHasSpaceAgain() throws Exception {
        TestTimeline timeline = timeline();
        try (OutsideWorld world =
                OutsideWorld.open("disk-full", folder.resolve("memory.db"), Duration.ofMillis(20), model)) {
            JobRun run = run("disk-full", world);
            JobClient job = run.start();
            untilAsked(EVENTS / 5);
            untilOpenedAgain(3 * 4, () -> StoreFaults.noSpace(world.store()));
            StoreFaults.space(world.store());
            JobRun.awaitEnd(job);
            check("disk-full", timeline, world, run);
        }
    }

    @Test
    void theRunGoesOnWhenAnotherProgramLetsGoOfTheStore() throws Exception {
        TestTimeline timeline = timeline();
        Path file = folder.resolve("memory.db");
        try (OutsideWorld world = OutsideWorld.open("store-locked", file, Duration.ofMillis(20), model);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            JobRun run = run("store-locked", world);
            JobClient job = run.start();
            untilAsked(EVENTS / 5);
            statement.execute("PRAGMA busy_timeout = 20000");
            statement.execute("BEGIN IMMEDIATE");
            untilOpenedAgain(2 * 4, () -> {});
            statement.execute("ROLLBACK");
            JobRun.awaitEnd(job);
            check("store-locked", timeline, world, run);
        }
    }
}
