package io.fastmemory.evaluation.metric;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What must stand in a run's folder before the run can be read; each error says what to do. */
public final class RunFiles {
    private RunFiles() {}

    /**
     * Requires a folder.
     *
     * @throws InvalidRolloutException if there is a file, or nothing
     */
    public static void requireFolder(Path runDir) throws InvalidRolloutException {
        if (!Files.isDirectory(runDir)) {
            throw new InvalidRolloutException(
                    runDir, "expected the folder of a run, found " + (Files.exists(runDir) ? "a file" : "none"));
        }
    }

    /**
     * Requires the folder of a run that was evaluated.
     *
     * @throws InvalidRolloutException naming the file that is not there
     */
    public static void requireEvaluated(Path runDir) throws InvalidRolloutException {
        requireFolder(runDir);
        for (String name : List.of(Rollouts.FILE, EvalSummary.FILE)) {
            Path file = runDir.resolve(name);
            if (!Files.isRegularFile(file)) {
                throw new InvalidRolloutException(
                        file,
                        "expected the file of an evaluated run, found none: run 'fmw evaluate " + runDir + "' first");
            }
        }
    }
}
