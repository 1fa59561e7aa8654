package io.fastmemory.evaluation.suite;

import io.fastmemory.evaluation.metric.ComparedFigure;
import io.fastmemory.evaluation.metric.Csv;
import io.fastmemory.evaluation.suite.SuiteSummary.PolicyFigures;
import io.fastmemory.evaluation.suite.SuiteSummary.Run;
import io.fastmemory.evaluation.suite.SuiteSummary.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code suite.csv}: a line for each finished run, then the mean, the least and the most of
 * each policy; what is absent is empty.
 */
final class SuiteCsv {
    static final String FILE = "suite.csv";

    private SuiteCsv() {}

    static String render(SuiteSummary summary) {
        List<String> heading = new ArrayList<>(List.of("row", "policy", "seed", "run_id"));
        for (ComparedFigure figure : ComparedFigure.values()) {
            heading.add(figure.key());
        }
        Csv csv = new Csv(String.join(",", heading));
        for (Run run : summary.runs()) {
            List<@Nullable Object> cells = new ArrayList<>(List.of("run", run.policy(), run.seed(), run.runId()));
            for (ComparedFigure figure : ComparedFigure.values()) {
                cells.add(run.figures().get(figure.key()));
            }
            csv.line(cells);
        }
        for (PolicyFigures policy : summary.policies()) {
            csv.line(cells("mean", policy, Spread::mean));
            csv.line(cells("min", policy, Spread::min));
            csv.line(cells("max", policy, Spread::max));
        }
        return csv.toString();
    }

    private static List<@Nullable Object> cells(
            String row, PolicyFigures policy, Function<Spread, @Nullable Double> end) {
        List<@Nullable Object> cells = new ArrayList<>(List.of(row, policy.policy(), "", ""));
        for (ComparedFigure figure : ComparedFigure.values()) {
            Spread spread = policy.figures().get(figure.key());
            cells.add(spread == null ? null : end.apply(spread));
        }
        return cells;
    }
}
