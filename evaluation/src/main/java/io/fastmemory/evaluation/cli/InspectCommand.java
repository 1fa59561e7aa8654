package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.inspect.Inspection;
import io.fastmemory.datagen.inspect.Inspector;
import io.fastmemory.evaluation.report.TerminalText;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fmw inspect}: shows what a dataset folder holds. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows what a dataset folder holds: sizes, categories, skew, timeline, samples with their labels."
                + " Reads line by line, so that a long one needs no more memory than a small one.")
final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Dataset folder.")
    private Path folder;

    @Option(
            names = "--samples",
            defaultValue = "3",
            paramLabel = "N",
            description = "Events and queries to show with their labels (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--json", description = "Write one JSON object instead of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    InspectCommand() {}

    @Override
    public Integer call() throws IOException {
        Inspection inspection = Inspector.inspect(folder, samples);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(TerminalText.json(Json.write(inspection)));
        } else {
            new InspectionText(out).print(inspection);
        }
        out.flush();
        return 0;
    }
}
