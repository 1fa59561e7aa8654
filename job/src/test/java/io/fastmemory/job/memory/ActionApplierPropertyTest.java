package io.fastmemory.job.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.policy.CallBuilder;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.CompressMemory;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.MarkStale;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.MemoryView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws of applying decisions, over answers that name whatever ids they like. */
class ActionApplierPropertyTest {
    private static final Budgets BUDGETS = new Budgets(60, 3, 5_000, true);
    private static final int CALLS = 60;
    private static final long PROMPT_TOKENS = 30;

    private final ActionApplier applier =
            new ActionApplier(BUDGETS, new RecentEvents(8, java.time.Duration.ofMinutes(120), 3_000, 2_000, 5));
    private final CallBuilder calls = new CallBuilder(BUDGETS, PROMPT_TOKENS);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void holdsOverRandomAnswers(long seed) {
        Random random = new Random(seed);
        Map<String, EntityMemory> memories =
                new HashMap<>(Map.of("ann", EntityMemory.EMPTY, "bob", EntityMemory.EMPTY));
        Map<String, Integer> lastVersions = new HashMap<>();
        int carriedOut = 0;
        int rejected = 0;
        for (int i = 0; i < CALLS; i++) {
            String entityId = random.nextBoolean() ? "ann" : "bob";
            EntityMemory before = memories.get(entityId);
            PolicyCall call =
                    calls.build(entityId, before.ledger().calls() + 1, "test", events(entityId, i, random), before);
            Decision decision = EntityUnderTest.decision(
                    entityId,
                    call.callSeq(),
                    call.events(),
                    call.hiddenMemoryIds(),
                    DecisionOutcome.DECIDED,
                    answer(random, i));

            ActionApplier.Outcome outcome = applier.apply(before, decision);

            assertThat(applier.apply(before, decision)).as("applied again").isEqualTo(outcome);
            staysWithinTheEntity(entityId, call, outcome.applied());
            agreesWithItsLedger(before, outcome);
            numbersVersionsWithoutGaps(outcome.applied(), lastVersions);
            carriedOut += (int) outcome.applied().results().stream()
                    .filter(ActionResult::success)
                    .count();
            rejected += (int) outcome.applied().results().stream()
                    .filter(result -> !result.success())
                    .count();
            memories.put(entityId, outcome.after());
        }
        assertThat(carriedOut).as("the answers are not all nonsense").isGreaterThan(CALLS / 10);
        assertThat(rejected).as("nor all valid").isGreaterThan(CALLS / 10);
    }

    private static void staysWithinTheEntity(String entityId, PolicyCall call, AppliedDecision applied) {
        Set<String> reachable = new HashSet<>();
        call.memories().stream().map(MemoryView::memoryId).forEach(reachable::add);
        Set<String> sources = new HashSet<>();
        call.memories().forEach(memory -> sources.addAll(memory.sourceEventIds()));
        call.recentEvents().forEach(event -> sources.add(event.eventId()));
        call.events().forEach(event -> sources.add(event.event().eventId()));
        for (MemoryVersion version : applied.versions()) {
            assertThat(version.entityId()).isEqualTo(entityId);
            assertThat(version.memoryId()).startsWith(entityId + ":");
            if (version.status() == MemoryStatus.EXPIRED) {
                continue; // time ended it, not an action
            }
            boolean made = version.version() == 1;
            assertThat(made || reachable.contains(version.memoryId())).isTrue();
            assertThat(sources).containsAll(version.sourceEventIds());
        }
        for (IndexRequest request : applied.indexRequests()) {
            assertThat(request.entityId()).isEqualTo(entityId);
            assertThat(request.memoryId()).startsWith(entityId + ":");
        }
    }

    private static void agreesWithItsLedger(EntityMemory before, ActionApplier.Outcome outcome) {
        long tokens = outcome.after().active().values().stream()
                .mapToLong(memory -> memory.latest().tokens())
                .sum();
        assertThat(outcome.after().ledger().tokens()).isEqualTo(tokens).isLessThanOrEqualTo(BUDGETS.storageTokens());
        long expired = outcome.applied().versions().stream()
                .filter(version -> version.status() == MemoryStatus.EXPIRED)
                .mapToLong(MemoryVersion::tokens)
                .sum();
        long delta = outcome.applied().results().stream()
                .mapToLong(ActionResult::storageTokensDelta)
                .sum();
        assertThat(before.ledger().tokens() - expired + delta).isEqualTo(tokens);
        assertThat(outcome.after().ledger().indexOperations()).isLessThanOrEqualTo(BUDGETS.indexOperations());
        assertThat(outcome.after().ledger().calls()).isEqualTo(before.ledger().calls() + 1);
    }

    private static void numbersVersionsWithoutGaps(AppliedDecision applied, Map<String, Integer> lastVersions) {
        for (MemoryVersion version : applied.versions()) {
            int last = lastVersions.getOrDefault(version.memoryId(), 0);
            assertThat(version.version()).as(version.memoryId()).isEqualTo(last + 1);
            lastVersions.put(version.memoryId(), version.version());
        }
    }

    private static List<ArrivedEvent> events(String entityId, int call, Random random) {
        List<ArrivedEvent> events = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            events.add(
                    EntityUnderTest.event(entityId, entityId + "-e" + call + "-" + i, call * 4_000L + i, "text " + i));
        }
        return events;
    }

    private static List<MemoryAction> answer(Random random, int call) {
        List<MemoryAction> actions = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            actions.add(action(random, call));
        }
        return actions;
    }

    private static MemoryAction action(Random random, int call) {
        String content = "word ".repeat(1 + random.nextInt(12)).strip();
        List<String> sources = List.of(eventId(random, call));
        return switch (random.nextInt(9)) {
            case 0, 1, 2 ->
                new WriteMemory(content, List.of(), sources, Layer.FACT, random.nextInt(3) == 0 ? 20_000L : null, "r");
            case 3 -> new UpdateMemory(memoryId(random, call), content, List.of(), sources, "r");
            case 4 ->
                new MarkStale(
                        memoryId(random, call), random.nextBoolean() ? null : memoryId(random, call), sources, "r");
            case 5 ->
                new CompressMemory(List.of(memoryId(random, call), memoryId(random, call)), content, List.of(), "r");
            case 6 -> new IgnoreEvent(sources.get(0), "r");
            case 7 -> new IndexNow(memoryId(random, call), "r");
            default -> new DelayIndex(memoryId(random, call), random.nextInt(30_000), "r");
        };
    }

    /** Of either entity, mostly of late calls; or a reference, which may point anywhere. */
    private static String memoryId(Random random, int call) {
        if (random.nextInt(3) == 0) {
            return "$" + (random.nextInt(5) - 1);
        }
        return entity(random) + ":m" + Math.max(1, call / 2 - random.nextInt(8)) + "." + random.nextInt(2);
    }

    private static String eventId(Random random, int call) {
        return entity(random) + "-e" + Math.max(0, call - random.nextInt(3)) + "-0";
    }

    private static String entity(Random random) {
        return random.nextBoolean() ? "ann" : "bob";
    }
}
