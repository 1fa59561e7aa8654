package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Budgets;
import io.fastmemory.job.memory.RecentEvents;
import io.fastmemory.model.Event;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who gets the next call when every call is taken. */
class UrgentFirstTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final ChainPolicy policy = new ChainPolicy();

    @Test
    void entityWithAnUrgentEventGetsTheNextCall() throws Exception {
        try (LoopHarness loop = start(1, null)) {
            feed(loop, normal("a", 1), normal("b", 2), normal("c", 3), urgent("d", 4), normal("e", 5));

            assertThat(decidedOneByOne(loop)).containsExactly("a 1", "d 4", "b 2", "c 3", "e 5");
        }
    }

    @Test
    void entityThatWaitsAlreadyIsMovedForwardByAnUrgentEvent() throws Exception {
        try (LoopHarness loop = start(1, null)) {
            feed(loop, normal("a", 1), normal("b", 2), normal("c", 3), urgent("c", 4));

            assertThat(decidedOneByOne(loop)).containsExactly("a 1", "c 3,4", "b 2");
        }
    }

    @Test
    void urgentEventFarBackLetsItsEntityGoFirstUntilItIsReached() throws Exception {
        try (LoopHarness loop = start(1, null)) {
            feed(loop, normal("a", 1), normal("a", 2), normal("a", 3), urgent("a", 4), normal("a", 5), normal("b", 6));

            assertThat(decidedOneByOne(loop)).containsExactly("a 1", "a 2,3", "a 4,5", "b 6");
        }
    }

    @Test
    void urgentEventWaitsForTheCallOfItsOwnEntity() throws Exception {
        try (LoopHarness loop = start(2, null)) {
            feed(loop, normal("a", 1), urgent("a", 2));

            assertThat(loop.callsInFlight()).containsExactly("a 1");
            loop.decideOne(0);
            assertThat(loop.callsInFlight()).containsExactly("a 2");
        }
    }

    @Test
    void steadyUrgencyLeavesEveryFourthCallToTheOthers() throws Exception {
        try (LoopHarness loop = start(1, null)) {
            feed(loop, urgent("a", 1));
            for (int i = 0; i < 10; i++) { // two a call
                feed(loop, urgent("a", 10 + 2 * i), urgent("a", 11 + 2 * i));
            }
            feed(loop, normal("b", 100), normal("c", 101));

            List<String> decided = decidedOneByOne(loop);
            assertThat(decided.subList(0, 9))
                    .extracting(call -> call.substring(0, 1))
                    .containsExactly("a", "a", "a", "a", "b", "a", "a", "a", "c");
        }
    }

    @Test
    void makesNoMoreCallsThanAllowed() throws Exception {
        try (LoopHarness loop = start(2, null)) {
            feed(loop, normal("a", 1), normal("b", 2), normal("c", 3), normal("d", 4));

            assertThat(loop.callsInFlight()).containsExactly("a 1", "b 2");
            loop.decideOne(1);
            assertThat(loop.callsInFlight()).containsExactly("a 1", "c 3");
        }
    }

    @Test
    void knowsWhoIsUrgentAfterARestart() throws Exception {
        OperatorSubtaskState state;
        try (LoopHarness before = start(1, null)) {
            feed(before, normal("a", 1), normal("b", 2), normal("c", 3), urgent("c", 4));
            state = before.snapshot();
        }
        try (LoopHarness after = start(1, state)) {
            assertThat(decidedOneByOne(after)).containsExactly("a 1", "c 3,4", "b 2");
            assertThat(after.digests()).allMatch(digest -> digest.pending() == 0);
        }
    }

    private LoopHarness start(int maxCallsInFlight, @Nullable OperatorSubtaskState state) throws Exception {
        MemoryWriteSettings settings = new MemoryWriteSettings(
                CallBounds.ofEvents(2),
                new QueueBounds(10_000, 256, 10_000, 1_000_000),
                maxCallsInFlight,
                null,
                null,
                false,
                NO_LIMIT,
                new Budgets(NO_LIMIT, Integer.MAX_VALUE, 5_000, true),
                RecentEvents.DEFAULTS);
        return LoopHarness.start(policy, settings, 1, 0, state);
    }

    private static void feed(LoopHarness loop, ArrivedEvent... events) throws Exception {
        loop.feedWithoutDeciding(List.of(events), 0, events.length);
    }

    private static List<String> decidedOneByOne(LoopHarness loop) throws Exception {
        List<String> decided = new ArrayList<>();
        while (!loop.callsInFlight().isEmpty()) {
            assertThat(loop.callsInFlight()).hasSize(1);
            decided.add(loop.callsInFlight().get(0));
            loop.decideOne(0);
        }
        return decided;
    }

    private static ArrivedEvent normal(String entityId, int number) {
        return event(entityId, number, Urgency.NORMAL);
    }

    private static ArrivedEvent urgent(String entityId, int number) {
        return event(entityId, number, Urgency.URGENT);
    }

    private static ArrivedEvent event(String entityId, int number, Urgency urgency) {
        Instant at = START.plusMillis(number);
        Event event = new Event(
                Integer.toString(number), entityId, Scope.USER, null, number, at, "test", "text", urgency, Map.of());
        return new ArrivedEvent(event, at, at);
    }
}
