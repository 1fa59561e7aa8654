package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.model.Dataset;
import java.io.PrintWriter;
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

    /** Prints what a dataset holds. */
    static void print(Dataset dataset, Path folder, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s: %,d events, %,d queries in %s%n",
                dataset.name(),
                dataset.events(),
                dataset.queries(),
                folder);
        for (Map.Entry<String, Long> count : new TreeMap<>(dataset.counts()).entrySet()) {
            out.printf(Locale.ROOT, "  %-32s %,10d%n", count.getKey(), count.getValue());
        }
        out.flush();
    }
}
