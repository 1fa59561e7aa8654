package io.fastmemory.job.memory;

import static io.fastmemory.job.memory.EntityUnderTest.codes;
import static io.fastmemory.job.memory.EntityUnderTest.event;
import static io.fastmemory.job.memory.EntityUnderTest.write;
import static io.fastmemory.model.RejectionCode.BAD_REFERENCE;
import static io.fastmemory.model.RejectionCode.CONFLICTING_USE;
import static io.fastmemory.model.RejectionCode.DEPENDS_ON_REJECTED;
import static io.fastmemory.model.RejectionCode.FOREIGN_SOURCE;
import static io.fastmemory.model.RejectionCode.INDEX_BUDGET_EXCEEDED;
import static io.fastmemory.model.RejectionCode.NOT_ACTIVE;
import static io.fastmemory.model.RejectionCode.STORAGE_BUDGET_EXCEEDED;
import static io.fastmemory.model.RejectionCode.UNKNOWN_MEMORY;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.CompressMemory;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.MarkStale;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which actions of a valid answer are not carried out, and that nothing else suffers from them. */
class ActionValidatorTest {
    private static final String M1 = "ann:m1.0";

    private final EntityUnderTest ann = new EntityUnderTest("ann", EntityUnderTest.budgets());

    static Stream<MemoryAction> actionsOnAForeignMemory() {
        return Stream.of(
                new UpdateMemory("bob:m1.0", "mine now", List.of(), List.of("e2"), "r"),
                new MarkStale("bob:m1.0", null, List.of("e2"), "r"),
                new MarkStale(M1, "bob:m1.0", List.of("e2"), "r"),
                new CompressMemory(List.of(M1, "bob:m1.0"), "ours", List.of(), "r"),
                new IndexNow("bob:m1.0", "r"),
                new DelayIndex("bob:m1.0", 5, "r"));
    }

    @ParameterizedTest
    @MethodSource("actionsOnAForeignMemory")
    void rejectsEveryActionOnAMemoryOfAnotherEntity(MemoryAction action) {
        ann.decide(event("e1", 0, "a"), write("mine", "e1"));
        EntityMemory before = ann.memory();

        AppliedDecision applied = ann.decide(event("e2", 1, "b"), action);

        assertThat(codes(applied)).containsExactly(UNKNOWN_MEMORY);
        assertThat(applied.versions()).isEmpty();
        assertThat(applied.indexRequests()).isEmpty();
        assertThat(ann.memory().active()).isEqualTo(before.active());
    }

