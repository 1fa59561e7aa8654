package io.fastmemory.evaluation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.datagen.StreamGenerator;
import io.fastmemory.model.Dataset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadLinesTest {
    @TempDir
    private Path folder;

    @Test
    void standAmongTheLinesOfTheDatasetWhichStay() throws Exception {
        new StreamGenerator(GeneratorConfig.small(3)).writeTo(folder, true);
        Path stream = folder.resolve(Dataset.STREAM_FILE);
        List<String> before = Files.readAllLines(stream);

        Map<String, Long> counts = BadLines.insert(folder, 14, 5);

        List<String> after =
                List.of(Files.readString(stream, StandardCharsets.ISO_8859_1).split("\n", -1));
        assertThat(counts)
                .hasSize(BadLines.Kind.values().length)
                .allSatisfy((kind, count) -> assertThat(count).isEqualTo(2));
        assertThat(after).hasSize(before.size() + 14 + 1);
        assertThat(String.join("\n", after)).contains("caf\u00e9 at noon", "\"rumour\"", "no spaces ");
        List<String> latin = before.stream()
                .map(line -> new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .toList();
        assertThat(after).containsSubsequence(latin);
    }
}
