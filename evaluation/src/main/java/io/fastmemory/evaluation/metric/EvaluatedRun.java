package io.fastmemory.evaluation.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A run that was evaluated before, as a comparison needs it.
 *
 * @param folder of the run
 * @param entities what each entity adds to the rates and the score
 */
record EvaluatedRun(Path folder, EvalSummary summary, Map<String, EntityTally> entities) {
    /**
     * Reads a run's summary and rollouts.
     *
     * @throws InvalidRolloutException naming the file that cannot be read, or that is of another run than its neighbour
     * @throws java.nio.file.NoSuchFileException naming the file that is not there
     */
    static EvaluatedRun read(Path folder) throws IOException {
        EvalSummary summary = EvalSummary.read(folder.resolve(EvalSummary.FILE));
        Path file = folder.resolve(Rollouts.FILE);
        Rollouts rollouts = Rollouts.read(file);
        if (!rollouts.run().runId().equals(summary.runId())) {
            throw new InvalidRolloutException(
                    file,
                    "expected run " + summary.runId() + ", as " + EvalSummary.FILE + " beside it says, found "
                            + rollouts.run().runId() + "; evaluate the run again");
        }
        RunScore score = RunMetrics.of(rollouts, EvaluationSettings.DEFAULTS).score();
        return new EvaluatedRun(folder, summary, score.byEntity());
    }

    String datasetSha256() {
        return summary.dataset().sha256();
    }
}
