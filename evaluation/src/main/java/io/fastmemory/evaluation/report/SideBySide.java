package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.ComparedFigure;
import io.fastmemory.evaluation.metric.Comparison;
import io.fastmemory.evaluation.metric.Comparison.Difference;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvalSummary.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs as the report lays them side by side.
 *
 * @param runs that of the report first
 * @param notes in what else they differ
 */
record SideBySide(List<Beside> runs, List<String> notes) {
    private static final List<ComparedFigure> FIGURES = List.of(
            ComparedFigure.SCORE,
            ComparedFigure.ANSWER_SUCCESS,
            ComparedFigure.ANSWER_CORRECT,
            ComparedFigure.EVIDENCE_CORRECT,
            ComparedFigure.RECALL_AT10,
            ComparedFigure.STALE_ANSWER,
            ComparedFigure.TOKENS_ACTIVE,
            ComparedFigure.READY_LAG_P50);

    /** One run. */
    record Beside(String runId, String policy, String reader, boolean mock, List<Shown> figures) {}

    /**
     * One figure of a run.
     *
     * @param unit {@code rate}, {@code millis}, {@code count} or {@code amount}
     * @param interval of the value, or {@code null} where there is none
     * @param difference to the report's own run, {@code null} for that itself and where one of them has no value
     * @param differenceInterval of the difference, likewise
     */
    record Shown(
            String key,
            String label,
            ComparedFigure.Unit unit,
            @Nullable Double value,
            @Nullable Interval interval,
            @Nullable Double difference,
            @Nullable Interval differenceInterval) {}

    static SideBySide of(Comparison comparison) {
        List<Beside> runs = new ArrayList<>();
        for (int i = 0; i < comparison.runs().size(); i++) {
            EvalSummary run = comparison.runs().get(i);
            Map<ComparedFigure, Difference> differences =
                    comparison.differences().get(i);
            runs.add(new Beside(
                    run.runId(),
                    run.policy(),
                    run.reader(),
                    run.llm().mock(),
                    FIGURES.stream()
                            .map(figure -> shown(figure, run, differences.get(figure)))
                            .toList()));
        }
        List<String> notes = new ArrayList<>(comparison.notes());
        for (EvalSummary run : comparison.runs()) {
            String note = TimeNote.of(run);
            if (note != null) {
                notes.add(run.runId() + ": " + note);
            }
        }
        return new SideBySide(runs, notes);
    }

    private static Shown shown(ComparedFigure figure, EvalSummary run, @Nullable Difference difference) {
        return new Shown(
                figure.key(),
                figure.label(),
                figure.unit(),
                figure.of(run),
                run.quality().confidence().intervals().get(figure.key()),
                difference == null ? null : difference.value(),
                difference == null ? null : difference.interval());
    }
}
