package io.fastmemory.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an id, such as that of a run, cannot be: a way out of the folder it is put into. */
class IdsAsFileNamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                ".",
                ".hidden",
                "../../x",
                "a/../../x",
                "/etc/passwd",
                "a/b",
                "a\\b",
                "..\\x",
                "%2e%2e",
                "a\u0000b",
                "a\nb",
                "~",
                "-rf",
                "a b",
                "ａ",
                "\u0430",
                "a\u202eb",
                "a\u200b"
            })
    void refusesWhatMayBeAPath(String id) {
        assertThatThrownBy(() -> Ids.require("run_id", id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("run_id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a..b", "u1:m1.0", "CON", "a-b", "a_b"})
    void whatItAcceptsStaysInTheFolder(String id) {
        Path folder = Path.of("results");

        assertThat(folder.resolve(Ids.require("run_id", id)).normalize().getParent())
                .isEqualTo(folder);
    }
}
