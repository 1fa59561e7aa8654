package io.fastmemory.job.memory;

import static io.fastmemory.job.memory.EntityUnderTest.event;
import static io.fastmemory.job.memory.EntityUnderTest.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Event;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Ids;
import io.fastmemory.model.IndexState;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction.CompressMemory;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.MarkStale;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each of the seven actions does. */
class ActionApplierTest {
    private static final String M1 = "ann:m1.0";

    private final EntityUnderTest ann = new EntityUnderTest("ann", EntityUnderTest.budgets());

    @Test
    void isVerbatimOnlyIfEverySourceSaysExactlyThat() {
        EntityUnderTest ann = EntityUnderTest.within(2_000, 20);
        var first = ann.decide(
                List.of(event("e1", 0, "Ann lives in Paris."), event("e2", 1, "The weather is nice.")),
                write("The weather is nice.", "e1", "e2"),
                write("The weather is nice.", "e2"));
        var second = ann.decide(
                List.of(event("e3", 2, "The weather is nice."), event("e4", 3, "It rains.")),
                new UpdateMemory("ann:m1.1", "The weather is nice.", List.of(), List.of("e3"), "again"),
                write("It rains.", "e4"));
        var third = ann.decide(
                event("e5", 4, "Sun."), new UpdateMemory("ann:m1.1", "Sun.", List.of(), List.of("e5"), "rewritten"));

        assertThat(first.versions()).extracting(MemoryVersion::verbatim).containsExactly(false, true);
        assertThat(second.versions()).extracting(MemoryVersion::verbatim).containsExactly(true, true);
        assertThat(third.versions()).extracting(MemoryVersion::verbatim).containsExactly(false);
    }

    @Test
    void writesAFirstVersionOfANewMemory() {
        Fact fact = Fact.of("Ann", "tea", "sencha");
        AppliedDecision applied = ann.decide(
                event("e1", 700, "Ann drinks sencha."),
                new WriteMemory("Ann: sencha", List.of(fact), List.of("e1"), Layer.OBSERVATION, null, "new"));

        MemoryVersion version = applied.versions().get(0);
        assertThat(applied.versions()).hasSize(1);
        assertThat(version.memoryId()).isEqualTo(M1);
        assertThat(version.version()).isEqualTo(1);
        assertThat(version.status()).isEqualTo(MemoryStatus.ACTIVE);
        assertThat(version.layer()).isEqualTo(Layer.OBSERVATION);
        assertThat(version.facts()).containsExactly(fact);
        assertThat(version.sourceEventIds()).containsExactly("e1");
        assertThat(version.tokens()).isEqualTo(6);
        assertThat(version.createdStreamMs()).isEqualTo(700);
        assertThat(version.newestSourceMs()).isEqualTo(700);
        assertThat(version.eventTime()).isEqualTo(EntityUnderTest.START.plusMillis(700));
        assertThat(version.decidedAt()).isEqualTo(applied.decision().decidedAt());
        assertThat(ann.active(M1).latest()).isEqualTo(version);
        assertThat(applied.indexRequests())
                .as("not asked to index is not indexed")
                .isEmpty();
    }

    @Test
    void reportsEveryActionWithItsPlaceLatencyAndTokens() {
        AppliedDecision applied = ann.decide(
                event("e1", 0, "x"), write("four tokens long", "e1"), new IndexNow("$0", "r"), new IndexNow("$7", "r"));

        assertThat(applied.results()).extracting(ActionResult::index).containsExactly(0, 1, 2);
        assertThat(applied.results())
                .extracting(ActionResult::actionType)
                .containsExactly("write_memory", "index_now", "index_now");
        assertThat(applied.results()).extracting(ActionResult::success).containsExactly(true, true, false);
        assertThat(applied.results())
                .extracting(ActionResult::storageTokensDelta)
                .containsExactly(4, 0, 0);
        assertThat(applied.results()).allSatisfy(result -> {
            assertThat(result.latencyMs()).isEqualTo(300);
            assertThat(result.callSeq()).isEqualTo(1);
            assertThat(result.success()).isEqualTo(result.error() == null);
        });
        assertThat(applied.results().get(0).payload()).isEqualTo(Map.of("memory_id", M1, "version", "1"));
        assertThat(ann.memory().ledger().lastResults()).isEqualTo(applied.results());
    }

