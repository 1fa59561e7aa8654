package io.fastmemory.datagen;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The dataset of the examples is whole and keeps the rules of generated ones. */
class ExampleDatasetTest {
    private static final Path TINY = Path.of("..", "docs", "examples", "tiny");

    @Test
    void matchesItsDigestsAndKeepsTheRules() throws Exception {
        DatasetReader.Contents tiny = DatasetReader.read(TINY);

        assertThat(new DatasetRules(tiny).violations()).isEmpty();
        assertThat(tiny.events()).hasSize((int) tiny.dataset().events());
        assertThat(tiny.queries()).hasSize((int) tiny.dataset().queries());
    }

    @Test
    void countsItsCategories() throws Exception {
        DatasetReader.Contents tiny = DatasetReader.read(TINY);

        TreeMap<String, Long> counts = new TreeMap<>();
        tiny.goldEvents()
                .forEach(gold -> counts.merge(
                        "event_" + gold.category().name().toLowerCase(java.util.Locale.ROOT), 1L, Long::sum));
        tiny.goldQueries().forEach(gold -> counts.merge("query_" + gold.category(), 1L, Long::sum));
        assertThat(tiny.dataset().counts()).isEqualTo(counts);
    }
}
