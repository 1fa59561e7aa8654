package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;

/** {@code docs/options.md} lists exactly the options there are; {@code -Dupdate-docs=true} writes it anew. */
class OptionsDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "options.md");

    @Test
    void documentListsEveryOptionAsItIs() throws Exception {
        String expected = document();
        if (Boolean.getBoolean("update-docs")) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(Files.readString(DOCUMENT))
                .as("written by: mvn -pl job test -Dtest=OptionsDocumentTest -Dupdate-docs=true")
                .isEqualTo(expected);
    }

    @Test
    void everyDeclaredOptionIsKnown() throws Exception {
        assertThat(JobOptions.all())
                .containsExactlyElementsOf(options().stream()
                        .<ConfigOption<?>>map(Declared::option)
                        .toList());
        assertThat(JobOptions.all()).extracting(ConfigOption::key).doesNotHaveDuplicates();
        assertThat(JobOptions.all())
                .extracting(ConfigOption::key)
                .allMatch(key -> Pattern.matches("fmw\\.[a-z]+\\.[a-z]+(-[a-z]+)*", key));
    }

    private record Declared(ConfigOption<?> option, Class<?> type) {}

    private static List<Declared> options() throws IllegalAccessException {
        List<Declared> options = new ArrayList<>();
        for (Field field : JobOptions.class.getFields()) {
            if (field.getType() == ConfigOption.class) {
                var type = (Class<?>) ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0];
                options.add(new Declared((ConfigOption<?>) field.get(null), type));
            }
        }
        return options;
    }

    private static String document() throws IOException, IllegalAccessException {
        StringBuilder text = new StringBuilder("""
                # Options of the job

                Each is given as `--key value` to the job's main class. Keys and endpoints of services come from the
                environment; no option holds a secret. An unknown `fmw.*` key is an error.

                | key | type | default | what |
                |---|---|---|---|
                """);
        for (Declared declared : options()) {
            ConfigOption<?> option = declared.option();
            text.append("| `").append(option.key()).append("` | ");
            text.append(type(declared.type())).append(" | ");
            text.append(option.hasDefaultValue() ? "`" + shown(option.defaultValue()) + "`" : "–")
                    .append(" | ");
            text.append(new HtmlFormatter().format(option.description()).replace("|", "\\|"))
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String type(Class<?> type) {
        return type.isEnum()
                ? Arrays.stream(type.getEnumConstants())
                        .map(constant -> "`" + constant + "`")
                        .collect(Collectors.joining(", "))
                : type.getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    private static String shown(Object value) {
        return value instanceof Duration duration ? TimeUtils.formatWithHighestUnit(duration) : value.toString();
    }
}
