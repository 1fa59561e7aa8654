package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.locomo.ImportReport;
import io.fastmemory.datagen.locomo.LocomoImporter;
import io.fastmemory.datagen.locomo.LocomoOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
final class ImportCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ImportCommand() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
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
            @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write.") Path out,
            @Option(
                            names = "--turn-gap-ms",
                            defaultValue = "2000",
                            description = "Time between turns on the timeline (default: ${DEFAULT-VALUE}).")
                    long turnGapMs,
            @Option(
                            names = "--session-gap-ms",
                            defaultValue = "30000",
                            description = "Time between sessions on the timeline (default: ${DEFAULT-VALUE}).")
                    long sessionGapMs,
            @Option(names = "--force", description = "Write into a folder that holds other files.") boolean force)
            throws IOException {
        LocomoOptions options = LocomoOptions.defaults()
                .withGaps(Duration.ofMillis(turnGapMs), Duration.ofMillis(sessionGapMs))
                .withForce(force);
        ImportReport report = new LocomoImporter(options).importTo(file, audit, out);
        PrintWriter print = spec.commandLine().getOut();
        Datasets.print(report.dataset(), out, print);
        report.findings().forEach(finding -> print.println("  note: " + finding));
        print.flush();
        return 0;
    }
}