    @Test
    void updatesWithANewVersionAndLeavesTheOldVectorToThePolicy() {
        ann.decide(event("e1", 0, "a"), write("tea: sencha", "e1"), new IndexNow("$0", "r"));

        AppliedDecision applied = ann.decide(
                event("e2", 900, "b"),
                new UpdateMemory(M1, "tea: matcha, not sencha", List.of(), List.of("e2"), "changed"));

        MemoryVersion version = applied.versions().get(0);
        assertThat(version.version()).isEqualTo(2);
        assertThat(version.sourceEventIds()).containsExactly("e1", "e2");
        assertThat(version.createdStreamMs()).isZero();
        assertThat(version.updatedStreamMs()).isEqualTo(900);
        assertThat(version.newestSourceMs()).isEqualTo(900);
        assertThat(applied.indexRequests()).isEmpty();
        assertThat(ann.active(M1).indexedVersion()).isEqualTo(1);
        assertThat(ann.active(M1).viewAt(900).indexState()).isEqualTo(IndexState.NONE);
        assertThat(applied.results().get(0).storageTokensDelta()).isEqualTo(6 - 3);
    }

    @Test
    void keepsTheDateOfItsNewestSourceWhenAnOlderEventIsAdded() {
        ann.decide(event("e1", 100, "a"), new IgnoreEvent("e1", "later"));
        ann.decide(event("e2", 200, "b"), write("b", "e2"));
        ann.decide(
                event("e3", 300, "c"),
                new UpdateMemory("ann:m2.0", "a and b", List.of(), List.of("e1"), "e1 belongs here"),
                new IgnoreEvent("e3", "nothing"));

        MemoryVersion latest = ann.active("ann:m2.0").latest();
        assertThat(latest.newestSourceMs()).isEqualTo(200);
        assertThat(latest.eventTime()).isEqualTo(EntityUnderTest.START.plusMillis(200));
    }

    @Test
    void marksStaleWithItsSuccessorAndTakesItOutOfTheIndex() {
        ann.decide(event("e1", 0, "a"), write("tea: sencha", "e1"), new IndexNow("$0", "r"));

        AppliedDecision applied = ann.decide(
                event("e2", 900, "b"),
                write("tea: matcha", "e2"),
                new MarkStale(M1, "$0", List.of("e2"), "no longer true"));

        MemoryVersion last = applied.versions().get(1);
        assertThat(last.status()).isEqualTo(MemoryStatus.STALE);
        assertThat(last.version()).isEqualTo(2);
        assertThat(last.content()).as("history is never rewritten").isEqualTo("tea: sencha");
        assertThat(last.supersededBy()).isEqualTo("ann:m2.0");
        assertThat(last.sourceEventIds()).containsExactly("e1", "e2");
        assertThat(ann.memory().active()).containsOnlyKeys("ann:m2.0");
        IndexRequest removal = applied.indexRequests().get(0);
        assertThat(removal.action()).isEqualTo("stale");
        assertThat(removal.document()).isNull();
        assertThat(removal.memoryId()).isEqualTo(M1);
        assertThat(removal.dueStreamMs()).isEqualTo(900);
    }

    @Test
    void asksTheIndexForNothingWhenAMemoryThatWasNeverIndexedEnds() {
        ann.decide(event("e1", 0, "a"), write("tea: sencha", "e1"));

        AppliedDecision applied = ann.decide(event("e2", 1, "b"), new MarkStale(M1, null, List.of("e2"), "r"));

        assertThat(applied.indexRequests()).isEmpty();
        assertThat(applied.versions().get(0).supersededBy()).isNull();
    }

