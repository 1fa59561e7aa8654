package io.fastmemory.datagen.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.datagen.StreamGenerator;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectorTest {
    @TempDir
    Path folder;

    @Test
    void countsWhatTheDatasetCounts() throws Exception {
        Dataset dataset = new StreamGenerator(GeneratorConfig.medium(7)).writeTo(folder);

        Inspection found = Inspector.inspect(folder, 0);

        Map<String, Long> counts = new HashMap<>();
        found.events().categories().forEach((category, count) -> counts.put("event_" + category, count));
        found.queries().categories().forEach((category, count) -> counts.put("query_" + category, count));
        assertThat(counts).isEqualTo(dataset.counts());
        assertThat(found.dataset()).isEqualTo(dataset);
        assertThat(found.events().count()).isEqualTo(10_000);
        assertThat(found.queries().count()).isEqualTo(1_500);
        assertThat(found.entities().count()).isEqualTo(200);
        assertThat(found.entities().busiest()).hasSize(10);
        assertThat(found.entities().busiest().get(0).events())
                .isEqualTo(found.entities().events().max())
                .isGreaterThan(1_000);
        assertThat(found.sampleEvents()).isEmpty();
    }

    @Test
    void spreadsTheTimelineOverBuckets() throws Exception {
        new StreamGenerator(GeneratorConfig.medium(7)).writeTo(folder);

        Inspection.Timeline timeline = Inspector.inspect(folder, 0).timeline();

        assertThat(timeline.bucketMillis()).isEqualTo(65_536);
        assertThat(timeline.events()).hasSize(23).allMatch(count -> count > 200);
        assertThat(timeline.events().stream().mapToLong(Long::longValue).sum()).isEqualTo(10_000);
        assertThat(timeline.queries().stream().mapToLong(Long::longValue).sum()).isEqualTo(1_500);
    }

    @Test
    void showsSamplesWithTheirLabelsAndEvidence() throws Exception {
        new StreamGenerator(GeneratorConfig.small(7)).writeTo(folder);

        Inspection found = Inspector.inspect(folder, 12);

        assertThat(found.sampleEvents())
                .hasSize(12)
                .allSatisfy(sample -> assertThat(sample.gold().eventId())
                        .isEqualTo(sample.event().eventId()));
        assertThat(found.sampleQueries()).hasSize(12).allSatisfy(sample -> {
            assertThat(sample.gold().queryId()).isEqualTo(sample.query().queryId());
            assertThat(sample.evidence().stream().map(Event::eventId))
                    .containsExactlyElementsOf(sample.gold().required().stream()
                            .flatMap(required -> required.evidence().stream())
                            .toList());
        });
        assertThat(found.sampleEvents().get(11).event().offsetMs()).isGreaterThan(20_000);
    }

    @Test
    void noticesAChangedFile() throws Exception {
        new StreamGenerator(GeneratorConfig.small(7)).writeTo(folder);
        Path gold = folder.resolve(Dataset.GOLD_FILE);
        String last = Files.readAllLines(gold).get(0);
        Files.writeString(gold, last.replace("e-0000001", "e-0000999") + '\n', StandardOpenOption.APPEND);

        Inspection found = Inspector.inspect(folder, 0);

        assertThat(found.files()).extracting(Inspection.FileSize::intact).containsExactly(true, false);
        assertThat(found.files().get(0).bytes()).isEqualTo(Files.size(folder.resolve(Dataset.STREAM_FILE)));
    }

    @Test
    void namesFileLineAndFieldOfABadLine() throws Exception {
        new StreamGenerator(GeneratorConfig.small(7)).writeTo(folder);
        Files.writeString(folder.resolve(Dataset.STREAM_FILE), "{\"kind\":\"event\"}\n");

        assertThatThrownBy(() -> Inspector.inspect(folder, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("stream.jsonl")
                .hasMessageContaining("event_id");
    }

    @Test
    void refusesAFolderWithoutADataset() {
        assertThatThrownBy(() -> Inspector.inspect(folder, 1))
                .hasMessage("expected a dataset folder with dataset.json: found none in " + folder);
        assertThatThrownBy(() -> Inspector.inspect(folder, -1)).hasMessageContaining("samples must not be negative");
    }
}
