package io.fastmemory.job.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.DecisionRow;
import io.fastmemory.connectors.sqlite.MemoryRef;
import io.fastmemory.connectors.sqlite.MemoryStore;
import io.fastmemory.connectors.sqlite.RawStore;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.DecisionOutcome;
import io.fastmemory.job.world.ChainModel.Asked;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.PolicyRequest;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.VersionLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Holds what a run of the {@link ChainModel} left against its timeline: each call saw the truth, nothing lost, nothing
 * twice, nothing out of order, and every place agrees.
 */
public final class ChainCheck {
    private final String runId;
    private final TestTimeline timeline;
    private final OutsideWorld world;
    private final RunFiles files;
    private final Map<String, List<Decision>> decisions = new TreeMap<>();

    /** A check of a run that has ended. */
    public ChainCheck(String runId, TestTimeline timeline, OutsideWorld world, RunFiles files) {
        this.runId = runId;
        this.timeline = timeline;
        this.world = world;
        this.files = files;
        DecisionLog log = new DecisionLog(world.store());
        for (String entityId : timeline.eventIds().keySet()) {
            decisions.put(
                    entityId,
                    log.findFrom(runId, entityId, 0).join().stream()
                            .map(ChainCheck::decision)
                            .toList());
        }
    }

    private static Decision decision(DecisionRow row) {
        return Json.read(row.payload(), Decision.class).loggedAt(row.decidedAt());
    }

    /** All decisions of the log. */
    public List<Decision> decisions() {
        return decisions.values().stream().flatMap(List::stream).toList();
    }

    /** Every check. */
    public void all(List<Asked> asked) throws Exception {
        logCoversEveryEventOnceInOrder();
        everyLoggedCallSawThePreviousDecision();
        everyRequestSawTheTruth(asked);
        rolloutsHoldEverythingOnce();
        everyPlaceAgreesInTheEnd();
    }

    private void logCoversEveryEventOnceInOrder() {
        assertThat(new RawStore(world.store()).count(runId).join()).isEqualTo(timeline.events());
        decisions.forEach((entityId, rows) -> {
            assertThat(rows.stream().map(Decision::callSeq)).containsExactlyElementsOf(numbersTo(rows.size()));
            assertThat(rows.stream().flatMap(row -> ids(row).stream()))
                    .as("covered events of %s in order of calls", entityId)
                    .containsExactlyElementsOf(timeline.eventIds().get(entityId));
            assertThat(rows).allMatch(row -> row.outcome() == DecisionOutcome.DECIDED);
        });
    }

    private void everyLoggedCallSawThePreviousDecision() {
        decisions.forEach((entityId, rows) -> {
            List<String> before = new ArrayList<>();
            for (Decision row : rows) {
                PolicyRequest request = Json.read(row.request(), PolicyRequest.class);
                assertThat(request.activeMemories().stream().map(memory -> memory.content()))
                        .as("memory shown to call %s of %s", row.callSeq(), entityId)
                        .containsExactlyElementsOf(before.isEmpty() ? List.of() : List.of(ChainModel.fold(before)));
                assertThat(request.events().stream().map(event -> event.eventId()))
                        .containsExactlyElementsOf(ids(row));
                before.addAll(ids(row));
            }
        });
    }

    /** Also those whose answers were lost: what was logged before a request is what the request showed. */
    private void everyRequestSawTheTruth(List<Asked> asked) {
        for (Asked request : asked) {
            List<String> all = timeline.eventIds().get(request.entityId());
            List<Decision> before = loggedBy(request.entityId(), request.at());
            List<String> decided =
                    before.stream().flatMap(row -> ids(row).stream()).toList();
            assertThat(request.shown())
                    .as("events decided before %s", request)
                    .isEqualTo(decided)
                    .isEqualTo(all.subList(0, decided.size()));
            assertThat(request.eventIds())
                    .as("events asked by %s", request)
                    .isEqualTo(all.subList(
                            decided.size(), decided.size() + request.eventIds().size()));
            assertThat(request.lastCall()).isEqualTo(before.size());
            assertThat(request.recentIds())
                    .isEqualTo(
                            decided.subList(decided.size() - request.recentIds().size(), decided.size()));
        }
    }

    private List<Decision> loggedBy(String entityId, Instant at) {
        return decisions.get(entityId).stream()
                .filter(row -> !row.decidedAt().isAfter(at))
                .toList();
    }