    @Test
    void compressesSeveralIntoOneThatKeepsAllTheirSources() {
        ann.decide(
                List.of(event("e1", 0, "a"), event("e2", 10, "b")),
                write("the first long memory", "e1"),
                write("the second long memory", "e2"),
                new IndexNow("$0", "r"));

        AppliedDecision applied = ann.decide(
                event("e3", 20, "c"),
                new CompressMemory(List.of("ann:m1.1", M1), "both", List.of(), "shorter"),
                new IgnoreEvent("e3", "nothing"));

        assertThat(applied.versions())
                .extracting(MemoryVersion::status)
                .containsExactly(MemoryStatus.COMPRESSED, MemoryStatus.COMPRESSED, MemoryStatus.ACTIVE);
        assertThat(applied.versions())
                .extracting(MemoryVersion::supersededBy)
                .containsExactly("ann:m2.0", "ann:m2.0", null);
        assertThat(applied.versions().get(2).sourceEventIds()).containsExactly("e1", "e2");
        assertThat(applied.versions().get(2).newestSourceMs()).isEqualTo(10);
        assertThat(ann.memory().active()).containsOnlyKeys("ann:m2.0");
        assertThat(ann.memory().ledger().tokens()).isEqualTo(1);
        assertThat(applied.results().get(0).storageTokensDelta()).isEqualTo(1 - 6 - 6);
        assertThat(applied.indexRequests()).extracting(IndexRequest::action).containsExactly("compressed");
        assertThat(applied.indexRequests()).extracting(IndexRequest::memoryId).containsExactly(M1);
    }

    @Test
    void givesACompressedMemoryTheNarrowestScopeTheEarliestExpiryAndTheHighestLayer() {
        ArrivedEvent global = EntityUnderTest.arrived(
                new Event("e1", "ann", Scope.GLOBAL, null, 0, null, "chat", "a", Urgency.NORMAL, Map.of()));
        ArrivedEvent session = EntityUnderTest.arrived(
                new Event("e2", "ann", Scope.SESSION, "s1", 1, null, "chat", "b", Urgency.NORMAL, Map.of()));
        ann.decide(
                List.of(global, session),
                new WriteMemory("aaaa", List.of(), List.of("e1"), Layer.MODEL, 5_000L, "r"),
                new WriteMemory("bbbb", List.of(), List.of("e2"), Layer.FACT, 9_000L, "r"));
        ann.decide(
                event("e3", 2, "c"),
                new CompressMemory(List.of(M1, "ann:m1.1"), "ab", List.of(), "r"),
                new IgnoreEvent("e3", "r"));

        MemoryVersion compressed = ann.active("ann:m2.0").latest();
        assertThat(compressed.scope()).isEqualTo(Scope.SESSION);
        assertThat(compressed.sessionId()).isEqualTo("s1");
        assertThat(compressed.layer()).isEqualTo(Layer.MODEL);
        assertThat(compressed.expiresStreamMs()).isEqualTo(5_001);
    }

    @Test
    void ignoresAnEventWithoutTouchingMemory() {
        AppliedDecision applied = ann.decide(event("e1", 0, "a"), new IgnoreEvent("e1", "noise"));

        assertThat(applied.versions()).isEmpty();
        assertThat(applied.results().get(0).payload()).isEqualTo(Map.of("event_id", "e1"));
        assertThat(ann.memory().active()).isEmpty();
        assertThat(ann.memory().recent()).extracting(Event::eventId).containsExactly("e1");
    }

    @Test
    void asksTheIndexAtOnceForTheLatestVersion() {
        AppliedDecision applied =
                ann.decide(event("e1", 700, "tea: sencha"), write("tea: sencha", "e1"), new IndexNow("$0", "r"));

        IndexRequest request = applied.indexRequests().get(0);
        assertThat(request.action()).isEqualTo("index_now");
        assertThat(request.dueStreamMs()).isEqualTo(700);
        assertThat(request.document()).isEqualTo(ann.active(M1).latest().toIndexDocument());
        assertThat(request.requestedAt()).isEqualTo(applied.decision().decidedAt());
        assertThat(request.atEnd()).isFalse();
        assertThat(ann.active(M1).viewAt(700).indexState()).isEqualTo(IndexState.REQUESTED);
        assertThat(ann.memory().ledger().indexOperationsAt(700)).isEqualTo(1);
    }

