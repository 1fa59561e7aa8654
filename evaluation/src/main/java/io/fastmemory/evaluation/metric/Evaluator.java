package io.fastmemory.evaluation.metric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Evaluates a run from the files in its folder.
 *
 * <p>Part files, where they are still there, are merged first; without them the merged rollouts are enough and give the
 * same summary. Verdicts and causes in the rollouts are recomputed and must agree; rewards are written anew. The same
 * rollouts and settings always give the same bytes.
 */
public final class Evaluator {
    private Evaluator() {}

    /**
     * Merges, computes and writes {@code eval_summary.json} and {@code metrics.csv}, and lets the folder above point at
     * the run if it is the latest there.
     *
     * @param runDir folder of one run, whose parent is the results folder
     * @return what was written to {@code eval_summary.json}
     * @throws InvalidRolloutException if the rollouts cannot be read, mix runs or hold a verdict that does not follow
     */
    public static EvalSummary evaluate(Path runDir) throws IOException {
        return evaluate(runDir, EvaluationSettings.DEFAULTS);
    }

    /** The same with other weights of the reward, prices, or resampling; rollouts get the rewards of these weights. */
    public static EvalSummary evaluate(Path runDir, EvaluationSettings settings) throws IOException {
        RunFiles.requireFolder(runDir);
        boolean merged = RolloutMerger.hasParts(runDir);
        if (merged) {
            RolloutMerger.merge(runDir, settings.reward());
        }
        Path file = runDir.resolve(Rollouts.FILE);
        if (!Files.isRegularFile(file)) {
            throw new InvalidRolloutException(
                    file,
                    "expected the rollouts of a run or its folder '" + RolloutMerger.PARTS
                            + "' with run.jsonl, found neither");
        }
        if (!merged) { // merging has checked every verdict and written every cause and reward
            RewardedLines.checkAndRewrite(file, settings.reward());
        }
        RunMetrics metrics = RunMetrics.of(Rollouts.read(file), settings);
        EvalSummary summary = Summaries.of(metrics);
        ResultFile.replace(runDir.resolve(MetricsCsv.FILE), MetricsCsv.render(summary, metrics));
        ResultFile.replace(runDir.resolve(EvalSummary.FILE), json(summary));
        for (String name : new String[] {RolloutMerger.DEAD_LETTER_FILE, RolloutMerger.UNDECIDED_FILE}) {
            if (!Files.exists(runDir.resolve(name))) {
                ResultFile.replace(runDir.resolve(name), "");
            }
        }
        ResultsFolder.pointAtLatest(runDir);
        return summary;
    }

    /**
     * The summary of a run that was evaluated before, computed again to be sure that it follows from the rollouts.
     *
     * @throws InvalidRolloutException naming the file and the field that does not, or the file that cannot be read
     */
    public static EvalSummary evaluated(Path runDir) throws IOException {
        return EvaluatedRun.read(runDir).summary();
    }

    /** The text of {@code eval_summary.json}: indented, every key present, lines ending in LF. */
    public static String json(EvalSummary summary) {
        return ResultFile.json(summary);
    }
}
