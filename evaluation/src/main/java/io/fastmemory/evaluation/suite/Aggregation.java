package io.fastmemory.evaluation.suite;

import io.fastmemory.evaluation.metric.ComparedFigure;
import io.fastmemory.evaluation.metric.ConditionNotes;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Numbers;
import io.fastmemory.evaluation.suite.SuiteSummary.PolicyFigures;
import io.fastmemory.evaluation.suite.SuiteSummary.Run;
import io.fastmemory.evaluation.suite.SuiteSummary.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts a suite's summary together from the summaries of its finished runs. */
final class Aggregation {
    private Aggregation() {}

    /**
     * The summary of a suite.
     *
     * @param finished summaries by run id
     */
    static SuiteSummary of(SuiteFile suite, Map<String, EvalSummary> finished) {
        return of(suite, finished, Map.of());
    }

    /**
     * The same with finished runs that are left out.
     *
     * @param excluded reasons by run id, in the suite's order
     */
    static SuiteSummary of(SuiteFile suite, Map<String, EvalSummary> finished, Map<String, String> excluded) {
        List<Run> runs = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<EvalSummary> summaries = new ArrayList<>();
        for (long seed : suite.seeds()) {
            for (String policy : suite.policies()) {
                SuiteRun planned = new SuiteRun(policy, suite.settings().dataset(), seed);
                EvalSummary summary = finished.get(planned.runId());
                if (excluded.containsKey(planned.runId())) {
                    continue;
                }
                if (summary == null) {
                    missing.add(planned.runId());
                } else {
                    runs.add(row(planned, summary));
                    summaries.add(summary);
                }
            }
        }
        return new SuiteSummary(
                suite,
                runs,
                missing,
                excluded,
                suite.policies().stream().map(policy -> figures(policy, runs)).toList(),
                suite.seeds().stream().map(seed -> Bounds.check(seed, runs)).toList(),
                ConditionNotes.ofRepeats(summaries));
    }

    private static Run row(SuiteRun run, EvalSummary summary) {
        Map<String, @Nullable Double> figures = new LinkedHashMap<>();
        for (ComparedFigure figure : ComparedFigure.values()) {
            figures.put(figure.key(), figure.of(summary));
        }
        return new Run(
                run.runId(),
                run.policy(),
                run.seed(),
                summary.dataset().sha256(),
                summary.llm().mock(),
                figures);
    }

    /** What the runs of a policy come to. */
    static PolicyFigures figures(String policy, List<Run> all) {
        List<Run> runs = all.stream().filter(run -> run.policy().equals(policy)).toList();
        Map<String, Spread> spreads = new LinkedHashMap<>();
        for (ComparedFigure figure : ComparedFigure.values()) {
            spreads.put(figure.key(), spread(figure, runs));
        }
        return new PolicyFigures(policy, runs.size(), spreads);
    }

    /** A mean of the times reached would praise a policy for those it never reached. */
    private static Spread spread(ComparedFigure figure, List<Run> runs) {
        double[] values = runs.stream()
                .map(run -> run.figures().get(figure.key()))
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        if (values.length == 0) {
            return new Spread(0, null, null, null);
        }
        if (figure.unit() == ComparedFigure.Unit.MILLIS && values.length < runs.size()) {
            return new Spread(values.length, null, values[0], null);
        }
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = Numbers.rate(sum / values.length);
        return new Spread(values.length, mean, values[0], values[values.length - 1]);
    }
}
