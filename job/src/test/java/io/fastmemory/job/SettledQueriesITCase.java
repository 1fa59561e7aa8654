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
import io.fastmemory.job.world.RunFiles;
import io.fastmemory.job.world.TestTimeline;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.VersionLine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Settled queries: each sees the memories of its entities exactly as the events before it left them, though calls take
 * their time and the job fails, and what a call covers does not depend on time.
 */
class SettledQueriesITCase {
    private static final int ENTITIES = 12;
    private static final int EVENTS = 160;
    private static final int MAX_EVENTS_PER_CALL = 3;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(2)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    Path folder;

    /** What came, and what follows from it for every query and every call. */
    private static final class Expected {
        final TestTimeline timeline = new TestTimeline();
        final Map<String, Map<String, List<String>>> seenByQuery = new LinkedHashMap<>();
        final Map<String, List<List<String>>> batches = new TreeMap<>();
        private final Map<String, List<String>> chains = new HashMap<>();
        private final Map<String, List<String>> gathering = new TreeMap<>();

        void event(String eventId, String entityId, long offsetMs) {
            timeline.event(eventId, entityId, offsetMs, "event " + eventId);
            chains.computeIfAbsent(entityId, id -> new ArrayList<>()).add(eventId);
            List<String> batch = gathering.computeIfAbsent(entityId, id -> new ArrayList<>());
            batch.add(eventId);
            if (batch.size() == MAX_EVENTS_PER_CALL) {
                call(entityId);
            }
        }

        void query(String queryId, List<String> entityIds, long offsetMs) {
            timeline.query(queryId, entityIds, offsetMs);
            Map<String, List<String>> seen = new TreeMap<>();
            for (String entityId : entityIds) {
                if (chains.containsKey(entityId)) {
                    seen.put(entityId, List.copyOf(chains.get(entityId)));
                }
                call(entityId);
            }
            seenByQuery.put(queryId, seen);
        }

        void end() {
            List.copyOf(gathering.keySet()).forEach(this::call);
        }

        private void call(String entityId) {
            List<String> batch = gathering.remove(entityId);
            if (batch != null) {
                batches.computeIfAbsent(entityId, id -> new ArrayList<>()).add(batch);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"hashmap, 3, 41", "rocksdb, 2, 42"})
    void everyQuerySeesAllThatCameBeforeItAndNothingAfter(String stateBackend, int parallelism, long seed)
            throws Exception {
        FaultPlan faults = new FaultPlan(List.of(
                new Planned(Place.READER_ANSWER, EVENTS * 10 / 100),
                new Planned(Place.POLICY_ANSWER, EVENTS * 40 / 100),
                new Planned(Place.QUERY_EMBEDDING, EVENTS * 60 / 100)));
        run("settled-" + stateBackend, expected(seed), faults, stateBackend, parallelism);
    }

    @Test
    void aFullQueueDoesNotHoldUpWhatIsGathered() throws Exception {
        Expected expected = new Expected();
        for (int i = 0; i < EVENTS; i++) {
            expected.event("e" + i, "entity-" + i % 120, i); // fewer of each than a call may take
        }
        expected.query("last", List.of("entity-0", "entity-119"), EVENTS);
        expected.end();

        run("gathered", expected, new FaultPlan(List.of()), "hashmap", 2);
    }

    @Test
    void aReplayMakesTheSameMemoryAndTheSameHitsWithoutAModel() throws Exception {
        Expected expected = expected(43);
        run("recorded", expected, new FaultPlan(List.of()), "hashmap", 2);
        RunFiles recorded = new JobRun("recorded", folder, null).files();
        FaultPlan faults = new FaultPlan(List.of());
        try (OutsideWorld world = OutsideWorld.open(
                "replayed", folder.resolve("replayed.db"), Duration.ofMillis(20), new ChainModel(8, 5, 60, faults))) {
            JobRun replay = settled("replayed", world)
                    .with(JobOptions.POLICY.key(), "replay")
                    .with(JobOptions.READER.key(), "replay")
                    .with(
                            JobOptions.REPLAY_STORE.key(),
                            folder.resolve("memory.db").toString())
                    .with(JobOptions.REPLAY_RUN_ID.key(), "recorded")
                    .with(
                            JobOptions.OUTPUT_PATH.key(),
                            folder.resolve("replayed").toString());
            JobRun.awaitEnd(replay.start());

            RunFiles files = new RunFiles(folder.resolve("replayed").resolve(MemoryWriteJob.PARTS));
            assertThat(files.rollouts(EventLine.class))
                    .extracting(EventLine::outcome)
                    .containsOnly("decided");
            assertThat(files.rollouts(CallLine.class))
                    .extracting(CallLine::llmCalls)
                    .containsOnly(0);
            assertThat(contents(files)).isEqualTo(contents(recorded));
            assertThat(seen(files.rollouts(QueryLine.class))).isEqualTo(expected.seenByQuery);
            assertThat(answers(files)).isEqualTo(answers(recorded));
        }
    }

