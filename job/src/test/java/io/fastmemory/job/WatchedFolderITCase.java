package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.sqlite.RawStore;
import io.fastmemory.job.world.ChainCheck;
import io.fastmemory.job.world.ChainModel;
import io.fastmemory.job.world.FaultPlan;
import io.fastmemory.job.world.FaultPlan.Place;
import io.fastmemory.job.world.FaultPlan.Planned;
import io.fastmemory.job.world.JobRun;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.TestTimeline;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.rollout.EventLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
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

/** The whole job on a folder whose files appear one after another, until it is stopped. */
@Timeout(180)
class WatchedFolderITCase {
    private static final int FILES = 4;
    private static final int EVENTS_A_FILE = 25;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    Path folder;

    @Test
    void readsFilesAsTheyAppearThroughAFailureAndEndsWhenDrained() throws Exception {
        FaultPlan faults = new FaultPlan(List.of(new Planned(Place.POLICY_ANSWER, EVENTS_A_FILE * 5 / 2)));
        ChainModel model = new ChainModel(3, 5, 20, faults).indexingAtOnce();
        TestTimeline timeline = new TestTimeline();
        Path dataset = folder.resolve("dataset");
        timeline.writeTo(dataset); // an empty stream.jsonl, and the description
        Files.delete(dataset.resolve(Dataset.STREAM_FILE));
        Path nowhere = folder.resolve("nowhere");
        Files.createSymbolicLink(dataset.resolve(".#notes.txt"), nowhere); // as an editor leaves it
        Files.createSymbolicLink(dataset.resolve("stream-away.jsonl"), nowhere);
        try (OutsideWorld world =
                OutsideWorld.open("watched", folder.resolve("memory.db"), Duration.ofMillis(10), model)) {
            JobRun run = new JobRun("watched", folder, world)
                    .with(JobOptions.SPEED.key(), "1x")
                    .with(JobOptions.WATCH.key(), "50 ms");
            JobClient job = run.start();
            for (int file = 0; file < FILES; file++) {
                appear(dataset, timeline, file);
                assertThat(model.whenAsked((file + 1) * EVENTS_A_FILE))
                        .as(
                                "asked about the events of file %s; requests so far: %s",
                                file, model.asked().size())
                        .succeedsWithin(Duration.ofSeconds(40));
            }
            drain(job);
            JobRun.awaitEnd(job);

            assertThat(faults.left()).isEmpty();
            new ChainCheck("watched", timeline, world, run.files()).all(model.asked());
            Instant started = run.files().rollouts(EventLine.class).stream()
                    .map(EventLine::arrivalAt)
                    .min(Instant::compareTo)
                    .orElseThrow();
            assertThat(run.files().rollouts(EventLine.class))
                    .allSatisfy(line -> assertThat(line.arrivalAt()).isBetween(started, line.rawCommittedAt()));
            assertThat(new RawStore(world.store()).find("watched", "e30").join().position())
                    .isEqualTo("stream-1.jsonl:6");
        }
    }

    /** As of a producer that gives every file the same name. */
    @Test
    void tellsWhatComesUnderANameThatWasReadBefore() throws Exception {
        FaultPlan faults = new FaultPlan(List.of(new Planned(Place.POLICY_ANSWER, EVENTS_A_FILE * 3 / 2)));
        ChainModel model = new ChainModel(3, 5, 20, faults).indexingAtOnce();
        TestTimeline timeline = new TestTimeline();
        Path dataset = folder.resolve("dataset");
        timeline.writeTo(dataset);
        try (OutsideWorld world =
                OutsideWorld.open("rotated", folder.resolve("memory.db"), Duration.ofMillis(10), model)) {
            JobRun run = new JobRun("rotated", folder, world)
                    .with(JobOptions.SPEED.key(), "1x")
                    .with(JobOptions.WATCH.key(), "50 ms");
            JobClient job = run.start();
            appear(dataset, timeline, 0);
            assertThat(model.whenAsked(EVENTS_A_FILE)).succeedsWithin(Duration.ofSeconds(40));
            Path again = dataset.resolve("stream-0.jsonl");
            Files.writeString(dataset.resolve("draft"), TestTimeline.eventLine("lost", "entity0", 0, "text") + "\n");
            Files.move(dataset.resolve("draft"), again, StandardCopyOption.ATOMIC_MOVE);
            appear(dataset, timeline, 1); // newer: read behind it, and through a failure
            assertThat(model.whenAsked(2 * EVENTS_A_FILE)).succeedsWithin(Duration.ofSeconds(40));
            drain(job);
            JobRun.awaitEnd(job);

            assertThat(faults.left()).isEmpty();
            assertThat(run.files().deadLetters()).singleElement().satisfies(dead -> {
                assertThat(dead.code()).isEqualTo(DeadLetterCode.UNREADABLE_FILE);
                assertThat(dead.file()).isEqualTo("stream-0.jsonl");
                assertThat(dead.line()).isZero();
                assertThat(dead.message()).contains("give each file a new name");
            });
            assertThat(run.files().rollouts(EventLine.class)).hasSize(2 * EVENTS_A_FILE);
        }
    }

    /** Asks again while the job goes on from its failure: Flink refuses as long as a task is not running. */
    private void drain(JobClient job) throws Exception {
        String savepoint = folder.resolve("savepoint").toUri().toString();
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (true) {
            try {
                job.stopWithSavepoint(true, savepoint, SavepointFormatType.CANONICAL)
                        .get(1, TimeUnit.MINUTES);
                return;
            } catch (ExecutionException refused) {
                if (System.nanoTime() > deadline
                        || job.getJobStatus().get(1, TimeUnit.MINUTES).isGloballyTerminalState()) {
                    throw refused;
                }
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
    }

    /** Writes a file beside the others and renames it into place; its offsets say nothing. */
    private static void appear(Path dataset, TestTimeline timeline, int file) throws IOException {
        Path draft = dataset.resolve("draft");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < EVENTS_A_FILE; i++) {
            String eventId = "e" + (file * EVENTS_A_FILE + i);
            String entityId = "entity" + i % 5;
            timeline.event(eventId, entityId, 9_000_000, "text of " + eventId);
            lines.append(TestTimeline.eventLine(eventId, entityId, 9_000_000, "text of " + eventId))
                    .append('\n');
        }
        Files.writeString(draft, lines);
        Files.move(draft, dataset.resolve("stream-" + file + ".jsonl"), StandardCopyOption.ATOMIC_MOVE);
    }
}
