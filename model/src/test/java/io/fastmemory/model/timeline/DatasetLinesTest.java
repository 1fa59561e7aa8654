package io.fastmemory.model.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Ask;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatasetLinesTest {
    private static final Event EVENT = new Event(
            "e1",
            "n1",
            Scope.SESSION,
            "s1",
            5,
            Instant.parse("2023-05-08T13:56:00Z"),
            "chat",
            "line\nbreak \"quoted\" ☂",
            Urgency.URGENT,
            Map.of("b", "2", "a", "1", "c", "3"));

    @Test
    void writesAnEventOnOneLineInAFixedOrder() {
        assertThat(DatasetLines.of(EVENT))
                .isEqualTo("{\"kind\":\"event\",\"event_id\":\"e1\",\"entity_id\":\"n1\",\"scope\":\"session\","
                        + "\"session_id\":\"s1\",\"offset_ms\":5,\"event_time\":\"2023-05-08T13:56:00Z\","
                        + "\"source\":\"chat\",\"text\":\"line\\nbreak \\\"quoted\\\" ☂\",\"urgency\":\"urgent\","
                        + "\"attributes\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}}");
    }

    @Test
    void leavesOutWhatIsAbsent() {
        Event bare = new Event("e", "n", Scope.USER, null, 0, null, "chat", "t", Urgency.NORMAL, Map.of());

        assertThat(DatasetLines.of(bare)).doesNotContain("null", "session_id", "event_time", "attributes");
    }

    @Test
    void readsBackEveryEventAndQueryItWrites() {
        Query query = new Query(
                "q1", List.of("n1"), "s1", 9, Instant.EPOCH, "Where?", List.of(new Ask("a", "Ann", null)), 100L);

        assertThat(TimelineParser.parse("f", 1, DatasetLines.of(EVENT))).isEqualTo(new TimelineLine.EventRead(EVENT));
        assertThat(TimelineParser.parse("f", 1, DatasetLines.of(query))).isEqualTo(new TimelineLine.QueryRead(query));
    }

    @Test
    void readsBackEveryLabelItWrites() {
        Fact fact = new Fact("Ann", "distance", "5", List.of("five"), "km");
        GoldEvent event = new GoldEvent("e2", EventCategory.STALE_UPDATE, List.of(fact), "e0", List.of("e1"), "g1");
        GoldQuery query = new GoldQuery(
                "q1",
                "stale",
                List.of(new GoldQuery.Required("a", fact, List.of("e2", "e3"))),
                List.of(new GoldQuery.Forbidden("a", Fact.of("Ann", null, "4 km"))),
                false);

        assertThat(GoldParser.parse("f", 1, DatasetLines.of(event))).isEqualTo(new GoldLine.OfEvent(event));
        assertThat(GoldParser.parse("f", 1, DatasetLines.of(query))).isEqualTo(new GoldLine.OfQuery(query));
    }
}
