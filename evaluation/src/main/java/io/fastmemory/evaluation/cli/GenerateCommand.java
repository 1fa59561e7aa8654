package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.StreamGenerator;
import io.fastmemory.model.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fmw generate}: writes a generated dataset folder. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes a generated dataset: the same seed gives the same bytes on any machine.")
final class GenerateCommand implements Callable<Integer> {
    @Option(names = "--mode", defaultValue = "small", description = "small: 200 events, 8 entities, 60 queries, 30 s.")
    private String mode;

    @Option(names = "--seed", defaultValue = "7", description = "Seed (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write.")
    private Path out;

    @Option(names = "--force", description = "Write into a folder that holds other files.")
    private boolean force;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    GenerateCommand() {}

    @Override
    public Integer call() throws IOException {
        Dataset dataset = new StreamGenerator(Datasets.config(mode, seed)).writeTo(out, force);
        Datasets.print(dataset, out, spec.commandLine().getOut());
        return 0;
    }
}