    @Test
    void schedulesADelayedIndexingAndShowsWhenItIsDue() {
        AppliedDecision applied =
                ann.decide(event("e1", 700, "a"), write("tea", "e1"), new DelayIndex("$0", 5_000, "r"));

        assertThat(applied.indexRequests().get(0).dueStreamMs()).isEqualTo(5_700);
        assertThat(applied.indexRequests().get(0).action()).isEqualTo("delay_index");
        assertThat(ann.active(M1).viewAt(1_700).indexState()).isEqualTo(IndexState.SCHEDULED);
        assertThat(ann.active(M1).viewAt(1_700).indexDueMs()).isEqualTo(4_000);
        assertThat(ann.active(M1).viewAt(5_700).indexState()).isEqualTo(IndexState.REQUESTED);
    }

    @Test
    void movesAPendingIndexingToTheUpdatedVersionWithoutChargingAgain() {
        ann.decide(event("e1", 0, "a"), write("one", "e1"), new DelayIndex("$0", 5_000, "r"));

        AppliedDecision applied =
                ann.decide(event("e2", 1_000, "b"), new UpdateMemory(M1, "two", List.of(), List.of("e2"), "r"));

        IndexRequest moved = applied.indexRequests().get(0);
        assertThat(moved.version()).isEqualTo(2);
        assertThat(moved.dueStreamMs()).isEqualTo(5_000);
        assertThat(moved.document()).isNotNull();
        assertThat(ann.active(M1).indexDueMs()).isEqualTo(5_000);
        assertThat(ann.memory().ledger().indexOperationsAt(1_000)).isEqualTo(1);
    }

    @Test
    void countsAScheduleThatCameDueAsIndexedSoThatALaterUpdateIsNotMovedIntoIt() {
        ann.decide(event("e1", 0, "a"), write("one", "e1"), new DelayIndex("$0", 5_000, "r"));

        AppliedDecision applied =
                ann.decide(event("e2", 5_000, "b"), new UpdateMemory(M1, "two", List.of(), List.of("e2"), "r"));

        assertThat(applied.indexRequests()).isEmpty();
        assertThat(ann.active(M1).indexedVersion()).isEqualTo(1);
        assertThat(ann.active(M1).indexDueMs()).isNull();
    }

    @Test
    void withdrawsAPendingIndexingWhenTheMemoryEnds() {
        ann.decide(
                List.of(event("e1", 0, "a"), event("e2", 1, "b")),
                write("one one", "e1"),
                write("two two", "e2"),
                new DelayIndex("$0", 5_000, "r"),
                new DelayIndex("$1", 5_000, "r"),
                write("three", "e2"),
                new DelayIndex("$4", 5_000, "r"));

        AppliedDecision stale = ann.decide(event("e3", 10, "c"), new MarkStale(M1, null, List.of("e3"), "r"));
        AppliedDecision compressed = ann.decide(
                event("e4", 11, "d"),
                new CompressMemory(List.of("ann:m1.1", "ann:m1.4"), "both", List.of(), "r"),
                new IgnoreEvent("e4", "r"));

        assertThat(stale.indexRequests()).extracting(IndexRequest::action).containsExactly("stale");
        assertThat(compressed.indexRequests())
                .extracting(IndexRequest::action)
                .containsExactly("compressed", "compressed");
    }

    @Test
    void replacesAPendingIndexingByAnImmediateOne() {
        ann.decide(event("e1", 0, "a"), write("one", "e1"), new DelayIndex("$0", 5_000, "r"));

        AppliedDecision applied =
                ann.decide(event("e2", 1_000, "b"), new IndexNow(M1, "r"), new IgnoreEvent("e2", "r"));

        assertThat(applied.indexRequests().get(0).dueStreamMs()).isEqualTo(1_000);
        assertThat(ann.active(M1).indexDueMs()).isNull();
        assertThat(ann.active(M1).viewAt(1_000).indexState()).isEqualTo(IndexState.REQUESTED);
        assertThat(ann.memory().ledger().indexOperationsAt(1_000)).isEqualTo(2);
    }

