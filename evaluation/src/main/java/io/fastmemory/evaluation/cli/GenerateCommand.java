package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.StreamGenerator;
import io.fastmemory.datagen.StreamShape;
import io.fastmemory.model.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fmw generate}: writes a generated dataset folder. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes a generated dataset: the same seed and options give the same bytes on any machine.",
        footer = {
            "",
            "Memory use does not depend on the length of the stream. Examples:",
            "  fmw generate --mode medium --out data/medium",
            "  fmw generate --mode long --events 200000 --out data/long-200k",
            "  fmw generate --mode medium --noise 70 --skew 1.5 --share abstain=30 --out data/hard"
        })
final class GenerateCommand implements Callable<Integer> {
    @Option(
            names = "--mode",
            defaultValue = "small",
            paramLabel = "small|medium|long",
            description = {
                "small: 200 events, 8 entities, 60 queries, 30 s of stream.",
                "medium: 10,000 events, 200 entities, 1,500 queries, 25 min.",
                "long: 1,000,000 events, 20,000 entities, 100,000 queries, 20 h 50 min (default: ${DEFAULT-VALUE})."
            })
    private String mode;

    @Option(names = "--seed", defaultValue = "7", description = "Seed (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write.")
    private Path out;

    @Option(names = "--force", description = "Write into a folder that holds other files.")
    private boolean force;

    @ArgGroup(
            validate = false,
            heading =
                    "%nThe shape of a medium or long stream; small is fixed. What is not given stays as the mode has it.%n")
    private ShapeOptions shape = new ShapeOptions();

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    GenerateCommand() {}

    @Override
    public Integer call() throws IOException {
        StreamGenerator generator = generator();
        try (GenerateProgress progress = GenerateProgress.toStandardError(generator.events())) {
            Dataset dataset = generator.writeTo(out, force, progress);
            progress.close();
            Datasets.print(dataset, out, spec.commandLine().getOut());
            spec.commandLine().getOut().println(progress.rate());
        }
        return 0;
    }

    private StreamGenerator generator() {
        if (!shape.isGiven()) {
            return new StreamGenerator(Datasets.config(mode, seed));
        }
        StreamShape usual = switch (mode) {
            case "medium" -> StreamShape.medium();
            case "long" -> StreamShape.longStream();
            default ->
                throw new IllegalArgumentException("expected --mode medium or long where the shape is set: " + mode);
        };
        StreamShape wanted = shape.apply(usual);
        return new StreamGenerator(wanted.config(mode, seed), wanted.otherThan(usual));
    }
}
