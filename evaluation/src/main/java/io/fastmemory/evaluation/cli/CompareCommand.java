package io.fastmemory.evaluation.cli;

import io.fastmemory.evaluation.metric.Comparer;
import io.fastmemory.evaluation.metric.Comparison;
import io.fastmemory.evaluation.report.ComparisonCsv;
import io.fastmemory.evaluation.report.ComparisonTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fmw compare}: runs side by side, with their differences to the first. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Lays evaluated runs side by side, and each beside the first with 95 %% intervals of the differences.",
        footer = {
            "",
            "Examples:",
            "  fmw compare results/before results/after",
            "  fmw compare results/none results/llm results/oracle --csv compared.csv"
        })
final class CompareCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "RUN_DIR",
            arity = "1..*",
            description = "Folders of two or more evaluated runs; the others are compared with the first.")
    private List<Path> runs = new ArrayList<>();

    @Option(
            names = "--different-datasets",
            description = "Compare runs of different datasets too; intervals are then unpaired.")
    private boolean differentDatasets;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Write every figure, difference and interval as CSV too.")
    private @Nullable Path csv;

    @Mixin
    private BootstrapOptions bootstrap;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    CompareCommand() {}

    @Override
    public Integer call() throws IOException {
        if (runs.size() < 2) {
            throw new ParameterException(
                    spec.commandLine(), "expected at least two runs to compare, found " + runs.size());
        }
        int resamples = bootstrap.resamples();
        Comparison comparison = differentDatasets
                ? Comparer.compareAcrossDatasets(runs, resamples, bootstrap.seed())
                : Comparer.compare(runs, resamples, bootstrap.seed());
        PrintWriter out = spec.commandLine().getOut();
        out.print(ComparisonTable.render(comparison));
        if (csv != null) {
            Files.writeString(csv, ComparisonCsv.render(comparison));
            out.println("written: " + csv);
        }
        out.flush();
        return 0;
    }
}
