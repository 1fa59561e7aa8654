package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.MemoryRef;
import io.fastmemory.connectors.sqlite.MemoryStore;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.DecisionOutcome;
import io.fastmemory.job.world.JobRun;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.RunFiles;
import io.fastmemory.job.world.StubbedModel;
import io.fastmemory.job.world.TestTimeline;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.VersionLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parked events are decided again, on the memory the run left, and only once. */
class RedriveITCase {
    private static final Logger LOG = LoggerFactory.getLogger(RedriveITCase.class);
    private static final int ENTITIES = 20;
    private static final int EVENTS = 200;
    private static final String RUN = "redriven";

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    Path folder;

    @Test
    void decidesParkedEventsOnceOnTheMemoryTheRunLeft() throws Exception {
        TestTimeline timeline = TestTimeline.desks(ENTITIES, EVENTS).writeTo(folder.resolve("dataset"));
        try (LlmStubServer stub = StubbedModel.server(Duration.ofMillis(30));
                OutsideWorld world = world(stub)) {
            JobRun run = new JobRun(RUN, folder, world)
                    .with(JobOptions.MAX_EVENTS_PER_CALL.key(), "3")
                    .with(JobOptions.CALL_TIMEOUT.key(), "1500 ms");
            List<EventLine> parked = loseTheModelAfter(2 * ENTITIES, run, stub);
            assertThat(parked).hasSizeBetween(ENTITIES, EVENTS - ENTITIES);
            Collection<DigestLine.State> before = states(run.files());

            DecisionLog log = new DecisionLog(world.store());
            long requestsBefore = stub.stats().chatRequests();
            Redrive redrive = Redrive.of(log, RUN, before);
            assertThat(redrive.events()).hasSize(parked.size());
            run.with(JobOptions.CALL_TIMEOUT.key(), "60 s"); // the model is well again, however slow the machine
            JobRun.awaitEnd(run.start(redrive));

            long requests = stub.stats().chatRequests() - requestsBefore;
            LOG.info("redriven events={} requests={}", parked.size(), requests);
            askingNothingAgainAfterARedriveThatWasKilledAsItsFilesAppeared(
                    run, world, stub, Redrive.of(log, RUN, before));
            assertThat(requests).isEqualTo(redrivenCalls(run.files(), before));
            everyEventIsDecidedOnceAndInOrder(timeline, world, parked);
            everyPlaceAgrees(run.files(), world);
            everyLineIsThereOnce(run.files(), parked.size());
            assertThat(Redrive.of(log, RUN, states(run.files())).isEmpty()).isTrue();
        }
    }

    @Test
    void aRedriveThatIsKilledLeavesNoLinesAndIsMadeAgain() throws Exception {
        TestTimeline timeline = TestTimeline.desks(ENTITIES, EVENTS).writeTo(folder.resolve("dataset"));
        try (LlmStubServer stub = StubbedModel.server(Duration.ofMillis(30));
                OutsideWorld world = world(stub)) {
            JobRun run = new JobRun(RUN, folder, world)
                    .with(JobOptions.MAX_EVENTS_PER_CALL.key(), "1")
                    .with(JobOptions.MAX_WAITING_EVENTS.key(), "5") // so that the input stays open for long
                    .with(JobOptions.MAX_CALLS_IN_FLIGHT.key(), "2")
                    .with(JobOptions.CALL_TIMEOUT.key(), "300 ms");
            List<EventLine> parked = loseTheModelAfter(ENTITIES, run, stub);
            assertThat(parked).hasSizeGreaterThan(ENTITIES);
            Collection<DigestLine.State> before = states(run.files());

            DecisionLog log = new DecisionLog(world.store());
            long requests = stub.stats().chatRequests();
            run.with(JobOptions.CALL_TIMEOUT.key(), "60 s");
            JobClient killed = run.start(Redrive.of(log, RUN, before));
            await(() -> stub.stats().chatRequests() >= requests + ENTITIES);
            stub.faults(Map.of(Fault.HANG, 1.0)); // so that it does not end before it is killed
            killed.cancel().get(1, TimeUnit.MINUTES);
            await(() -> status(killed).isGloballyTerminalState());
            assertThat(run.files().rollouts(EventLine.class)).hasSize(EVENTS);

            stub.faults(Map.of());
            JobRun.awaitEnd(run.start(Redrive.of(log, RUN, before)));
            run.show();

            everyEventIsDecidedOnceAndInOrder(timeline, world, parked);
            everyPlaceAgrees(run.files(), world);
            everyLineIsThereOnce(run.files(), parked.size());
        }
    }

    private OutsideWorld world(LlmStubServer stub) {
        return OutsideWorld.open(
                RUN, folder.resolve("memory.db"), Duration.ZERO, StubbedModel.impatient(stub, Duration.ofSeconds(1)));
    }

    /** Runs to the end, without a model from so many requests on; the events that were parked. */
    private static List<EventLine> loseTheModelAfter(int requests, JobRun run, LlmStubServer stub) throws Exception {
        JobClient job = run.start();
        await(() -> stub.stats().chatRequests() >= requests);
        stub.faults(Map.of(Fault.UNAVAILABLE, 1.0));
        JobRun.awaitEnd(job);
        stub.faults(Map.of());
        return run.files().rollouts(EventLine.class).stream()
                .filter(line -> line.outcome().equals("parked"))
                .toList();
    }

