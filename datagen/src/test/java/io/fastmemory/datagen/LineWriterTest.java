package io.fastmemory.datagen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Fast lines are the lines that the records give, whatever the texts hold and wherever the buffer ends. */
class LineWriterTest {
    private static final List<String> TEXTS = List.of(
            "",
            "plain words",
            "why? \"because\" of C:\\path",
            "Grüße an 雪 für €5",
            "\u0000\u0001\b\t\n\f\r\u001f\u007f\u0080\u2028\u2029",
            "\uD83D\uDE00 \uD83D\uDE00",
            "</script>{\"kind\":\"event\"}");

    @Test
    void writesTheLinesOfTheRecords() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<String> lines = new ArrayList<>();
        try (LineWriter writer = new LineWriter(bytes)) {
            for (String text : TEXTS) {
                Event event = event(text, Map.of("b", text, "a", "2"));
                writer.write(event);
                lines.add(DatasetLines.of(event));
                Query query = new Query(
                        "q-1",
                        List.of("u-1", "u-2"),
                        "s",
                        Long.MAX_VALUE,
                        Instant.EPOCH,
                        text,
                        List.of(new Ask("a1", "x" + text, null), new Ask("a2", "y", text)),
                        0L);
                writer.write(query);
                lines.add(DatasetLines.of(query));
                Fact fact = new Fact("s" + text, text, "v" + text, List.of(text, "other"), text);
                GoldEvent goldEvent = new GoldEvent(
                        "e-1",
                        EventCategory.STALE_UPDATE,
                        List.of(fact, Fact.of("s", null, "v")),
                        "e-0",
                        List.of("e-2", "e-3"),
                        text);
                writer.write(goldEvent);
                lines.add(DatasetLines.of(goldEvent));
                GoldQuery goldQuery = new GoldQuery(
                        "q-1",
                        text,
                        List.of(
                                new GoldQuery.Required("a1", fact, List.of("e-1", "e-2")),
                                new GoldQuery.Required("a2", fact, List.of())),
                        List.of(new GoldQuery.Forbidden("a1", fact), new GoldQuery.Forbidden("a2", fact)),
                        text.isEmpty());
                writer.write(goldQuery);
                lines.add(DatasetLines.of(goldQuery));
            }
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(String.join("\n", lines) + '\n');
    }

    @Test
    void writesTheSameAcrossTheEndOfItsBuffer() throws Exception {
        for (int length = (1 << 16) - 120; length < (1 << 16) + 10; length++) {
            String text = "x".repeat(length);
            for (Event event : List.of(event(text, Map.of()), event("?" + text, Map.of()))) {
                assertThat(written(event)).isEqualTo(DatasetLines.of(event) + '\n');
            }
        }
    }

    /** Texts are looked at eight bytes at a time: what needs an escape is found at every place of those and after them. */
    @Test
    void findsWhatNeedsAnEscapeWhereverItStands() throws Exception {
        for (char one = 0; one < 0x180; one++) {
            for (int place = 0; place < 19; place++) {
                Event event = event("~".repeat(place) + one + " ".repeat(18 - place), Map.of());
                assertThat(written(event)).isEqualTo(DatasetLines.of(event) + '\n');
            }
        }
    }

    @Test
    void refusesHalfACharacter() {
        assertThatThrownBy(() -> written(event("half \uD800", Map.of()))).hasMessageContaining("surrogate");
    }

    private static String written(Event event) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (LineWriter writer = new LineWriter(bytes)) {
            writer.write(event);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Event event(String text, Map<String, String> attributes) {
        return new Event("e-1", "u-1", Scope.GLOBAL, null, 1234567, null, "chat", text, Urgency.URGENT, attributes);
    }
}
