package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.ReplayedRun;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Budgets;
import io.fastmemory.job.memory.RecentEvents;
import io.fastmemory.model.Event;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one call covers when events are large. */
class CallSizeTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long NO_LIMIT = Long.MAX_VALUE;
    private static final CallBounds BOUNDS = new CallBounds(4, 10);

    /** Of so many characters, in the order of their ids. */
    private static final int[] SIZES = {4, 4, 4, 10, 12, 1, 1, 1, 1, 1, 30, 3};

    /** The last event waits for more. */
    private static final List<String> CALLS = List.of("1,2", "3", "4", "5", "6,7,8,9", "10", "11");

    @TempDir
    Path folder;

    @Test
    void callTakesNoMoreThanItsSizeAndAtLeastOneEvent() throws Exception {
        try (LoopHarness loop = start(false, null)) {
            feed(loop, 1, 12); // the first is taken at once, alone

            assertThat(decidedOneByOne(loop)).containsExactly("1", "2,3", "4", "5", "6,7,8,9", "10", "11", "12");
        }
    }

    @Test
    void callOfASettledRunIsFullWhenTheNextEventWouldBeTooMuch() throws Exception {
        try (LoopHarness loop = start(true, null)) {
            feed(loop, 1, 2);
            assertThat(loop.callsInFlight()).isEmpty();

            feed(loop, 3, 3);
            assertThat(decidedOneByOne(loop)).containsExactly("1,2");
            feed(loop, 4, 4);
            assertThat(decidedOneByOne(loop))
                    .as("the last one reaches the size by itself")
                    .containsExactly("3", "4");
            feed(loop, 5, 5);
            assertThat(decidedOneByOne(loop)).as("goes beyond it by itself").containsExactly("5");
            feed(loop, 6, 8);
            assertThat(loop.callsInFlight()).isEmpty();
            feed(loop, 9, 9);
            assertThat(decidedOneByOne(loop)).as("by number").containsExactly("6,7,8,9");
        }
    }

    @Test
    void whatACallOfASettledRunCoversDoesNotDependOnTime() throws Exception {
        List<String> atOnce = new ArrayList<>();
        List<String> oneByOne = new ArrayList<>();
        try (LoopHarness loop = start(true, null)) {
            feed(loop, 1, 12);
            atOnce.addAll(decidedOneByOne(loop));
        }
        try (LoopHarness loop = start(true, null)) {
            for (int i = 1; i <= SIZES.length; i++) {
                feed(loop, i, i);
                oneByOne.addAll(decidedOneByOne(loop));
            }
        }
        assertThat(atOnce).containsExactlyElementsOf(CALLS);
        assertThat(oneByOne).containsExactlyElementsOf(CALLS);
    }

    @Test
    void repeatedRunTakesAsManyEventsAsWereTakenThereWhateverTheirSize() throws Exception {
        try (SqliteFile file = new StoreOnly(store()).openStore()) {
            DecisionLog log = new DecisionLog(file);
            log.putIfAbsent("other", "a", 1, "{\"events\":[1,2,3]}").join();
            log.putIfAbsent("other", "a", 2, "{\"events\":[4,5]}").join();
        }
        try (LoopHarness loop = start(false, new ReplayedRun(store().toString(), "other"))) {
            feed(loop, 1, 2);
            assertThat(loop.callsInFlight()).isEmpty();
            feed(loop, 3, 12);

            assertThat(decidedOneByOne(loop)).startsWith("1,2,3", "4,5", "6,7,8,9");
        }
    }

    private Path store() {
        return folder.resolve("memory.db");
    }

    private LoopHarness start(boolean settled, @Nullable ReplayedRun replay) throws Exception {
        MemoryWriteSettings settings = new MemoryWriteSettings(
                BOUNDS,
                new QueueBounds(10_000, 256, 10_000, 1_000_000),
                1,
                replay,
                null,
                settled,
                NO_LIMIT,
                new Budgets(NO_LIMIT, Integer.MAX_VALUE, 5_000, true),
                RecentEvents.DEFAULTS);
        return LoopHarness.start(new ChainPolicy(), settings, new StoreOnly(store()), 1, 0, null);
    }

    private static void feed(LoopHarness loop, int first, int last) throws Exception {
        List<ArrivedEvent> events = new ArrayList<>();
        for (int number = first; number <= last; number++) {
            events.add(event(number));
        }
        loop.feedWithoutDeciding(events, 0, events.size());
    }

    private static ArrivedEvent event(int number) {
        Instant at = START.plusMillis(number);
        String text = "x".repeat(SIZES[number - 1]);
        String id = Integer.toString(number);
        return new ArrivedEvent(
                new Event(id, "a", Scope.USER, null, number, at, "", text, Urgency.NORMAL, Map.of()), at, at);
    }

    private static List<String> decidedOneByOne(LoopHarness loop) throws Exception {
        List<String> decided = new ArrayList<>();
        while (!loop.callsInFlight().isEmpty()) {
            decided.add(loop.callsInFlight().get(0).substring("a ".length()));
            loop.decideOne(0);
        }
        return decided;
    }
}
