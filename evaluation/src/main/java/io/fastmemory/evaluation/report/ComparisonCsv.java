package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.ComparedFigure;
import io.fastmemory.evaluation.metric.Comparison;
import io.fastmemory.evaluation.metric.Comparison.Difference;
import io.fastmemory.evaluation.metric.Csv;
import io.fastmemory.evaluation.metric.EvalSummary;
import java.util.Arrays;

/** Runs side by side as CSV: one line for each figure of each run; what is absent is empty. */
public final class ComparisonCsv {
    private static final String HEADER =
            "run_id,policy,reader,queries,speed,mock,dataset,metric,value,difference,low,high";

    private ComparisonCsv() {}

    /** The text of the file; speed 0 is as fast as possible. */
    public static String render(Comparison comparison) {
        Csv csv = new Csv(HEADER);
        for (int i = 0; i < comparison.runs().size(); i++) {
            EvalSummary run = comparison.runs().get(i);
            for (ComparedFigure figure : ComparedFigure.values()) {
                Difference difference = comparison.differences().get(i).get(figure);
                EvalSummary.Interval interval = difference == null ? null : difference.interval();
                csv.line(Arrays.asList(
                        run.runId(),
                        run.policy(),
                        run.reader(),
                        run.config().queries(),
                        run.config().speed(),
                        Boolean.toString(run.llm().mock()),
                        run.dataset().name(),
                        figure.key(),
                        figure.of(run),
                        difference == null ? null : (Double) difference.value(),
                        interval == null ? null : interval.low(),
                        interval == null ? null : interval.high()));
            }
        }
        return csv.toString();
    }
}
