package io.fastmemory.evaluation.suite;

import io.fastmemory.evaluation.metric.ComparedFigure;
import io.fastmemory.evaluation.report.ComparisonCsv;
import io.fastmemory.evaluation.suite.SuiteSummary.PolicyFigures;
import io.fastmemory.evaluation.suite.SuiteSummary.Run;
import io.fastmemory.evaluation.suite.SuiteSummary.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code suite.csv} (RFC 4180, lines end in LF): a line for each finished run, then the mean, the least and the most of
 * each policy; what is absent is empty.
 */
final class SuiteCsv {
    static final String FILE = "suite.csv";

    private SuiteCsv() {}

    static String render(SuiteSummary summary) {
        StringBuilder csv = new StringBuilder();
        List<String> heading = new ArrayList<>(List.of("row", "policy", "seed", "run_id"));
        for (ComparedFigure figure : ComparedFigure.values()) {
            heading.add(figure.key());
        }
        line(csv, heading);
        for (Run run : summary.runs()) {
            List<String> cells = new ArrayList<>(List.of("run", run.policy(), Long.toString(run.seed()), run.runId()));
            for (ComparedFigure figure : ComparedFigure.values()) {
                cells.add(ComparisonCsv.number(run.figures().get(figure.key())));
            }
            line(csv, cells);
        }
        for (PolicyFigures policy : summary.policies()) {
            line(csv, cells("mean", policy, Spread::mean));
            line(csv, cells("min", policy, Spread::min));
            line(csv, cells("max", policy, Spread::max));
        }
        return csv.toString();
    }

    private static List<String> cells(String row, PolicyFigures policy, Function<Spread, @Nullable Double> end) {
        List<String> cells = new ArrayList<>(List.of(row, policy.policy(), "", ""));
        for (ComparedFigure figure : ComparedFigure.values()) {
            Spread spread = policy.figures().get(figure.key());
            cells.add(ComparisonCsv.number(spread == null ? null : end.apply(spread)));
        }
        return cells;
    }

    private static void line(StringBuilder csv, List<String> cells) {
        ComparisonCsv.line(csv, cells.toArray(String[]::new));
    }
}
