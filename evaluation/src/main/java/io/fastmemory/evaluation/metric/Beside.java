package io.fastmemory.evaluation.metric;

import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Evaluated runs that can stand beside a run which is still to be evaluated. */
public final class Beside {
    private final Path runDir;
    private final List<EvaluatedRun> others;

    private Beside(Path runDir, List<EvaluatedRun> others) {
        this.runDir = runDir;
        this.others = others;
    }

    /**
     * Reads the other runs, before anything of the run itself is written.
     *
     * @param others evaluated runs, each named once and none of them the run itself
     * @throws IllegalArgumentException if one is named twice, or is of another dataset
     * @throws InvalidRolloutException if a file of one cannot be read
     */
    public static Beside open(Path runDir, List<Path> others) throws IOException {
        RunFiles.requireFolder(runDir);
        List<Path> all = new ArrayList<>(others);
        all.add(0, runDir);
        for (Path other : others) {
            RunFiles.requireFolder(other);
        }
        Comparer.requireDifferent(all);
        List<EvaluatedRun> runs = new ArrayList<>();
        for (Path other : others) {
            EvaluatedRun run = EvaluatedRun.read(other);
            requireDatasetOf(runDir, run);
            runs.add(run);
        }
        return new Beside(runDir, runs);
    }

    /** Compares the others with the run, which is evaluated by now. */
    public Comparison compare(int resamples, long seed) throws IOException {
        List<EvaluatedRun> runs = new ArrayList<>(others);
        runs.add(0, EvaluatedRun.read(runDir));
        return Comparer.compared(runs, resamples, seed);
    }

    /** Without a line that says the dataset there is nothing to check: evaluating will name what is missing. */
    private static void requireDatasetOf(Path runDir, EvaluatedRun other) throws IOException {
        Path part = runDir.resolve(RolloutMerger.PARTS).resolve(RolloutMerger.LAUNCHER_FILES.get(0));
        Path file = Files.isRegularFile(part) ? part : runDir.resolve(Rollouts.FILE);
        if (!Files.isRegularFile(file)) {
            return;
        }
        List<RunLine> own = new ArrayList<>();
        JsonLines.read(file, RolloutLine.class, number -> number == 1, (line, number, bytes) -> {
            if (line instanceof RunLine run) {
                own.add(run);
            }
        });
        for (RunLine run : own) {
            if (!run.dataset().sha256().equals(other.datasetSha256())) {
                throw new IllegalArgumentException("expected runs of one dataset: " + run.runId() + " (" + runDir
                        + ") ran on " + run.dataset().name() + " with sha256 "
                        + run.dataset().sha256() + ", " + Comparer.described(other));
            }
        }
    }
}
