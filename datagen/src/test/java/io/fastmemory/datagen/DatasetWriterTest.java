package io.fastmemory.datagen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.model.Ask;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder a writer leaves behind, finished or not. */
class DatasetWriterTest {
    @TempDir
    Path temp;

    @Test
    void writesAFolderThatReadsBack() throws Exception {
        Path folder = temp.resolve("deep/er");
        Event event = event("e-1", 5, "Grüße an 雪, \"quoted\"\nsecond line");
        Query query = new Query("q-1", List.of("u-1"), null, 9, null, "Why?", List.of(new Ask("a1", "x", null)), 4L);
        GoldQuery goldQuery = new GoldQuery("q-1", "abstain", List.of(), List.of(), true);
        Dataset written;
        try (DatasetWriter writer = DatasetWriter.open(folder, false)) {
            writer.event(event, noise("e-1"));
            writer.query(query, goldQuery);
            written = finish(writer);
        }

        DatasetReader.Contents read = DatasetReader.read(folder);

        assertThat(read.dataset()).isEqualTo(written);
        assertThat(read.events()).containsExactly(event);
        assertThat(read.queries()).containsExactly(query);
        assertThat(read.goldEvents()).containsExactly(noise("e-1"));
        assertThat(read.goldQueries()).containsExactly(goldQuery);
        assertThat(written.counts()).containsExactlyInAnyOrderEntriesOf(Map.of("event_noise", 1L, "query_abstain", 1L));
        assertThat(names(folder)).containsExactlyInAnyOrder("dataset.json", "stream.jsonl", "gold.jsonl");
    }

    @Test
    void writesThroughNoLinkThatLiesInTheFolder() throws Exception {
        Path precious = Files.writeString(temp.resolve("precious.txt"), "mine");
        Path folder = Files.createDirectory(temp.resolve("data"));
        for (String name : List.of("dataset.json", "stream.jsonl", "gold.jsonl")) {
            Files.createSymbolicLink(folder.resolve(name), precious);
            Files.createSymbolicLink(folder.resolve(name + ".partial"), precious);
        }

        try (DatasetWriter writer = DatasetWriter.open(folder, true)) {
            writer.event(event("e-1", 5, "text"), noise("e-1"));
            finish(writer);
        }

        assertThat(precious).hasContent("mine");
        assertThat(names(folder)).containsExactlyInAnyOrder("dataset.json", "stream.jsonl", "gold.jsonl");
    }

    @Test
    void refusesAFolderWithOtherFilesUnlessForced() throws Exception {
        Files.writeString(temp.resolve("thesis.txt"), "do not lose me");

        assertThatThrownBy(() -> DatasetWriter.open(temp, false))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("expected an empty folder or a dataset");
        try (DatasetWriter writer = DatasetWriter.open(temp, true)) {
            finish(writer);
        }

        assertThat(temp.resolve("thesis.txt")).hasContent("do not lose me");
        assertThat(DatasetReader.read(temp).dataset().events()).isZero();
    }

    @Test
    void refusesAFile() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "x");

        assertThatThrownBy(() -> DatasetWriter.open(file, true)).isInstanceOf(NotDirectoryException.class);
    }

    @Test
    void keepsTheOldDatasetUntilTheNewOneIsFinished() throws Exception {
        try (DatasetWriter writer = DatasetWriter.open(temp, false)) {
            writer.event(event("e-old", 0, "old words"), noise("e-old"));
            finish(writer);
        }
        try (DatasetWriter writer = DatasetWriter.open(temp, false)) {
            writer.event(event("e-new", 0, "new words"), noise("e-new"));
        }

        assertThat(DatasetReader.read(temp).events()).extracting(Event::eventId).containsExactly("e-old");
        assertThat(names(temp)).hasSize(3);

        try (DatasetWriter writer = DatasetWriter.open(temp, false)) {
            writer.event(event("e-new", 0, "new words"), noise("e-new"));
            finish(writer);
        }
        assertThat(DatasetReader.read(temp).events()).extracting(Event::eventId).containsExactly("e-new");
    }

    @Test
    void refusesLinesOutOfOrderAndLabelsOfOtherLines() throws Exception {
        try (DatasetWriter writer = DatasetWriter.open(temp, false)) {
            writer.event(event("e-1", 10, "first"), noise("e-1"));

            assertThatThrownBy(() -> writer.event(event("e-2", 9, "earlier"), noise("e-2")))
                    .hasMessage("offset_ms of e-2 must be at least 10: 9");
            assertThatThrownBy(() -> writer.event(event("e-3", 11, "later"), noise("e-4")))
                    .hasMessage("event_id of the label must be e-3: e-4");
        }
    }

    @Test
    void noticesAChangedFileAndNamesABrokenLine() throws Exception {
        try (DatasetWriter writer = DatasetWriter.open(temp, false)) {
            writer.event(event("e-1", 10, "first"), noise("e-1"));
            finish(writer);
        }
        Files.writeString(temp.resolve("gold.jsonl"), "{\"kind\":\"event\"}\n");

        assertThatThrownBy(() -> DatasetReader.read(temp))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gold.jsonl: expected sha256");

        String found = java.util.HexFormat.of()
                .formatHex(DatasetWriter.sha256().digest(Files.readAllBytes(temp.resolve("gold.jsonl"))));
        String description = Files.readString(temp.resolve("dataset.json"));
        String old = digestOfGold(description);
        Files.writeString(temp.resolve("dataset.json"), description.replace(old, found));
        assertThatThrownBy(() -> DatasetReader.read(temp))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gold.jsonl line 1");
    }

    private static String digestOfGold(String description) {
        String before = "\"gold.jsonl\" : \"";
        int at = description.indexOf(before) + before.length();
        return description.substring(at, at + 64);
    }

    private static Dataset finish(DatasetWriter writer) throws IOException {
        return writer.finish("n", "test", null, Instant.parse("2026-01-01T00:00:00Z"), "test 1", Map.of());
    }

    private static Event event(String id, long offsetMs, String text) {
        return new Event(id, "u-1", Scope.USER, null, offsetMs, null, "chat", text, Urgency.NORMAL, Map.of());
    }

    private static GoldEvent noise(String id) {
        return new GoldEvent(id, EventCategory.NOISE, List.of(), null, List.of(), null);
    }

    private static List<String> names(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
