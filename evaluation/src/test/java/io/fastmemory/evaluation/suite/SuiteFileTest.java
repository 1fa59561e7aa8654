package io.fastmemory.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.model.Json;
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

    @Test
    void missingSettingIsNamed() throws IOException {
        for (String field : List.of("/settings", "/settings/speed", "/settings/options", "/seeds", "/policies/0")) {
            JsonNode suite = Json.MAPPER.valueToTree(SuiteRuns.suite(List.of(1L), "llm"));
            JsonNode parent = suite.at(field.substring(0, field.lastIndexOf('/')));
            if (parent instanceof ArrayNode array) {
                array.setNull(0);
            } else {
                ((ObjectNode) parent).putNull(field.substring(field.lastIndexOf('/') + 1));
            }

            assertRefused(suite.toString(), "found no " + field);
        }
        assertRefused("null", "found no object");
        assertRefused("{}", "found no /settings");
    }

    @Test
    void whatWouldNotStayInTheSuitesFolderIsRefused() throws IOException {
        for (String policy : List.of("../outside", "replay", "LLM", "")) {
            assertRefused(
                    Json.write(SuiteRuns.suite(List.of(1L), "llm", policy)),
                    "/policies/1: expected one of none, store-everything, llm and oracle, found " + policy);
        }
        SuiteFile suite = SuiteRuns.suite(List.of(1L), "llm");
        assertRefused(
                Json.write(suite).replace("\"dataset\":\"small\"", "\"dataset\":\"x/../../../outside\""),
                "/settings/dataset: expected a name that can stand in a run id");
        assertRefused(
                Json.write(suite).replace("\"speed\":\"max\"", "\"speed\":\"fast\""), "/settings/speed: ", "fast");
    }

    private void assertRefused(String text, String... said) throws IOException {
        Path file = Files.writeString(directory.resolve(SuiteFile.FILE), text);

        assertThatThrownBy(() -> SuiteFile.read(file))
                .as(text)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageEndingWith("choose another --out")
                .message()
                .contains(said);
    }
}
