package io.fastmemory.job.policy;

import static io.fastmemory.job.memory.EntityUnderTest.event;
import static io.fastmemory.job.memory.EntityUnderTest.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.memory.EntityUnderTest;
import io.fastmemory.model.Budget;
import io.fastmemory.model.Event;
import io.fastmemory.model.IndexState;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.MemoryView;
import io.fastmemory.model.PolicyRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of an entity's memory a call shows. */
class CallBuilderTest {
    private final EntityUnderTest ann = new EntityUnderTest("ann", EntityUnderTest.budgets());

    @Test
    void leavesOutTheOldestTouchedMemoriesFirst() {
        ann.decide(event("e1", 0, "a"), write("four tokens long", "e1"));
        ann.decide(event("e2", 10, "b"), write("four tokens more", "e2"));
        ann.decide(event("e3", 20, "c"), write("four tokens then", "e3"));
        ann.decide(
                event("e4", 30, "d"), new UpdateMemory("ann:m1.0", "four tokens anew", List.of(), List.of("e4"), "r"));

        PolicyCall call = call(8, 40);

        assertThat(call.memories()).extracting(MemoryView::memoryId).containsExactly("ann:m1.0", "ann:m3.0");
        assertThat(call.hiddenMemoryIds()).containsExactly("ann:m2.0");
        assertThat(call.toRequest(Budget.of(5_000, 0)).notShown()).isEqualTo(1);
    }

    @Test
    void showsNoOlderMemoryOnceOneDidNotFit() {
        ann.decide(event("e1", 0, "a"), write("x", "e1"));
        ann.decide(event("e2", 10, "b"), write("a memory that is too long", "e2"));

        PolicyCall call = call(5, 20);

        assertThat(call.memories()).isEmpty();
        assertThat(call.hiddenMemoryIds()).containsExactly("ann:m2.0", "ann:m1.0");
    }

    @Test
    void neitherShowsNorCountsWhatHasExpired() {
        ann.decide(
                event("e1", 0, "a"),
                new WriteMemory("four tokens long", List.of(), List.of("e1"), Layer.FACT, 1_000L, "r"),
                write("three tokens", "e1"));

        PolicyCall before = call(8_000, 999);
        PolicyCall after = call(8_000, 1_000);

        assertThat(before.memories()).hasSize(2);
        assertThat(before.storage().used()).isEqualTo(7);
        assertThat(after.memories()).extracting(MemoryView::memoryId).containsExactly("ann:m1.1");
        assertThat(after.hiddenMemoryIds()).isEmpty();
        assertThat(after.storage()).isEqualTo(Budget.of(2_000, 3));
    }

    @Test
    void showsBudgetsResultsAndRecentEventsAsTheLastDecisionLeftThem() {
        ann.decide(
                event("e1", 59_000, "a"),
                write("three tokens", "e1"),
                new IndexNow("$0", "r"),
                new IndexNow("$9", "r"));

        PolicyRequest sameMinute = call(8_000, 59_500).toRequest(Budget.of(5_000, 7));
        PolicyRequest nextMinute = call(8_000, 60_000).toRequest(Budget.of(5_000, 7));

        assertThat(sameMinute.indexingBudget()).isEqualTo(new Budget(20, 1, 19));
        assertThat(nextMinute.indexingBudget()).isEqualTo(new Budget(20, 0, 20));
        assertThat(sameMinute.storageBudget()).isEqualTo(new Budget(2_000, 3, 1_997));
        assertThat(sameMinute.latencyBudget()).isEqualTo(new Budget(5_000, 7, 4_993));
        assertThat(sameMinute.lastResults())
                .isEqualTo(ann.memory().ledger().lastResults())
                .hasSize(3);
        assertThat(sameMinute.recentEvents()).extracting(Event::eventId).containsExactly("e1");
        assertThat(sameMinute.events()).extracting(Event::eventId).containsExactly("now");
    }

    @Test
    void showsAgeAndIndexStateAtTheNewestEvent() {
        ann.decide(
                event("e1", 1_000, "a"),
                write("one", "e1"),
                new DelayIndex("$0", 500, "r"),
                write("two", "e1"),
                new IgnoreEvent("e1", "r"));

        assertThat(call(8_000, 1_400).memories())
                .extracting(MemoryView::indexState)
                .containsExactly(IndexState.SCHEDULED, IndexState.NONE);
        assertThat(call(8_000, 1_500).memories())
                .extracting(MemoryView::indexState)
                .containsExactly(IndexState.REQUESTED, IndexState.NONE);
        assertThat(call(8_000, 1_400).memories()).extracting(MemoryView::ageMs).containsExactly(400L, 400L);
    }

    private PolicyCall call(long promptTokens, long streamMs) {
        return new CallBuilder(EntityUnderTest.budgets(), promptTokens)
                .build("ann", 9, "generation", List.of(event("now", streamMs, "now")), ann.memory());
    }
}
