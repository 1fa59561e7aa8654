package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Budgets;
import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.job.memory.RecentEvents;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.DigestLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Recovery of the keyed loop when the decision log is ahead of the state.
 *
 * <p>The policy folds every event into one chained memory, so that an event lost, applied twice or out of order changes
 * the final content; batches may differ and the content must not.
 */
class MemoryWriteRecoveryTest {
    private static final int ENTITIES = 3;
    private static final int SHARE = 2;
    private static final int CALLS = 2;
    private static final int EVENTS = 60;
    private static final int CALL_CHARACTERS = 60; // five events: bounds by number and by size take turns
    private static final int MAX_PARALLELISM = 16;
    private static final long NO_LIMIT = Long.MAX_VALUE;

    @TempDir
    private Path folder;

    private final List<ArrivedEvent> stream = ChainPolicy.events(ENTITIES, EVENTS);
    private final ChainPolicy policy = new ChainPolicy();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void replayingTheWholeLogGivesTheSameStateToTheLetter(int seed) throws Exception {
        Random random = new Random(seed);
        Map<String, MemoryVersion> uninterrupted;
        List<DigestLine.State> digests;
        try (LoopHarness run = LoopHarness.start(policy, settings(5), 1, 0, null)) {
            run.feedRandomly(stream, 0, stream.size(), random);
            run.decideAll();
            uninterrupted = run.latestVersions();
            digests = run.digests();
        }
        Random other = new Random(seed * 31L);
        try (LoopHarness replay = LoopHarness.start(policy, settings(1 + other.nextInt(8)), 1, 0, null)) {
            replay.feedRandomly(stream, 0, stream.size(), other);
            replay.decideAll();
            assertThat(replay.latestVersions()).isEqualTo(uninterrupted);
            assertThat(replay.digests()).isEqualTo(digests);
            assertThat(policy.askedAfterLogged()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1,5,5", "2,5,1", "3,1,5", "4,3,8", "5,8,3", "6,2,2", "7,5,5", "8,5,1", "9,1,5", "10,3,8", "11,8,3", "12,2,2",
        "13,5,5", "14,5,1", "15,1,5", "16,3,8", "17,8,3", "18,2,2", "19,4,16", "20,16,4"
    })
    void restoresBehindTheLogWithOtherBatchesAndRescaled(int seed, int batchBefore, int batchAfter) throws Exception {
        Random random = new Random(seed);
        int fed = 20 + random.nextInt(20);
        OperatorSubtaskState snapshot;
        try (LoopHarness first = LoopHarness.start(policy, settings(batchBefore), 1, 0, null)) {
            first.feedRandomly(stream, 0, fed, random);
            snapshot = first.snapshot();
            // After the checkpoint: more input, and up to three more decisions an entity reach the log; then the crash.
            first.feedWithoutDeciding(stream, fed, Math.min(stream.size(), fed + random.nextInt(15)));
            first.decideAtMost(random.nextInt(4));
        }
        Map<String, MemoryVersion> restored = new HashMap<>();
        List<DigestLine.State> digests = new ArrayList<>();
        int parallelism = 1 + seed % 2;
        for (int subtask = 0; subtask < parallelism; subtask++) {
            OperatorSubtaskState part = AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    snapshot, MAX_PARALLELISM, 1, parallelism, subtask);
            try (LoopHarness second = LoopHarness.start(policy, settings(batchAfter), parallelism, subtask, part)) {
                second.feedRandomly(stream, fed, stream.size(), random);
                second.decideAll();
                restored.putAll(second.latestVersions());
                digests.addAll(second.digests());
                assertThat(second.eventsDecidedAhead()).isZero();
            }
        }
        assertThat(policy.askedAfterLogged()).isEmpty();
        assertThat(policy.eventsByEntityInLogOrder()).isEqualTo(ChainPolicy.idsByEntity(stream));
        assertThat(digests).allSatisfy(digest -> assertThat(digest.pending()).isZero());
        assertThat(contents(restored)).isEqualTo(foldOfEntities(restored));
        assertThat(ChainPolicy.finalContents(digests, policy.loggedVersions())).isEqualTo(ChainPolicy.fold(stream));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void leavesNothingInFlightOrQueuedWhenAllIsDecided(int seed) throws Exception {
        try (LoopHarness run = LoopHarness.start(policy, settings(4), 1, 0, null)) {
            run.feedRandomly(stream, 0, stream.size(), new Random(seed));
            run.decideAll();
            // Per entity: one memory, one ledger, one short-term window.
            assertThat(run.keyedStateEntries()).isEqualTo(3 * ENTITIES);
        }
    }

    /** As when another task fails after this one's input has ended. */
    @Test
    void digestsEachEntityOnceThoughTheInputEndsAgain() throws Exception {
        OperatorSubtaskState ended;
        try (LoopHarness run = LoopHarness.start(policy, settings(4), 1, 0, null)) {
            run.feedRandomly(stream, 0, stream.size(), new Random(5));
            run.decideAll();
            assertThat(run.digests()).hasSize(ENTITIES);
            ended = run.snapshot();
        }
        try (LoopHarness again = LoopHarness.start(policy, settings(4), 1, 0, ended)) {
            assertThat(again.digests()).isEmpty();
        }
    }

    /** What has expired by then leaves the index by the marker, so that both must speak of the same time. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, MAX_PARALLELISM})
    void saysTheSameTimeInDigestsAndBehindThemThoughNothingMovesItAfterARestore(int subtasks) throws Exception {
        OperatorSubtaskState midway;
        try (LoopHarness run = LoopHarness.start(policy, settings(4), 1, 0, null)) {
            run.feedRandomly(stream, 0, stream.size(), new Random(5));
            run.decideAll();
            run.streamTime(7_777);
            midway = run.snapshot();
        }
        List<DigestLine.State> digests = new ArrayList<>();
        List<EntityMarker> markers = new ArrayList<>();
        for (int subtask = 0; subtask < subtasks; subtask++) {
            OperatorSubtaskState part = AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    midway, MAX_PARALLELISM, 1, subtasks, subtask);
            try (LoopHarness again = LoopHarness.start(policy, settings(4), subtasks, subtask, part)) {
                digests.addAll(again.digests());
                markers.addAll(again.markers());
            }
        }
        assertThat(digests)
                .hasSize(ENTITIES)
                .allSatisfy(digest -> assertThat(digest.streamMs()).isEqualTo(7_777));
        assertThat(markers)
                .hasSize(ENTITIES)
                .allSatisfy(marker -> assertThat(marker.offsetMs()).isEqualTo(7_777));
    }

    @Test
    void passesAQueryOnOnceThoughTheRestoredCallBeforeItIsAnsweredFirst() throws Exception {
        StoreOnly world = new StoreOnly(folder.resolve("memory.db"));
        ArrivedEvent event = stream.get(0);
        String entityId = event.event().entityId();
        OperatorSubtaskState midway;
        PolicyCall call;
        try (LoopHarness first = LoopHarness.start(policy, settled(), world, 1, 0, null)) {
            first.feedWithoutDeciding(stream, 0, 1);
            Query query = new Query("q1", List.of(entityId), null, 1, null, "?", List.of(), null);
            first.feed(new EntityMarker(entityId, 1, query, "stream.jsonl", 2, event.arrivalAt()));
            call = first.call();
            midway = first.snapshot();
        }
        try (LoopHarness again = LoopHarness.startAnswering(call, policy, settled(), world, midway)) {
            assertThat(again.markers()).hasSize(1);
        }
    }

    private static Map<String, String> contents(Map<String, MemoryVersion> versions) {
        Map<String, String> contents = new TreeMap<>();
        versions.forEach((id, version) -> contents.put(id, version.content()));
        return contents;
    }

    private Map<String, String> foldOfEntities(Map<String, MemoryVersion> restored) {
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> fold = ChainPolicy.fold(stream);
        restored.values().forEach(version -> expected.put(version.memoryId(), fold.get(version.entityId())));
        return expected;
    }

    @Test
    void restoresWhatIsBeyondTheSharesOfEachSubtask() throws Exception {
        OperatorSubtaskState snapshot;
        long excess;
        try (LoopHarness first = LoopHarness.start(policy, settings(1), 1, 0, null)) {
            first.feedWithoutDeciding(stream, 0, stream.size());
            excess = first.excess();
            snapshot = first.snapshot();
        }
        assertThat(excess).isPositive();
        long restored = 0;
        for (int subtask = 0; subtask < 2; subtask++) {
            OperatorSubtaskState part = AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    snapshot, MAX_PARALLELISM, 1, 2, subtask);
            try (LoopHarness second = LoopHarness.start(policy, settings(1), 2, subtask, part)) {
                restored += second.excess();
                second.decideAll();
                assertThat(second.excess()).isZero();
            }
        }
        // Each subtask has calls of its own, and what they took is not queued any more.
        assertThat(restored).isBetween(excess - CALLS, excess);
    }

    private static MemoryWriteSettings settled() {
        return settings(4, true);
    }

    private static MemoryWriteSettings settings(int maxEventsPerCall) {
        return settings(maxEventsPerCall, false);
    }

    private static MemoryWriteSettings settings(int maxEventsPerCall, boolean settled) {
        return new MemoryWriteSettings(
                new CallBounds(maxEventsPerCall, CALL_CHARACTERS),
                new QueueBounds(10_000, SHARE, 10_000, 1_000_000),
                CALLS, // fewer than entities: calls wait for each other
                null,
                null,
                settled,
                NO_LIMIT,
                new Budgets(NO_LIMIT, Integer.MAX_VALUE, 5_000, true),
                RecentEvents.DEFAULTS);
    }
}