    private static Map<String, String> contents(RunFiles files) throws Exception {
        Map<String, String> contents = new TreeMap<>();
        for (VersionLine line : files.rollouts(VersionLine.class)) {
            contents.put(
                    line.memory().memoryId() + "/" + line.memory().version(),
                    line.memory().status() + " " + line.memory().content());
        }
        return contents;
    }

    private static Map<String, String> answers(RunFiles files) throws Exception {
        Map<String, String> answers = new TreeMap<>();
        for (QueryLine line : files.rollouts(QueryLine.class)) {
            answers.put(line.queryId(), line.answer() + " " + line.failure() + " " + line.verdict());
        }
        return answers;
    }

    private JobRun settled(String runId, OutsideWorld world) {
        return new JobRun(runId, folder, world)
                .with(JobOptions.QUERIES.key(), "settled")
                .with(JobOptions.LATE_EFFECT_TIMEOUT.key(), "200 ms") // longer than the index takes to show a write
                .with(JobOptions.MAX_EVENTS_PER_CALL.key(), Integer.toString(MAX_EVENTS_PER_CALL))
                .with(JobOptions.MAX_WAITING_EVENTS.key(), "1") // what waits for more input must not count
                .with(JobOptions.MAX_CALLS_IN_FLIGHT.key(), "5");
    }

    private void run(String runId, Expected expected, FaultPlan faults, String stateBackend, int parallelism)
            throws Exception {
        expected.timeline.writeTo(folder.resolve("dataset"));
        ChainModel model = new ChainModel(7, 5, 60, faults).indexingAtOnce();
        try (OutsideWorld world = OutsideWorld.open(runId, folder.resolve("memory.db"), Duration.ofMillis(20), model)) {
            JobRun run = settled(runId, world).on(stateBackend).parallelism(parallelism);
            JobRun.awaitEnd(run.start());

            assertThat(model.violations()).isEmpty();
            assertThat(faults.left()).as("failures that did not strike").isEmpty();
            ChainCheck check = new ChainCheck(runId, expected.timeline, world, run.files());
            check.all(model.asked());
            assertThat(batches(check.decisions())).isEqualTo(expected.batches);
            assertThat(seen(run.files().rollouts(QueryLine.class))).isEqualTo(expected.seenByQuery);
        }
    }

    private static Expected expected(long seed) {
        Random random = new Random(seed);
        Expected expected = new Expected();
        for (int i = 0; i < EVENTS; i++) {
            int entity = random.nextInt(3) == 0 ? 0 : random.nextInt(ENTITIES);
            expected.event("e" + i, "entity-" + entity, 10L * i);
            if (random.nextInt(4) == 0) {
                String other = "entity-" + random.nextInt(ENTITIES + 1); // one of which never tells anything
                List<String> asked = random.nextBoolean() || other.equals("entity-" + entity)
                        ? List.of("entity-" + entity)
                        : List.of(other, "entity-" + entity);
                expected.query("q" + i, asked, 10L * i);
            }
        }
        expected.end();
        return expected;
    }

    private static Map<String, List<List<String>>> batches(List<Decision> decisions) {
        Map<String, Map<Long, List<String>>> byCall = new TreeMap<>();
        for (Decision decision : decisions) {
            byCall.computeIfAbsent(decision.entityId(), id -> new TreeMap<>())
                    .put(
                            decision.callSeq(),
                            decision.events().stream()
                                    .map(event -> event.event().eventId())
                                    .toList());
        }
        Map<String, List<List<String>>> batches = new TreeMap<>();
        byCall.forEach((entityId, calls) -> batches.put(entityId, List.copyOf(calls.values())));
        return batches;
    }

    /** The chain each query found for each of its entities. */
    private static Map<String, Map<String, List<String>>> seen(List<QueryLine> queries) {
        Map<String, Map<String, List<String>>> seen = new HashMap<>();
        for (QueryLine query : queries) {
            Map<String, List<String>> chains = new TreeMap<>();
            for (QueryLine.Hit hit : query.hits()) {
                String entityId = hit.facts().get(0).subject();
                if (chains.put(entityId, ChainModel.unfold(hit.content())) != null) {
                    throw new AssertionError("two memories of " + entityId + " for " + query.queryId());
                }
            }
            if (seen.put(query.queryId(), chains) != null) {
                throw new AssertionError("answered twice: " + query.queryId());
            }
        }
        return seen;
    }
}
