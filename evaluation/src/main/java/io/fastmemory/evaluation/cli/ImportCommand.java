package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.hotpotqa.HotpotImporter;
import io.fastmemory.datagen.imports.ImportReport;
import io.fastmemory.datagen.imports.Pace;
import io.fastmemory.datagen.locomo.LocomoImporter;
import io.fastmemory.datagen.locomo.LocomoOptions;
import io.fastmemory.datagen.longmemeval.LongMemEvalImporter;
import io.fastmemory.datagen.table.TableImporter;
import io.fastmemory.evaluation.report.TerminalText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fmw import}: turns other people's data into a dataset folder. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description =
                "Turns real data into a dataset: a conversation is a stream of events, its questions are queries.")
final class ImportCommand {
    private static final int MOST_NOTES = 20;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ImportCommand() {}

    /** Where a dataset goes. */
    static final class Target {
        @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write.")
        private Path out;

        @Option(names = "--force", description = "Write into a folder that holds other files.")
        private boolean force;

        @SuppressWarnings("NullAway.Init")
        Target() {}
    }

    /** How histories of a large file are laid out. */
    static final class Layout {
        @Option(
                names = "--turn-gap-ms",
                defaultValue = "2000",
                description = "Time between two events on the timeline (default: ${DEFAULT-VALUE}).")
        private long turnGapMs;

        @Option(
                names = "--session-gap-ms",
                defaultValue = "30000",
                description = "Time between sessions on the timeline (default: ${DEFAULT-VALUE}).")
        private long sessionGapMs;

        @Option(
                names = "--question-delay-ms",
                defaultValue = "5000",
                description = "Time between the last event and the question (default: ${DEFAULT-VALUE}).")
        private long questionDelayMs;

        @Option(
                names = "--lanes",
                defaultValue = "8",
                description = "Histories that run side by side; memory holds that many (default: ${DEFAULT-VALUE}).")
        private int lanes;

        Pace pace(boolean force) {
            return new Pace(
                    Duration.ofMillis(turnGapMs),
                    Duration.ofMillis(sessionGapMs),
                    Duration.ofMillis(questionDelayMs),
                    lanes,
                    force);
        }
    }

    @Command(
            name = "locomo",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Imports LoCoMo conversations: turns become events, questions become queries that arrive after"
                            + " their last evidence and while later sessions still come.")
    int locomo(
            @Parameters(paramLabel = "FILE", description = "LoCoMo's JSON file.") Path file,
            @Option(names = "--audit", paramLabel = "FILE", description = "Corrections to answers and evidence.")
                    @Nullable
                    Path audit,
            @Mixin Target target,
            @Option(
                            names = "--turn-gap-ms",
                            defaultValue = "2000",
                            description = "Time between turns on the timeline (default: ${DEFAULT-VALUE}).")
                    long turnGapMs,
            @Option(
                            names = "--session-gap-ms",
                            defaultValue = "30000",
                            description = "Time between sessions on the timeline (default: ${DEFAULT-VALUE}).")
                    long sessionGapMs)
            throws IOException {
        LocomoOptions options = LocomoOptions.defaults()
                .withGaps(Duration.ofMillis(turnGapMs), Duration.ofMillis(sessionGapMs))
                .withForce(target.force);
        return print(new LocomoImporter(options).importTo(file, audit, target.out), target.out);
    }

    @Command(
            name = "longmemeval",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Imports LongMemEval: each instance is an entity, the turns of its sessions are events, and its"
                            + " question comes at the end. Read one instance at a time.")
    int longMemEval(
            @Parameters(paramLabel = "FILE", description = "LongMemEval's JSON file.") Path file,
            @Mixin Target target,
            @Mixin Layout layout)
            throws IOException {
        return print(new LongMemEvalImporter(layout.pace(target.force)).importTo(file, target.out), target.out);
    }

    @Command(
            name = "hotpotqa",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Imports HotpotQA, distractor setting: each question is an entity, its paragraphs are events,"
                    + " the supporting ones are needed together. Read one question at a time.")
    int hotpotQa(
            @Parameters(paramLabel = "FILE", description = "HotpotQA's JSON file.") Path file,
            @Mixin Target target,
            @Mixin Layout layout)
            throws IOException {
        return print(new HotpotImporter(layout.pace(target.force)).importTo(file, target.out), target.out);
    }

    @Command(
            name = "events",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Imports your own events from CSV or JSON Lines, by a mapping of columns;"
                    + " docs/datasets.md describes the mapping file.")
    int events(
            @Parameters(paramLabel = "FILE", description = "Events, .csv with a header or .jsonl.") Path file,
            @Option(
                            names = "--mapping",
                            required = true,
                            paramLabel = "FILE",
                            description = "JSON file that says which column holds what.")
                    Path mapping,
            @Option(names = "--queries", paramLabel = "FILE", description = "Questions, in the same format.") @Nullable
                    Path queries,
            @Option(
                            names = "--skip-bad-rows",
                            description = "Leave out and report rows that cannot be read, instead of ending there.")
                    boolean skipBadRows,
            @Mixin Target target)
            throws IOException {
        return print(
                new TableImporter(mapping, skipBadRows).importTo(file, queries, target.out, target.force), target.out);
    }

    private int print(ImportReport report, Path folder) {
        PrintWriter print = spec.commandLine().getOut();
        Datasets.print(report.dataset(), folder, print);
        report.findings().stream()
                .limit(MOST_NOTES)
                .forEach(finding -> print.println(TerminalText.line(
                        "  note: " + finding.kind() + " " + finding.pointer() + ": " + finding.message())));
        if (report.findings().size() > MOST_NOTES) {
            print.println("  note: … and more; the counts above have them all");
        }
        print.flush();
        return 0;
    }
}