    private static JobStatus status(JobClient job) {
        return job.getJobStatus().join();
    }

    /**
     * What a redrive logged is not asked again by the next, though the run's record knows nothing of it: all of its job was
     * done, but of its files only some had got their names, and nobody had shown them.
     */
    private void askingNothingAgainAfterARedriveThatWasKilledAsItsFilesAppeared(
            JobRun run, OutsideWorld world, LlmStubServer stub, Redrive again) throws Exception {
        loseEveryOtherOf(hiddenFiles());
        assertThat(run.files().rollouts(EventLine.class)).hasSize(EVENTS);
        long requests = stub.stats().chatRequests();
        Map<String, Integer> indexed = world.indexed();
        List<MemoryRef> stored =
                new MemoryStore(world.store()).activeVersions(RUN).join();
        assertThat(again.isEmpty()).isFalse();

        JobRun.awaitEnd(run.start(again));
        run.show();

        assertThat(stub.stats().chatRequests()).isEqualTo(requests);
        assertThat(world.indexed()).isEqualTo(indexed);
        assertThat(new MemoryStore(world.store()).activeVersions(RUN).join())
                .containsExactlyInAnyOrderElementsOf(stored);
    }

    private List<Path> hiddenFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("out/parts/.redrive"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .toList();
        }
    }

    private static void loseEveryOtherOf(List<Path> files) throws IOException {
        assertThat(files).hasSizeGreaterThan(1);
        for (int i = 0; i < files.size(); i += 2) {
            Files.delete(files.get(i));
        }
    }

    private static long redrivenCalls(RunFiles files, Collection<DigestLine.State> before) throws Exception {
        Map<String, Long> calls =
                before.stream().collect(Collectors.toMap(DigestLine.State::entityId, DigestLine.State::calls));
        return files.rollouts(CallLine.class).stream()
                .filter(call -> call.callSeq() > calls.get(call.entityId()))
                .mapToLong(call -> call.llmCalls() + (long) call.httpRetries())
                .sum();
    }

    private static void everyEventIsDecidedOnceAndInOrder(
            TestTimeline timeline, OutsideWorld world, List<EventLine> parked) {
        DecisionLog log = new DecisionLog(world.store());
        timeline.eventIds().forEach((entityId, all) -> {
            List<String> decided = new ArrayList<>();
            for (var row : log.findFrom(RUN, entityId, 1).join()) {
                Decision decision = Json.read(row.payload(), Decision.class);
                if (decision.outcome() == DecisionOutcome.DECIDED) {
                    decision.events().forEach(event -> decided.add(event.event().eventId()));
                }
            }
            List<String> late = parked.stream()
                    .map(EventLine::eventId)
                    .filter(all::contains)
                    .toList();
            List<String> expected = new ArrayList<>(all);
            expected.removeAll(late);
            all.stream().filter(late::contains).forEach(expected::add);
            assertThat(decided).as("decided events of " + entityId).containsExactlyElementsOf(expected);
        });
    }

    private static void everyPlaceAgrees(RunFiles files, OutsideWorld world) throws Exception {
        Map<String, Integer> active = new TreeMap<>();
        Map<String, Integer> indexed = new TreeMap<>();
        for (DigestLine.State state : states(files)) {
            assertThat(state.pending()).isZero();
            state.active().forEach(memory -> active.put(memory.memoryId(), memory.version()));
            state.indexed().forEach(memory -> indexed.put(memory.memoryId(), memory.version()));
        }
        assertThat(new MemoryStore(world.store())
                        .activeVersions(RUN).join().stream()
                                .collect(Collectors.toMap(MemoryRef::memoryId, MemoryRef::version)))
                .isNotEmpty()
                .isEqualTo(active);
        assertThat(world.indexed()).isEqualTo(indexed);
    }

    private static void everyLineIsThereOnce(RunFiles files, int parked) throws Exception {
        List<EventLine> events = files.rollouts(EventLine.class);
        assertThat(events).hasSize(EVENTS + parked);
        assertThat(events.stream().map(line -> line.eventId() + "#" + line.callSeq()))
                .doesNotHaveDuplicates();
        assertThat(events.stream().filter(line -> line.outcome().equals("decided")))
                .hasSize(EVENTS);
        assertThat(files.rollouts(CallLine.class).stream().map(line -> line.entityId() + "#" + line.callSeq()))
                .doesNotHaveDuplicates();
        assertThat(files.rollouts(VersionLine.class).stream()
                        .map(line ->
                                line.memory().memoryId() + "@" + line.memory().version()))
                .doesNotHaveDuplicates();
    }

    private static Collection<DigestLine.State> states(RunFiles files) throws Exception {
        Map<String, DigestLine.State> latest = new TreeMap<>();
        for (DigestLine.State state : files.rollouts(DigestLine.State.class)) {
            latest.merge(state.entityId(), state, (one, other) -> one.calls() > other.calls() ? one : other);
        }
        return latest.values();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline of the wait").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