    @Test
    void endsAMemoryWhoseTimeIsOverBeforeAnythingElseAndFreesItsTokens() {
        ann.decide(
                event("e1", 0, "a"),
                new WriteMemory("parking spot 7", List.of(), List.of("e1"), Layer.FACT, 1_000L, "r"),
                new IndexNow("$0", "r"));
        assertThat(ann.decide(event("e2", 999, "b"), new IgnoreEvent("e2", "r")).versions())
                .isEmpty();

        AppliedDecision applied = ann.decide(
                event("e3", 1_000, "c"), new UpdateMemory(M1, "spot 8", List.of(), List.of("e3"), "too late"));

        assertThat(applied.versions()).hasSize(1);
        assertThat(applied.versions().get(0).status()).isEqualTo(MemoryStatus.EXPIRED);
        assertThat(applied.versions().get(0).version()).isEqualTo(2);
        assertThat(applied.results().get(0).success()).isFalse();
        assertThat(applied.indexRequests())
                .as("whose timer may be behind what the policy has seen")
                .singleElement()
                .satisfies(removal -> {
                    assertThat(removal.action()).isEqualTo("expired");
                    assertThat(removal.document()).isNull();
                });
        assertThat(ann.memory().ledger().tokens()).isZero();
    }

    @Test
    void keepsAMemoryWhoseTimeToLiveReachesBeyondAllTime() {
        ann.decide(
                event("e1", 10, "Ann lives in Paris."),
                new WriteMemory("Ann lives in Paris.", List.of(), List.of("e1"), Layer.FACT, Long.MAX_VALUE, "r"),
                new DelayIndex("$0", Long.MAX_VALUE, "r"));
        ann.decide(event("e2", 20, "noise"), write("noise", "e2"));

        assertThat(ann.active(M1).latest().expiresStreamMs()).isEqualTo(Long.MAX_VALUE);
        assertThat(ann.active(M1).indexDueMs())
                .as("it would not come before the memory expires")
                .isNull();
    }

    @Test
    void schedulesNothingThatWouldComeWhenTheMemoryHasExpired() {
        AppliedDecision applied = ann.decide(
                event("e1", 500, "a"),
                new WriteMemory("parking spot 7", List.of(), List.of("e1"), Layer.FACT, 1_000L, "r"),
                new DelayIndex("$0", 1_000, "r"));

        assertThat(applied.indexRequests()).as("its line is still due").hasSize(1);
        assertThat(ann.active(M1).indexDueMs()).isNull();
        assertThat(ann.active(M1).viewAt(500).indexState()).isEqualTo(IndexState.NONE);
    }

    @Test
    void whatWouldComeTooLateLeavesWhatIsScheduledAsItIs() {
        ann.decide(
                event("e1", 500, "a"),
                new WriteMemory("parking spot 7", List.of(), List.of("e1"), Layer.FACT, 1_000L, "r"),
                new DelayIndex("$0", 400, "r"));
        ann.decide(event("e2", 600, "b"), new DelayIndex(M1, 900, "r"));

        assertThat(ann.active(M1).indexDueMs()).isEqualTo(900);
    }

    @Test
    void tellsTheIndexWhenAnIndexedMemoryExpires() {
        AppliedDecision applied = ann.decide(
                event("e1", 500, "a"),
                new WriteMemory("parking spot 7", List.of(), List.of("e1"), Layer.FACT, 1_000L, "r"),
                new IndexNow("$0", "r"));

        assertThat(applied.indexRequests().get(0).expiresStreamMs()).isEqualTo(1_500);
    }