    private void rolloutsHoldEverythingOnce() throws Exception {
        assertThat(files.deadLetters()).isEmpty();
        assertThat(files.undecided()).isEmpty();
        assertThat(files.rollouts(InputLine.class)).isEmpty();
        assertThat(files.rollouts(EventLine.class).stream()
                        .map(line -> line.eventId() + " by " + line.entityId() + "#" + line.callSeq()))
                .containsExactlyInAnyOrderElementsOf(decisions().stream()
                        .flatMap(row -> ids(row).stream().map(id -> id + " by " + row.entityId() + "#" + row.callSeq()))
                        .toList());
        assertThat(files.rollouts(CallLine.class).stream().map(line -> line.entityId() + "#" + line.callSeq()))
                .containsExactlyInAnyOrderElementsOf(decisions().stream()
                        .map(row -> row.entityId() + "#" + row.callSeq())
                        .toList());
        assertThat(files.rollouts(CallLine.class))
                .allSatisfy(line ->
                        assertThat(line.results()).isNotEmpty().allMatch(result -> result.success(), "succeeded"));
        assertThat(files.rollouts(QueryLine.class).stream().map(QueryLine::queryId))
                .doesNotHaveDuplicates()
                .hasSize(timeline.queries());
        assertThat(files.rollouts(IndexLine.class))
                .allSatisfy(line -> assertThat(line.error()).isNull());
        assertThat(files.rollouts(IndexLine.class).stream()
                        .map(line -> line.operation() + " " + line.memoryId() + "@" + line.version() + " asked by "
                                + line.callSeq() + " " + line.action() + " due " + line.dueStreamMs()))
                .as("index operations")
                .doesNotHaveDuplicates();
    }

    private void everyPlaceAgreesInTheEnd() throws Exception {
        Map<String, MemoryVersion> versions = new TreeMap<>();
        for (VersionLine line : files.rollouts(VersionLine.class)) {
            MemoryVersion version = line.memory();
            assertThat(versions.put(version.memoryId() + "@" + version.version(), version))
                    .as("version written twice: %s", version)
                    .isNull();
        }
        MemoryStore store = new MemoryStore(world.store());
        Map<String, Integer> latest = new TreeMap<>();
        versions.values().forEach(version -> latest.merge(version.memoryId(), version.version(), Math::max));
        for (String memoryId : latest.keySet()) {
            List<MemoryVersion> history = store.history(runId, memoryId).join();
            assertThat(history.stream().map(version -> (long) version.version()))
                    .containsExactlyElementsOf(numbersTo(history.size()));
            assertThat(history)
                    .allSatisfy(version -> assertThat(versions.get(memoryId + "@" + version.version()))
                            .isEqualTo(version));
            assertThat(latest).containsEntry(memoryId, history.size());
        }
        assertThat(store.latest(runId).join().stream().map(MemoryVersion::memoryId))
                .containsExactlyInAnyOrderElementsOf(latest.keySet());

        List<DigestLine.State> digests = files.rollouts(DigestLine.State.class);
        assertThat(digests.stream().map(DigestLine.State::entityId))
                .containsExactlyInAnyOrderElementsOf(timeline.eventIds().keySet());
        Map<String, Integer> active = new TreeMap<>();
        Map<String, Integer> indexed = new TreeMap<>();
        for (DigestLine.State digest : digests) {
            assertThat(digest.pending()).isZero();
            assertThat(digest.calls())
                    .isEqualTo(decisions.get(digest.entityId()).size());
            assertThat(digest.active()).hasSize(1);
            digest.active().forEach(memory -> active.put(memory.memoryId(), memory.version()));
            digest.indexed().forEach(memory -> indexed.put(memory.memoryId(), memory.version()));
            DigestLine.MemoryRef memory = digest.active().get(0);
            assertThat(versions.get(memory.memoryId() + "@" + memory.version()).content())
                    .isEqualTo(ChainModel.fold(timeline.eventIds().get(digest.entityId())));
        }
        assertThat(store.activeVersions(runId).join().stream()
                        .collect(Collectors.toMap(MemoryRef::memoryId, MemoryRef::version)))
                .as("active in the store, and in keyed state")
                .isEqualTo(active);
        assertThat(world.indexed()).as("in the index, and in keyed state").isEqualTo(indexed);
        assertThat(indexed).isEqualTo(active);
    }

    private static List<Long> numbersTo(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(Long::valueOf).toList();
    }

    private static List<String> ids(Decision row) {
        return row.events().stream().map(event -> event.event().eventId()).toList();
    }
}
