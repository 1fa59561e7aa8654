package io.fastmemory.evaluation.suite;

import io.fastmemory.job.source.DatasetFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The datasets of a suite: one folder for all seeds, or one generated for each seed, once. */
public final class SuiteDatasets {
    /** Generates the dataset of a seed. */
    @FunctionalInterface
    public interface Generator {
        /** Writes it into a folder that is not there yet. */
        void write(long seed, Path folder) throws IOException;
    }

    /** Finds the folder of a seed's dataset. */
    @FunctionalInterface
    private interface Source {
        Path of(long seed) throws IOException, InterruptedException;
    }

    private final Source source;

    private SuiteDatasets(Source source) {
        this.source = source;
    }

    /** The same dataset for every seed. */
    public static SuiteDatasets shared(Path folder) {
        return new SuiteDatasets(seed -> folder);
    }

    /** Datasets generated into {@code suiteDir/datasets/MODE-seed-SEED}; who comes second waits for the first. */
    public static SuiteDatasets generated(Path suiteDir, String mode, NamedLocks locks, Generator generator) {
        return new SuiteDatasets(seed -> {
            String name = mode + "-seed-" + seed;
            Path folder = suiteDir.resolve("datasets").resolve(name);
            try (NamedLocks.Claim held = locks.claim("dataset-" + name)) {
                if (!Files.exists(folder)) {
                    make(seed, folder, generator);
                }
            }
            requireUnchanged(folder);
            return folder;
        });
    }

    /** A dataset that is there is whole: it gets its name last. */
    private static void make(long seed, Path folder, Generator generator) throws IOException {
        Path unfinished = folder.resolveSibling("." + folder.getFileName() + ".unfinished");
        if (Files.exists(unfinished)) {
            RunFolder.remove(unfinished);
        }
        Files.createDirectories(unfinished);
        generator.write(seed, unfinished);
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * A file of a generated dataset that was changed since would make runs of the suite unlike each other.
     *
     * @throws IOException naming it
     */
    private static void requireUnchanged(Path folder) throws IOException {
        List<String> changed = DatasetFolder.open(folder).changedFiles();
        if (!changed.isEmpty()) {
            throw new IOException(folder + ": expected " + changed
                    + " as dataset.json describes it, found it changed; remove the folder to have it made again");
        }
    }

    /** The folder of a seed's dataset, which is there then. */
    Path folder(long seed) throws IOException, InterruptedException {
        return source.of(seed);
    }
}
