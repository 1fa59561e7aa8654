package io.fastmemory.job.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Event;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The short-term window at each of its bounds. */
class RecentEventsTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void keepsTheNewestOfTooMany() {
        RecentEvents window = new RecentEvents(3, HOUR, 1_000, 1_000, 0);

        assertThat(ids(window.add(List.of(), events(3)))).containsExactly("e0", "e1", "e2");
        assertThat(ids(window.add(List.of(), events(4)))).containsExactly("e1", "e2", "e3");
        assertThat(ids(window.add(events(3), List.of(event("x", NOON, 1))))).containsExactly("e1", "e2", "x");
    }

    @Test
    void dropsWhatIsOlderThanTheMaximumAgeAgainstTheNewest() {
        RecentEvents window = new RecentEvents(50, HOUR, 1_000, 1_000, 0);
        Event tooOld = event("too-old", NOON.minus(HOUR).minusMillis(1), 1);
        Event justInTime = event("just-in-time", NOON.minus(HOUR), 1);

        List<Event> kept = window.add(List.of(tooOld, justInTime), List.of(event("now", NOON, 1)));

        assertThat(ids(kept)).containsExactly("just-in-time", "now");
    }

    @Test
    void keepsTheNewestFewHoweverOldAndLongTheyAre() {
        RecentEvents window = new RecentEvents(50, HOUR, 10, 5, 2);
        Event old = event("old", NOON.minus(HOUR.multipliedBy(9)), 100);

        assertThat(ids(window.add(List.of(old, old, old), List.of(event("now", NOON, 100)))))
                .containsExactly("old", "now");
    }

    @Test
    void judgesNoAgeWhereTheNewestHasNoDate() {
        RecentEvents window = new RecentEvents(50, HOUR, 1_000, 1_000, 0);
        Event old = event("old", NOON.minus(HOUR.multipliedBy(9)), 1);

        assertThat(ids(window.add(List.of(old), List.of(event("undated", null, 1)))))
                .containsExactly("old", "undated");
        assertThat(window.add(List.of(), List.of())).isEmpty();
    }

    @Test
    void prunesToTheLowerTokenMarkOnlyAboveTheUpperOne() {
        RecentEvents window = new RecentEvents(50, HOUR, 100, 50, 0);

        assertThat(window.add(List.of(), sized(10, 10))).hasSize(10);
        assertThat(window.add(List.of(), sized(11, 10))).hasSize(5);
    }

    @Test
    void countsWhatAnEventHasBesideItsText() {
        RecentEvents window = new RecentEvents(50, HOUR, 100, 50, 2);
        Event wordy = new Event(
                "wordy",
                "ann",
                Scope.USER,
                null,
                0,
                NOON,
                "",
                "four",
                Urgency.NORMAL,
                Map.of("note", "four".repeat(100)));
        Event fromAfar = new Event(
                "from-afar", "ann", Scope.USER, null, 0, NOON, "four".repeat(100), "four", Urgency.NORMAL, Map.of());

        assertThat(ids(window.add(List.of(wordy), sized(3, 1)))).containsExactly("e0", "e1", "e2");
        assertThat(ids(window.add(List.of(fromAfar), sized(3, 1)))).containsExactly("e0", "e1", "e2");
        assertThat(window.add(List.of(), List.of(wordy, fromAfar))).hasSize(2);
    }

    @Test
    void prunesTokensDownToTheAlwaysKept() {
        RecentEvents window = new RecentEvents(50, HOUR, 100, 50, 7);

        assertThat(window.add(List.of(), sized(11, 10))).hasSize(7);
    }

    @Test
    void hasTheDocumentedDefaults() {
        assertThat(RecentEvents.DEFAULTS).isEqualTo(new RecentEvents(50, Duration.ofHours(2), 3_000, 2_000, 5));
    }

    private static List<Event> events(int count) {
        return sized(count, 1);
    }

    private static List<Event> sized(int count, int tokens) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(event("e" + i, NOON, tokens));
        }
        return events;
    }

    private static Event event(String id, @Nullable Instant at, int tokens) {
        return new Event(id, "ann", Scope.USER, null, 0, at, "", "four".repeat(tokens), Urgency.NORMAL, Map.of());
    }

    private static List<String> ids(List<Event> events) {
        return events.stream().map(Event::eventId).toList();
    }
}
