package io.fastmemory.datagen.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.datagen.DatasetSink;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Episodes on one timeline. */
class LanesTest {
    private final List<Event> written = new ArrayList<>();
    private int episodes;
    private int asked;
    private int mostAhead;

    private final DatasetSink sink = new DatasetSink() {
        @Override
        public void event(Event event, GoldEvent gold) {
            written.add(event);
            mostAhead = Math.max(mostAhead, asked - finished());
        }

        @Override
        public void query(Query query, GoldQuery gold) {
            throw new AssertionError("no query was given");
        }
    };

    private int finished() {
        return (int) written.stream()
                .filter(event -> event.eventId().endsWith(":last"))
                .count();
    }

    /** Episode n has n + 1 events, every 10 ms. */
    private List<Moment> episode(long startMs) {
        if (asked == episodes) {
            return null;
        }
        int number = asked++;
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i <= number; i++) {
            String id = "e" + number + (i == number ? ":last" : ":" + i);
            Event event = new Event(
                    id, "u" + number, Scope.USER, null, startMs + 10L * i, null, "s", "t", Urgency.NORMAL, Map.of());
            moments.add(
                    new Moment.Told(event, new GoldEvent(id, EventCategory.NOISE, List.of(), null, List.of(), null)));
        }
        return moments;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 40})
    void writesEverythingInOrderAndHoldsOneEpisodeForEachLane(int lanes) throws IOException {
        episodes = 20;

        new Lanes(lanes, 100).writeTo(sink, this::episode);

        assertThat(written).hasSize(20 * 21 / 2);
        assertThat(written).extracting(Event::offsetMs).isSorted();
        assertThat(mostAhead).isLessThanOrEqualTo(lanes);
    }

    @Test
    void oneLaneIsOneAfterTheOther() throws IOException {
        episodes = 3;

        new Lanes(1, 100).writeTo(sink, this::episode);

        assertThat(written).extracting(Event::offsetMs).containsExactly(0L, 100L, 110L, 210L, 220L, 230L);
    }

    @Test
    void nothingIsWrittenOfNothing() throws IOException {
        new Lanes(3, 100).writeTo(sink, this::episode);

        assertThat(written).isEmpty();
    }
}
