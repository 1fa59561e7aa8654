package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.documentation.Documents;
import io.fastmemory.documentation.Documents.Document;
import io.fastmemory.job.JobOptions;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Every command that a document shows can be given. */
class DocumentedCommandsTest {
    static Stream<Arguments> commands() {
        return Documents.all().stream()
                .flatMap(document ->
                        document.commands().stream().distinct().map(command -> Arguments.of(document.name(), command)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void parses(String document, String command) {
        ParseResult parsed = parse(command);
        if (parsed.hasSubcommand() && parsed.subcommand().commandSpec().name().equals("run")) {
            checkRun(parsed.subcommand());
        }
    }

    /** What the command line takes as text and looks at only when it runs. */
    private static void checkRun(ParseResult run) {
        assertThat(Arrays.stream(JobOptions.PolicyType.values()).map(JobOptions.PolicyType::toString))
                .contains(run.matchedOptionValue("--policy", "llm"));
        Set<String> keys = JobOptions.all().stream().map(ConfigOption::key).collect(Collectors.toSet());
        Map<String, String> options = run.matchedOptionValue("--option", Map.of());
        assertThat(options.keySet()).filteredOn(key -> key.startsWith("fmw.")).allMatch(keys::contains);
    }

    @Test
    void everyCommandIsShownInTheReadme() {
        Set<String> shown = new TreeSet<>();
        for (String command : Documents.of("README.md").commands()) {
            ParseResult parsed = parse(command);
            if (parsed.hasSubcommand()) {
                shown.add(parsed.subcommand().commandSpec().name());
            }
        }

        assertThat(shown).containsAll(Fmw.commandLine().getSubcommands().keySet());
    }

    @Test
    void noticesACommandThatIsNotThere() {
        Document document = new Document("x.md", Documents.ROOT, "```\nA=b ./fmw run --sped 3x # quick\n```\n");

        assertThat(document.commands()).containsExactly("./fmw run --sped 3x");
        assertThatThrownBy(() -> parse("./fmw run --sped 3x")).isInstanceOf(UnmatchedArgumentException.class);
    }

    private static ParseResult parse(String command) {
        String[] words = command.split("\\s+");
        CommandLine line = Fmw.commandLine();
        return line.parseArgs(Arrays.copyOfRange(words, 1, words.length));
    }
}