    @Test
    void flagsWhatIsVerbatim() {
        AppliedDecision applied = ann.decide(
                List.of(event("e1", 0, " Ann drinks sencha. "), event("e2", 1, "b")),
                write("Ann drinks sencha.", "e1"),
                write("Ann drinks sencha.", "e2"),
                write("sencha", "e1"));

        assertThat(applied.versions()).extracting(MemoryVersion::verbatim).containsExactly(true, false, false);
    }

    @Test
    void flagsWhatIsKeptOnlyBecauseThePolicyFailed() {
        ann.endWith(DecisionOutcome.FALLBACK_STORED);

        AppliedDecision applied = ann.decide(event("e1", 0, "a"), write("a", "e1"));

        assertThat(applied.versions().get(0).fallback()).isTrue();
    }

    @Test
    void storesWhatThePolicyFailedOnThoughItsBudgetIsSpent() {
        EntityUnderTest full = EntityUnderTest.within(1, 0);
        full.endWith(DecisionOutcome.FALLBACK_STORED);

        AppliedDecision applied = full.decide(event("e1", 0, "a"), write("more than one token", "e1"));

        assertThat(applied.results()).allMatch(ActionResult::success);
        assertThat(applied.versions()).hasSize(1);
    }

    @Test
    void doesNotShowParkedEventsAsDecided() {
        ann.endWith(DecisionOutcome.PARKED);
        ann.decide(event("e1", 0, "a"));
        ann.endWith(DecisionOutcome.DECIDED);
        ann.decide(event("e2", 1, "b"), new IgnoreEvent("e2", "r"));

        assertThat(ann.memory().recent()).extracting(Event::eventId).containsExactly("e2");
        assertThat(ann.memory().ledger().calls()).isEqualTo(2);
    }

    @Test
    void listsSourcesInStreamOrderAndOnce() {
        AppliedDecision applied =
                ann.decide(List.of(event("e1", 0, "a"), event("e2", 1, "b")), write("both", "e2", "e1", "e2"));

        assertThat(applied.versions().get(0).sourceEventIds()).containsExactly("e1", "e2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 180, 199, 200})
    void derivesMemoryIdsThatAreValidAndDifferPerAction(int length) {
        String entityId = "a".repeat(length);
        EntityUnderTest entity = new EntityUnderTest(entityId, EntityUnderTest.budgets());

        AppliedDecision first =
                entity.decide(EntityUnderTest.event(entityId, "e1", 0, "a"), write("a", "e1"), write("b", "e1"));
        AppliedDecision second = entity.decide(EntityUnderTest.event(entityId, "e2", 1, "a"), write("c", "e2"));

        List<String> ids = java.util.stream.Stream.of(first, second)
                .flatMap(applied -> applied.versions().stream())
                .map(MemoryVersion::memoryId)
                .toList();
        assertThat(ids).hasSize(3).doesNotHaveDuplicates().allMatch(Ids::isValid);
    }

    @Test
    void derivesOtherMemoryIdsForAnotherLongEntity() {
        String some = "a".repeat(199) + "x";
        String other = "a".repeat(199) + "y";

        assertThat(MemoryIds.of(some, 1, 0)).isNotEqualTo(MemoryIds.of(other, 1, 0));
    }

    @Test
    void numbersTheVersionsOfAMemoryWithoutGaps() {
        ann.decide(event("e1", 0, "a"), write("one", "e1"), new DelayIndex("$0", 50, "r"));
        ann.decide(event("e2", 10, "b"), new UpdateMemory(M1, "two", List.of(), List.of("e2"), "r"));
        ann.decide(event("e3", 20, "c"), new UpdateMemory(M1, "three", List.of(), List.of("e3"), "r"));
        ann.decide(event("e4", 30, "d"), new MarkStale(M1, null, List.of("e4"), "r"));

        Map<String, Integer> latest = new HashMap<>();
        for (AppliedDecision applied : ann.history()) {
            for (MemoryVersion version : applied.versions()) {
                assertThat(version.version()).isEqualTo(latest.getOrDefault(version.memoryId(), 0) + 1);
                latest.put(version.memoryId(), version.version());
            }
        }
        assertThat(latest).isEqualTo(Map.of(M1, 4));
    }
}
