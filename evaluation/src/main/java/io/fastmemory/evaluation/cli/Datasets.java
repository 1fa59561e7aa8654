package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.evaluation.report.TerminalText;
import io.fastmemory.job.source.DatasetFolder;
import io.fastmemory.model.Dataset;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the commands say about datasets. */
final class Datasets {
    private Datasets() {}

    private static final Set<String> MODES = Set.of("small", "medium", "long");

    /** Whether a word names a generated mode rather than a folder. */
    static boolean isMode(String word) {
        return MODES.contains(word);
    }

    /** The configuration of a generated mode. */
    static GeneratorConfig config(String mode, long seed) {
        return switch (mode) {
            case "small" -> GeneratorConfig.small(seed);
            case "medium" -> GeneratorConfig.medium(seed);
            case "long" -> GeneratorConfig.longStream(seed);
            default -> throw new IllegalArgumentException("expected --mode small, medium or long: " + mode);
        };
    }

    /**
     * Refuses a folder that holds no dataset.
     *
     * @throws IllegalArgumentException if it has no description
     * @throws IOException naming the file and line if that cannot be read
     */
    static void requireFolder(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve(Dataset.DATASET_FILE))) {
            throw new IllegalArgumentException("expected --dataset to be small, medium, long or a folder with "
                    + Dataset.DATASET_FILE + ", found none: " + folder);
        }
        DatasetFolder.describe(folder);
    }

    /** The name of a mode or of a folder as it can stand in a run id. */
    static String name(Path dataset) {
        Path name = dataset.toAbsolutePath().normalize().getFileName();
        return name == null ? "dataset" : name.toString().replaceAll("[^A-Za-z0-9_.-]", "-");
    }

    /** Prints what a dataset holds. */
    static void print(Dataset dataset, Path folder, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s: %,d events, %,d queries in %s%n",
                TerminalText.line(dataset.name()),
                dataset.events(),
                dataset.queries(),
                TerminalText.line(folder.toString()));
        for (Map.Entry<String, Long> count : new TreeMap<>(dataset.counts()).entrySet()) {
            out.printf(Locale.ROOT, "  %-32s %,10d%n", TerminalText.line(count.getKey()), count.getValue());
        }
        out.flush();
    }
}
