package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.job.source.DatasetFolder;
import io.fastmemory.job.source.GoldLabels;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.LabelLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.timeline.LineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLabelsTest {
    private static final String EVENT = "{\"kind\":\"event\",\"event_id\":\"e2\",\"category\":\"contradiction\","
            + "\"facts\":[{\"subject\":\"bike\",\"attribute\":\"colour\",\"value\":\"blue\"}],\"supersedes\":[\"e1\"]}";
    private static final String QUERY = "{\"kind\":\"query\",\"query_id\":\"q1\",\"category\":\"unknown\","
            + "\"required\":[],\"forbidden\":[],\"abstain\":true}";

    @TempDir
    Path folder;

    @Test
    void copiesTheLabelsOfEventsAsRolloutLines() throws IOException {
        Path target = folder.resolve("parts/labels.jsonl");

        EventLabels.copy(gold(EVENT + "\n\n" + QUERY + "\n"), target);

        assertThat(Files.readAllLines(target))
                .singleElement()
                .satisfies(line -> assertThat(Json.read(line, RolloutLine.class))
                        .isEqualTo(new LabelLine(new GoldEvent(
                                "e2",
                                EventCategory.CONTRADICTION,
                                List.of(Fact.of("bike", "colour", "blue")),
                                null,
                                List.of("e1"),
                                null))));
    }

    @Test
    void namesTheLineOfALabelThatCannotBeRead() throws IOException {
        Path gold = gold(EVENT + "\n" + EVENT.replace("contradiction", "rumour") + "\n");
        Path target = folder.resolve("parts/labels.jsonl");

        assertThatThrownBy(() -> EventLabels.copy(gold, target))
                .isInstanceOf(LineException.class)
                .hasMessageContaining("gold.jsonl line 2")
                .hasMessageContaining("category");
        assertThat(target).doesNotExist();
    }

    @Test
    void namesTheByteOfALabelThatIsNotUtf8() throws IOException {
        byte[] lines = (EVENT + "\n" + EVENT + "\n").getBytes(StandardCharsets.UTF_8);
        lines[EVENT.length() + 1 + EVENT.indexOf("blue")] = (byte) 0xFC;
        Path gold = Files.write(folder.resolve("gold.jsonl"), lines);
        String place = "gold.jsonl line 2: expected UTF-8, found byte 0xFC at byte " + (EVENT.indexOf("blue") + 1);

        assertThatThrownBy(() -> EventLabels.copy(gold, folder.resolve("parts/labels.jsonl")))
                .isInstanceOf(LineException.class)
                .hasMessage(place);
        assertThatThrownBy(() -> DatasetFolder.checkLabels(folder)).hasMessage(place);
        assertThatThrownBy(() -> GoldLabels.load(gold.toString())).hasMessage(place);
    }

    private Path gold(String lines) throws IOException {
        return Files.writeString(folder.resolve("gold.jsonl"), lines);
    }
}
