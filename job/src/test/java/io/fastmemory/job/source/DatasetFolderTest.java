package io.fastmemory.job.source;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.model.timeline.LineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFolderTest {
    @TempDir
    private Path folder;

    @Test
    void namesTheDescriptionThatIsNoJsonAndTheLine() throws IOException {
        Files.writeString(folder.resolve("dataset.json"), "{\n  \"name\": tiny\n}");

        assertThatThrownBy(() -> DatasetFolder.describe(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.resolve("dataset.json") + " line 2: expected a description of a dataset");
    }

    @Test
    void namesTheDescriptionThatDescribesSomethingElse() throws IOException {
        Files.writeString(folder.resolve("dataset.json"), "[1]");

        assertThatThrownBy(() -> DatasetFolder.describe(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("" + folder.resolve("dataset.json"));
    }

    @Test
    void namesFileLineAndFieldOfALabelThatCannotBeRead() throws IOException {
        Files.writeString(folder.resolve("gold.jsonl"), """
                {"kind":"event","event_id":"e1","category":"noise","facts":[]}
                {"kind":"event","event_id":"e2","category":"nonsense","facts":[]}
                """);

        assertThatThrownBy(() -> DatasetFolder.checkLabels(folder))
                .isInstanceOf(LineException.class)
                .hasMessageContaining("gold.jsonl line 2, field /category: expected");
    }

    @Test
    void namesAnIdThatIsLabelledTwice() throws IOException {
        String event = "{\"kind\":\"event\",\"event_id\":\"x1\",\"category\":\"noise\",\"facts\":[]}\n";
        String query =
                "{\"kind\":\"query\",\"query_id\":\"x1\",\"category\":\"fact\",\"required\":[],\"abstain\":true}\n";

        Path gold = Files.writeString(folder.resolve("gold.jsonl"), event + query);
        assertThatCode(() -> DatasetFolder.checkLabels(folder)).doesNotThrowAnyException();

        Files.writeString(gold, event + "\n" + query + event.replace("noise", "duplicate"));
        assertIsRefused(
                gold, "gold.jsonl line 4, field /event_id: expected an id that no line before has, found \"x1\"");

        Files.writeString(gold, event + query + query);
        assertIsRefused(
                gold, "gold.jsonl line 3, field /query_id: expected an id that no line before has, found \"x1\"");
    }

    private void assertIsRefused(Path gold, String message) {
        assertThatThrownBy(() -> DatasetFolder.checkLabels(folder)).hasMessage(message);
        assertThatThrownBy(() -> GoldLabels.load(gold.toString())).hasMessage(message);
    }
}
