package io.fastmemory.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteFileTest {
    @TempDir
    private Path directory;

    @Test
    void seedsAndPoliciesMayBeAddedAndNoneIsLost() throws IOException {
        SuiteFile.join(directory, SuiteRuns.suite(List.of(2L, 1L), "llm", "none"));

        SuiteFile joined = SuiteFile.join(directory, SuiteRuns.suite(List.of(3L), "oracle", "none"));

        assertThat(joined.seeds()).containsExactly(1L, 2L, 3L);
        assertThat(joined.policies()).containsExactly("llm", "none", "oracle");
        assertThat(SuiteFile.read(directory.resolve(SuiteFile.FILE))).isEqualTo(joined);
    }

    @Test
    void otherSettingsAreRefusedNamingTheFieldWhatWasExpectedAndWhatCame() throws IOException {
        SuiteFile.join(directory, SuiteRuns.suite(List.of(1L), "llm"));
        Path file = directory.resolve(SuiteFile.FILE);
        String before = Files.readString(file);
        SuiteSettings other = SuiteRuns.settings("oracle", Map.of("fmw.retrieval.top-k", "3"));

        assertThatThrownBy(() -> SuiteFile.join(directory, new SuiteFile(other, List.of(1L), List.of("llm"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("" + file)
                .hasMessageContaining("expected reader \"llm\", found \"oracle\"")
                .hasMessageContaining("expected options/fmw.embedding.type \"hashed\", found not set")
                .hasMessageContaining("expected options/fmw.retrieval.top-k not set, found \"3\"");
        assertThat(file).hasContent(before);
    }

    @Test
    void fileThatIsNoSuiteIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve(SuiteFile.FILE), "{\"seeds\":[1]}");

        assertThatThrownBy(() -> SuiteFile.join(directory, SuiteRuns.suite(List.of(1L), "llm")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("" + file)
                .hasMessageContaining("choose another --out");
    }
}
