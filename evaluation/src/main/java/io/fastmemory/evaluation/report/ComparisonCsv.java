package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.ComparedFigure;
import io.fastmemory.evaluation.metric.Comparison;
import io.fastmemory.evaluation.metric.Comparison.Difference;
import io.fastmemory.evaluation.metric.EvalSummary;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs side by side as CSV (RFC 4180, lines end in LF): one line for each figure of each run; what is absent is empty. */
public final class ComparisonCsv {
    private static final String HEADER =
            "run_id,policy,reader,queries,speed,mock,dataset,metric,value,difference,low,high";

    private ComparisonCsv() {}

    /** The text of the file; speed 0 is as fast as possible. */
    public static String render(Comparison comparison) {
        StringBuilder csv = new StringBuilder(HEADER).append('\n');
        for (int i = 0; i < comparison.runs().size(); i++) {
            EvalSummary run = comparison.runs().get(i);
            for (ComparedFigure figure : ComparedFigure.values()) {
                Difference difference = comparison.differences().get(i).get(figure);
                EvalSummary.Interval interval = difference == null ? null : difference.interval();
                line(
                        csv,
                        run.runId(),
                        run.policy(),
                        run.reader(),
                        run.config().queries(),
                        number(run.config().speed()),
                        Boolean.toString(run.llm().mock()),
                        run.dataset().name(),
                        figure.key(),
                        number(figure.of(run)),
                        number(difference == null ? null : difference.value()),
                        number(interval == null ? null : interval.low()),
                        number(interval == null ? null : interval.high()));
            }
        }
        return csv.toString();
    }

    /** Appends a line of cells. */
    public static void line(StringBuilder csv, String... cells) {
        csv.append(String.join(
                        ",", List.of(cells).stream().map(ComparisonCsv::quoted).toList()))
                .append('\n');
    }

    /** Digits without an exponent, or nothing. */
    public static String number(@Nullable Double value) {
        return value == null
                ? ""
                : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static String quoted(String cell) {
        return cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? cell
                : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
