package io.fastmemory.evaluation.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads runs and compares them, and refuses what cannot be compared. */
public final class Comparer {
    private Comparer() {}

    /**
     * Compares runs of one dataset with the first of them, by paired resamples.
     *
     * @param folders of evaluated runs, two or more, each named once
     * @throws IllegalArgumentException if there are fewer, one is named twice, or two are of different datasets
     * @throws InvalidRolloutException if a file of a run cannot be read, or its summary does not follow from its rollouts
     */
    public static Comparison compare(List<Path> folders, int resamples, long seed) throws IOException {
        return compared(read(folders), resamples, seed);
    }

    /** The same for runs that were read. */
    static Comparison compared(List<EvaluatedRun> runs, int resamples, long seed) {
        for (EvaluatedRun run : runs) {
            requireSameDataset(runs.get(0), run);
        }
        return Comparison.of(runs, resamples, seed);
    }

    /** The same for runs that may be of different datasets; if they are, resamples are drawn apart. */
    public static Comparison compareAcrossDatasets(List<Path> folders, int resamples, long seed) throws IOException {
        return Comparison.of(read(folders), resamples, seed);
    }

    private static List<EvaluatedRun> read(List<Path> folders) throws IOException {
        if (folders.size() < 2) {
            throw new IllegalArgumentException("expected at least two runs to compare, found " + folders.size());
        }
        for (Path folder : folders) {
            RunFiles.requireFolder(folder);
        }
        requireDifferent(folders);
        List<EvaluatedRun> runs = new ArrayList<>();
        for (Path folder : folders) {
            runs.add(EvaluatedRun.read(folder));
        }
        return runs;
    }

    /** Requires that folders, which are there, are each named once. */
    static void requireDifferent(List<Path> folders) throws IOException {
        Map<Path, Path> named = new HashMap<>();
        for (Path folder : folders) {
            Path before = named.putIfAbsent(folder.toRealPath(), folder);
            if (before != null) {
                throw new IllegalArgumentException("expected different runs, found one twice: " + before
                        + (before.equals(folder) ? "" : " and " + folder));
            }
        }
    }

    private static void requireSameDataset(EvaluatedRun first, EvaluatedRun other) {
        if (!first.datasetSha256().equals(other.datasetSha256())) {
            throw new IllegalArgumentException("expected runs of one dataset: " + described(first) + ", "
                    + described(other) + "; fmw compare --different-datasets compares them all the same");
        }
    }

    static String described(EvaluatedRun run) {
        return run.summary().runId() + " (" + run.folder() + ") ran on "
                + run.summary().dataset().name() + " with sha256 " + run.datasetSha256();
    }
}
