package io.fastmemory.datagen;

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
import io.fastmemory.model.timeline.DatasetLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lines written field by field are the lines that are written from the records. */
class LineWriterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StringBuilder expected = new StringBuilder();

    @Test
    void writesEveryComponentAsTheRecordsAreWritten() throws IOException {
        Event event = new Event(
                "e-1",
                "u-1",
                Scope.SESSION,
                "s-1",
                12_345_678_901L,
                Instant.parse("2026-03-02T09:00:00.120Z"),
                "chat",
                "\"quoted\" \\ tab\t\u0001 € 雪 \uD83D\uDE00",
                Urgency.URGENT,
                Map.of("b", "2", "a", "ä", "c", ""));
        Fact fact = new Fact("s", "a", "v", List.of("w", "x"), "kg");
        GoldEvent goldEvent =
                new GoldEvent("e-1", EventCategory.STALE_UPDATE, List.of(fact), "e-0", List.of("e-0"), "g");
        Query query = new Query(
                "q-1",
                List.of("u-1", "u-2"),
                "s-1",
                5,
                Instant.EPOCH,
                "Why?",
                List.of(new Ask("a1", "s", "a"), new Ask("a2", "s", null)),
                400L);
        GoldQuery goldQuery = new GoldQuery(
                "q-1",
                "fact",
                List.of(new GoldQuery.Required("a1", fact, List.of("e-1", "e-2"))),
                List.of(new GoldQuery.Forbidden("a1", Fact.of("s", null, "old"))),
                false);
        try (LineWriter writer = new LineWriter(bytes)) {
            writer.write(event);
            writer.write(goldEvent);
            writer.write(query);
            writer.write(goldQuery);
        }
        for (String line : List.of(
                DatasetLines.of(event),
                DatasetLines.of(goldEvent),
                DatasetLines.of(query),
                DatasetLines.of(goldQuery))) {
            expected.append(line).append('\n');
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
    }

    @Test
    void writesAWholeStreamAsTheRecordsAreWritten() throws IOException {
        try (LineWriter writer = new LineWriter(bytes)) {
            new StreamGenerator(GeneratorConfig.small(3)).generate(new DatasetSink() {
                @Override
                public void event(Event event, GoldEvent gold) throws IOException {
                    writer.write(event);
                    writer.write(gold);
                    expected.append(DatasetLines.of(event)).append('\n');
                    expected.append(DatasetLines.of(gold)).append('\n');
                }

                @Override
                public void query(Query query, GoldQuery gold) throws IOException {
                    writer.write(query);
                    writer.write(gold);
                    expected.append(DatasetLines.of(query)).append('\n');
                    expected.append(DatasetLines.of(gold)).append('\n');
                }
            });
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
    }

    @Test
    void writesNothingWhenThereIsNothing() throws IOException {
        new LineWriter(bytes).close();

        assertThat(bytes.size()).isZero();
    }
}
