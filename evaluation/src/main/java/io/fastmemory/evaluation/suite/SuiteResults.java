package io.fastmemory.evaluation.suite;

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
            Map<String, EvalSummary> finished = new LinkedHashMap<>();
            Map<String, String> excluded = new LinkedHashMap<>();
            for (long seed : suite.seeds()) {
                for (SuiteRun run : runs(suite, seed)) {
                    sort(suite, run, outcome, finished, excluded);
                }
            }
            SuiteSummary summary = Aggregation.of(suite, finished, excluded);
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

    /** A finished run of other settings, or whose files do not fit each other, is none of this suite's. */
    private void sort(
            SuiteFile suite,
            SuiteRun run,
            Suite.Outcome outcome,
            Map<String, EvalSummary> finished,
            Map<String, String> excluded)
            throws IOException {
        RunFolder folder = new RunFolder(suiteDir.resolve(run.runId()), run);
        String failed = outcome.failed().get(run.runId());
        try {
            Optional<EvalSummary> summary = failed == null ? folder.finished() : folder.written();
            if (summary.isEmpty()) {
                return;
            }
            Optional<String> reason = Optional.ofNullable(failed).or(() -> misfit(folder, suite, summary.get()));
            if (reason.isPresent()) {
                excluded.put(run.runId(), reason.get());
            } else {
                finished.put(run.runId(), summary.get());
            }
        } catch (InvalidRolloutException unreadable) {
            excluded.put(run.runId(), String.valueOf(unreadable.getMessage()));
        }
    }

    private static Optional<String> misfit(RunFolder folder, SuiteFile suite, EvalSummary summary) {
        return folder.misfit(summary, suite.settings(), summary.dataset().sha256());
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
