package io.fastmemory.evaluation.suite;

import io.fastmemory.evaluation.launch.NamedLocks;
import io.fastmemory.evaluation.metric.Comparer;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvaluationSettings;
import io.fastmemory.evaluation.metric.InvalidRolloutException;
import io.fastmemory.evaluation.metric.ResultFile;
import io.fastmemory.evaluation.report.HtmlReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a suite leaves beside its runs, written from the finished ones among all it ever had. */
public final class SuiteResults {
    private final Path suiteDir;
    private final NamedLocks locks;

    /** The results of the suite in a folder. */
    public SuiteResults(Path suiteDir, NamedLocks locks) {
        this.suiteDir = suiteDir;
        this.locks = locks;
    }

    /**
     * Writes {@code suite.csv} and {@code suite_summary.json}, and the reports of the seeds that have new runs, each with
     * the seed's other policies beside it.
     *
     * @param outcome of the runs: what was made needs new reports, what failed is left out
     */
    public SuiteSummary write(Suite.Outcome outcome) throws IOException, InterruptedException {
        try (NamedLocks.Claim held = locks.claim("suite")) {
            SuiteFile suite = SuiteFile.read(suiteDir.resolve(SuiteFile.FILE));
            Map<String, EvalSummary> finished = finished(suite);
            finished.keySet().removeAll(outcome.failed().keySet());
            SuiteSummary summary = Aggregation.of(suite, finished);
            ResultFile.replace(suiteDir.resolve(SuiteCsv.FILE), SuiteCsv.render(summary));
            ResultFile.replace(suiteDir.resolve(SuiteSummary.FILE), ResultFile.json(summary));
            for (long seed : suite.seeds()) {
                report(
                        runs(suite, seed),
                        finished,
                        outcome.made(),
                        suite.settings().evaluation());
            }
            return summary;
        }
    }

    private Map<String, EvalSummary> finished(SuiteFile suite) throws IOException {
        Map<String, EvalSummary> finished = new LinkedHashMap<>();
        for (long seed : suite.seeds()) {
            for (SuiteRun run : runs(suite, seed)) {
                finished(suite, run).ifPresent(summary -> finished.put(run.runId(), summary));
            }
        }
        return finished;
    }

    /** A run of other settings, or of a version that wrote other summaries, is none of this suite's. */
    private Optional<EvalSummary> finished(SuiteFile suite, SuiteRun run) throws IOException {
        RunFolder folder = new RunFolder(suiteDir.resolve(run.runId()), run);
        try {
            return folder.finished()
                    .filter(summary -> folder.misfit(
                                    summary, suite.settings(), summary.dataset().sha256())
                            .isEmpty());
        } catch (InvalidRolloutException unreadable) {
            return Optional.empty();
        }
    }

    private static List<SuiteRun> runs(SuiteFile suite, long seed) {
        return suite.policies().stream()
                .map(policy -> new SuiteRun(policy, suite.settings().dataset(), seed))
                .toList();
    }

    private void report(
            List<SuiteRun> ofSeed, Map<String, EvalSummary> finished, Set<String> made, EvaluationSettings evaluation)
            throws IOException {
        List<Path> folders = new ArrayList<>(ofSeed.stream()
                .filter(run -> finished.containsKey(run.runId()))
                .map(run -> suiteDir.resolve(run.runId()))
                .toList());
        boolean current = ofSeed.stream().noneMatch(run -> made.contains(run.runId()))
                && folders.stream().allMatch(folder -> Files.exists(folder.resolve(HtmlReport.FILE)));
        if (current || folders.size() < 2) {
            return;
        }
        for (int i = 0; i < folders.size(); i++) {
            List<Path> ordered = new ArrayList<>(folders);
            Path run = ordered.remove(i);
            ordered.add(0, run);
            EvalSummary summary = EvalSummary.read(run.resolve(EvalSummary.FILE));
            HtmlReport.write(
                    run, summary, Comparer.compare(ordered, evaluation.resamples(), evaluation.bootstrapSeed()));
        }
    }
}