    @Test
    void chargesFactsToTheStorageBudget() {
        List<Fact> facts = List.of(Fact.of("subject", "attribute", "v".repeat(2_000)));
        EntityUnderTest small = EntityUnderTest.within(500, 20);

        AppliedDecision written = small.decide(
                event("e1", 0, "x"),
                new WriteMemory("x", facts, List.of("e1"), Layer.FACT, null, "r"),
                write("y", "e1"));
        AppliedDecision rewritten =
                small.decide(event("e2", 1, "x"), new UpdateMemory("ann:m1.1", "y", facts, List.of("e2"), "r"));

        assertThat(codes(written)).containsExactly(STORAGE_BUDGET_EXCEEDED, null);
        assertThat(codes(rewritten)).containsExactly(STORAGE_BUDGET_EXCEEDED);
        assertThat(small.memory().ledger().tokens()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("actionsOnAForeignMemory")
    void rejectsEveryActionOnAMemoryThatWasNotShown(MemoryAction action) {
        ann.decide(event("e1", 0, "a"), write("mine", "e1"), write("hidden", "e1"));
        ann.hide("ann:m1.1");

        AppliedDecision applied = ann.decide(event("e2", 1, "b"), retargeted(action, "ann:m1.1"));

        assertThat(codes(applied)).containsExactly(UNKNOWN_MEMORY);
        assertThat(applied.versions()).isEmpty();
    }

    private static MemoryAction retargeted(MemoryAction action, String memoryId) {
        String json = io.fastmemory.model.Json.write(action).replace("bob:m1.0", memoryId);
        return io.fastmemory.model.Json.read(json, MemoryAction.class);
    }

    @Test
    void acceptsEventsOfTheCallShownRecentEventsAndTheTargetsOwnSources() {
        ann.decide(event("old", 0, "a"), write("mine", "old"));
        // 50 further events push the first out of the short-term window.
        for (int i = 0; i < 50; i++) {
            ann.decide(event("n" + i, 1 + i, "b"), new IgnoreEvent("n" + i, "r"));
        }

        AppliedDecision applied = ann.decide(
                event("e1", 100, "c"),
                write("of the call", "e1"),
                write("of a recent event", "n49"),
                write("of the first event again", "old"),
                new UpdateMemory(M1, "with its own source", List.of(), List.of("old"), "r"));

        assertThat(codes(applied)).containsExactly(null, null, FOREIGN_SOURCE, null);
    }

    @Test
    void rejectsSourcesAndIgnoredEventsThatWereNeverShown() {
        ann.decide(event("e1", 0, "a"), write("mine", "e1"));

        AppliedDecision applied = ann.decide(
                event("e2", 1, "b"),
                write("foreign", "e2", "bob-1"),
                new UpdateMemory(M1, "x", List.of(), List.of("bob-1"), "r"),
                new MarkStale(M1, null, List.of("bob-1"), "r"),
                new IgnoreEvent("bob-1", "r"),
                new IgnoreEvent("e2", "r"));

        assertThat(codes(applied))
                .containsExactly(FOREIGN_SOURCE, FOREIGN_SOURCE, FOREIGN_SOURCE, FOREIGN_SOURCE, null);
        assertThat(ann.active(M1).latest().version()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$1", "$2", "$99", "$-1", "$", "$x", "$99999999999", "$ 0"})
    void rejectsReferencesThatNameNoEarlierAction(String reference) {
        AppliedDecision applied =
                ann.decide(event("e1", 0, "a"), write("a", "e1"), new IndexNow(reference, "r"), write("b", "e1"));

        assertThat(codes(applied)).containsExactly(null, BAD_REFERENCE, null);
    }

    @Test
    void rejectsWhatDependsOnARejectedAction() {
        AppliedDecision applied = ann.decide(
                event("e1", 0, "a"),
                write("a", "bob-1"),
                new IndexNow("$0", "r"),
                write("b", "e1"),
                new MarkStale("$2", "$0", List.of("e1"), "r"));

        assertThat(codes(applied).subList(0, 3)).containsExactly(FOREIGN_SOURCE, DEPENDS_ON_REJECTED, null);
        assertThat(codes(applied).get(3)).isNotNull();
        assertThat(applied.results().get(1).error().message()).contains("action 0");
    }

    @Test
    void rejectsAReferenceToAnActionThatMadeNoMemory() {
        ann.decide(event("e1", 0, "a"), write("one", "e1"));

        AppliedDecision applied = ann.decide(
                event("e2", 1, "b"),
                new IgnoreEvent("e2", "r"),
                new IndexNow("$0", "r"),
                new MarkStale(M1, null, List.of("e2"), "r"),
                new IndexNow("$2", "r"));

        assertThat(codes(applied)).containsExactly(null, DEPENDS_ON_REJECTED, null, DEPENDS_ON_REJECTED);
    }

    @Test
    void resolvesReferencesToWrittenUpdatedAndCompressedMemories() {
        ann.decide(event("e1", 0, "a"), write("one", "e1"), write("two", "e1"), write("three", "e1"));

        AppliedDecision applied = ann.decide(
                event("e2", 1, "b"),
                write("four", "e2"),
                new IndexNow("$0", "r"),
                new UpdateMemory(M1, "ONE", List.of(), List.of("e2"), "r"),
                new DelayIndex("$2", 100, "r"),
                new CompressMemory(List.of("ann:m1.1", "ann:m1.2"), "2+3", List.of(), "r"),
                new IndexNow("$4", "r"));

        assertThat(codes(applied)).containsOnlyNulls();
        assertThat(applied.indexRequests().stream()
                        .filter(request -> request.document() != null)
                        .map(IndexRequest::memoryId))
                .containsExactly("ann:m2.0", M1, "ann:m2.4");
    }

    @Test
    void changesNoMemoryTwiceInOneAnswer() {
        ann.decide(event("e1", 0, "a"), write("one", "e1"), write("two", "e1"));

        AppliedDecision applied = ann.decide(
                event("e2", 1, "b"),
                new UpdateMemory(M1, "ONE", List.of(), List.of("e2"), "r"),
                new UpdateMemory(M1, "Uno", List.of(), List.of("e2"), "r"),
                new MarkStale(M1, null, List.of("e2"), "r"),
                new MarkStale("$0", null, List.of("e2"), "r"),
                new CompressMemory(List.of(M1, "ann:m1.1"), "1+2", List.of(), "r"),
                new CompressMemory(List.of("ann:m1.1", "ann:m1.1"), "2+2", List.of(), "r"),
                new IndexNow(M1, "indexing the new version is no conflict"));

        assertThat(codes(applied))
                .containsExactly(
                        null,
                        CONFLICTING_USE,
                        CONFLICTING_USE,
                        CONFLICTING_USE,
                        CONFLICTING_USE,
                        CONFLICTING_USE,
                        null);
        assertThat(ann.active(M1).latest().content()).isEqualTo("ONE");
        assertThat(ann.memory().active()).containsOnlyKeys(M1, "ann:m1.1");
    }

    @Test
    void rejectsActionsOnAMemoryTheAnswerHasEnded() {
        ann.decide(event("e1", 0, "a"), write("one", "e1"));

        AppliedDecision applied = ann.decide(
                event("e2", 1, "b"),
                new MarkStale(M1, null, List.of("e2"), "r"),
                new IndexNow(M1, "r"),
                new UpdateMemory(M1, "again", List.of(), List.of("e2"), "r"));
        AppliedDecision later = ann.decide(event("e3", 2, "c"), new IndexNow(M1, "r"), new IgnoreEvent("e3", "r"));

        assertThat(codes(applied)).containsExactly(null, NOT_ACTIVE, NOT_ACTIVE);
        assertThat(codes(later)).containsExactly(UNKNOWN_MEMORY, null);
    }

    @Test
    void rejectsAMemorySupersededByItself() {
        ann.decide(event("e1", 0, "a"), write("one", "e1"));

        assertThat(codes(ann.decide(event("e2", 1, "b"), new MarkStale(M1, M1, List.of("e2"), "r"))))
                .containsExactly(CONFLICTING_USE);
    }

    @Test
    void rejectsWhatWouldExceedTheStorageBudgetAndOnlyThat() {
        EntityUnderTest tight = EntityUnderTest.within(4, 20);

        AppliedDecision applied = tight.decide(
                event("e1", 0, "a"),
                write("three tokens", "e1"),
                write("two tok", "e1"),
                new IndexNow("$1", "r"),
                write("one", "e1"));

        assertThat(codes(applied)).containsExactly(null, STORAGE_BUDGET_EXCEEDED, DEPENDS_ON_REJECTED, null);
        assertThat(tight.memory().ledger().tokens()).isEqualTo(4);
        assertThat(applied.results().get(1).storageTokensDelta()).isZero();
        assertThat(applied.results().get(1).error().message()).contains("4").contains("5");
    }

    @Test
    void refundsWhatIsMarkedStaleOrCompressedWithinTheSameAnswer() {
        EntityUnderTest tight = EntityUnderTest.within(8, 20);
        tight.decide(event("e1", 0, "a"), write("four tokens long", "e1"), write("four tokens more", "e1"));

        AppliedDecision stale = tight.decide(
                event("e2", 1, "b"), new MarkStale(M1, null, List.of("e2"), "r"), write("four tokens new!", "e2"));
        AppliedDecision compressed = tight.decide(
                event("e3", 2, "c"),
                new CompressMemory(List.of("ann:m1.1", "ann:m2.1"), "two tok", List.of(), "r"),
                write("six tokens, no more than", "e3"));

        assertThat(codes(stale)).containsExactly(null, null);
        assertThat(codes(compressed)).containsExactly(null, null);
        assertThat(tight.memory().ledger().tokens()).isEqualTo(8);
    }

    @Test
    void letsAnEntityAboveALoweredLimitComeDownButNotGrow() {
        ann.decide(event("e1", 0, "a"), write("four tokens long", "e1"), write("four tokens more", "e1"));
        EntityMemory above = ann.memory();
        ActionApplier lowered = new ActionApplier(new Budgets(2, 20, 5_000, true), RecentEvents.DEFAULTS);

        List<AppliedDecision> applied = Stream.<MemoryAction>of(
                        new UpdateMemory(M1, "three tokens", List.of(), List.of("e2"), "r"),
                        new UpdateMemory(M1, "same four tokens", List.of(), List.of("e2"), "r"),
                        new UpdateMemory(M1, "now it is five tokens", List.of(), List.of("e2"), "r"),
                        new CompressMemory(List.of(M1, "ann:m1.1"), "still over the limit", List.of(), "r"),
                        write("x", "e2"))
                .map(action -> lowered.apply(
                                above,
                                EntityUnderTest.decision(
                                        "ann",
                                        2,
                                        List.of(event("e2", 1, "b")),
                                        List.of(),
                                        DecisionOutcome.DECIDED,
                                        List.of(action)))
                        .applied())
                .toList();

        assertThat(applied.stream().map(one -> codes(one).get(0)))
                .containsExactly(null, null, STORAGE_BUDGET_EXCEEDED, null, STORAGE_BUDGET_EXCEEDED);
    }

    @Test
    void chargesIndexOperationsPerTumblingMinuteOfStreamTime() {
        EntityUnderTest tight = EntityUnderTest.within(2_000, 2);
        AppliedDecision first = tight.decide(
                event("e1", 30_000, "a"),
                write("one", "e1"),
                new IndexNow("$0", "r"),
                new DelayIndex("$0", 90_000, "charged when accepted, whenever it is due"),
                new IndexNow("$0", "one too many"));
        AppliedDecision sameMinute =
                tight.decide(event("e2", 59_999, "b"), new DelayIndex(M1, 1, "r"), new IgnoreEvent("e2", "r"));
        AppliedDecision nextMinute =
                tight.decide(event("e3", 60_000, "c"), new IndexNow(M1, "r"), new IgnoreEvent("e3", "r"));

        assertThat(codes(first)).containsExactly(null, null, null, INDEX_BUDGET_EXCEEDED);
        assertThat(codes(sameMinute)).containsExactly(INDEX_BUDGET_EXCEEDED, null);
        assertThat(codes(nextMinute)).containsExactly(null, null);
        assertThat(tight.memory().ledger().indexOperationsAt(60_000)).isEqualTo(1);
        assertThat(tight.memory().ledger().indexOperationsAt(120_000)).isZero();
    }

    @Test
    void chargesNothingForRejectedIndexingAndForRemovals() {
        EntityUnderTest tight = EntityUnderTest.within(2_000, 1);
        tight.decide(event("e1", 0, "a"), new IndexNow("bob:m1.0", "r"), write("one", "e1"), new IndexNow("$1", "r"));

        AppliedDecision removal =
                tight.decide(event("e2", 1, "b"), new MarkStale("ann:m1.1", null, List.of("e2"), "r"));

        assertThat(codes(removal)).containsOnlyNulls();
        assertThat(removal.indexRequests()).hasSize(1);
        assertThat(tight.memory().ledger().indexOperationsAt(1)).isEqualTo(1);
    }

    @Test
    void onlyReportsBudgetsThatAreNotEnforced() {
        EntityUnderTest free = new EntityUnderTest("ann", new Budgets(1, 1, 5_000, false));

        AppliedDecision applied = free.decide(
                event("e1", 0, "a"),
                write("four tokens long", "e1"),
                new IndexNow("$0", "r"),
                write("four tokens more", "e1"),
                new IndexNow("$2", "r"));

        assertThat(codes(applied)).containsOnlyNulls();
        assertThat(free.memory().ledger().tokens()).isEqualTo(8);
        assertThat(free.memory().ledger().indexOperationsAt(0)).isEqualTo(2);
    }

    @Test
    void rejectsAnActionAloneAndCarriesOutTheOthers() {
        AppliedDecision applied = ann.decide(
                event("e1", 0, "a"),
                write("one", "e1"),
                new UpdateMemory("nobody:m9.9", "x", List.of(), List.of("e1"), "r"),
                new WriteMemory("two", List.of(), List.of("e1"), Layer.FACT, 10L, "r"),
                new IndexNow("$2", "r"));

        assertThat(applied.results()).extracting(ActionResult::success).containsExactly(true, false, true, true);
        assertThat(ann.memory().active()).containsOnlyKeys(M1, "ann:m1.2");
        assertThat(applied.results())
                .allSatisfy(result -> assertThat(result.success()).isEqualTo(result.error() == null));
    }
}
