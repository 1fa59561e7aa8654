package io.fastmemory.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.documentation.Documents.Document;
import io.fastmemory.job.JobOptions;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents name must exist. */
class ArchitectureDocTest {
    private static final SourceNames NAMES = new SourceNames(Documents.ROOT);
    private static final Pattern TYPE = Pattern.compile("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*(\\.\\w+)*(\\(\\))?");
    private static final Pattern TWO_HUMPS = Pattern.compile("\\b[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+\\b");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w.])fmw\\.[a-z]+\\.[a-z]+(-[a-z]+)*");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(#[^)]*)?\\)");

    static List<Document> documents() {
        return Documents.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyTypeInBackTicksExists(Document document) {
        List<String> types = document.spans().stream()
                .filter(span -> TYPE.matcher(span).matches())
                .toList();

        assertThat(types).allMatch(type -> NAMES.hasType(type.replace("()", "")), "exists");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyPackageInBackTicksExists(Document document) {
        List<String> packages =
                document.spans().stream().filter(NAMES::looksLikePackage).toList();

        assertThat(packages).allMatch(NAMES::hasPackage, "exists");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyOptionExists(Document document) {
        Set<String> keys = JobOptions.all().stream().map(ConfigOption::key).collect(Collectors.toSet());
        Set<String> named = new TreeSet<>();
        for (Matcher option = OPTION.matcher(document.text()); option.find(); ) {
            named.add(option.group());
        }

        assertThat(keys).containsAll(named);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkedFileExists(Document document) {
        for (Matcher link = LINK.matcher(document.text()); link.find(); ) {
            if (!link.group(1).contains(":")) {
                assertThat(document.file().resolveSibling(link.group(1)).normalize())
                        .as("link %s", link.group(1))
                        .matches(Files::exists, "exists");
            }
        }
    }

    @Test
    void everyTypeInThePictureExists() {
        Set<String> types = new TreeSet<>();
        for (Document.Block block : Documents.of("ARCHITECTURE.md").blocks()) {
            for (Matcher type = TWO_HUMPS.matcher(block.text()); type.find(); ) {
                types.add(type.group());
            }
        }

        assertThat(types).hasSizeGreaterThan(10).allMatch(NAMES::hasType, "exists");
    }

    @Test
    void noticesWhatDoesNotExist() {
        assertThat(NAMES.hasType("MemoryWriteTopology")).isTrue();
        assertThat(NAMES.hasType("MemoryWriteTopology.Outputs")).isTrue();
        assertThat(NAMES.hasType("AsyncDataStream")).isTrue();
        assertThat(NAMES.hasType("MemoryWriteTopologi")).isFalse();
        assertThat(NAMES.hasType("MemoryWriteTopology.Inputs")).isFalse();
        assertThat(NAMES.hasPackage("job.step")).isTrue();
        assertThat(NAMES.hasPackage("job.steps")).isFalse();
        assertThat(NAMES.looksLikePackage("job.steps")).isTrue();
    }
}
