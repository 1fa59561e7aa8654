package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.ComparedFigure;
import io.fastmemory.evaluation.metric.Comparison;
import io.fastmemory.evaluation.metric.Comparison.Difference;
import io.fastmemory.evaluation.metric.EvalSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs side by side as plain text: a letter for each run, a column for each letter, and the differences to the first. */
public final class ComparisonTable {
    private final Comparison comparison;

    private ComparisonTable(Comparison comparison) {
        this.comparison = comparison;
    }

    /** The text, ending in a line break. */
    public static String render(Comparison comparison) {
        ComparisonTable table = new ComparisonTable(comparison);
        return table.conditions() + "\n" + table.figures() + "\n" + table.differences() + table.notes();
    }

    private String conditions() {
        AlignedTable table = new AlignedTable();
        table.row("   run", "policy", "reader", "queries", "speed", "mock");
        for (int i = 0; i < comparison.runs().size(); i++) {
            EvalSummary run = comparison.runs().get(i);
            double speed = run.config().speed();
            table.row(
                    letter(i) + "  " + run.runId(),
                    run.policy(),
                    run.reader(),
                    run.config().queries(),
                    speed == 0 ? "max" : Figures.decimals(speed) + "x",
                    run.llm().mock() ? "MOCK" : "no");
        }
        return table.render();
    }

    private String figures() {
        AlignedTable table = new AlignedTable();
        table.row(heading("on answerable queries", 0));
        List<String> scored = new ArrayList<>(List.of("queries scored"));
        for (EvalSummary run : comparison.runs()) {
            scored.add(
                    run.quality().overall().queries() + " of " + run.dataset().queries());
        }
        table.row(scored);
        for (ComparedFigure figure : ComparedFigure.values()) {
            List<String> cells = new ArrayList<>(List.of(figure.label()));
            for (EvalSummary run : comparison.runs()) {
                cells.add(figure.isEmpty(run) ? Figures.NONE : Figures.of(figure.unit(), figure.of(run)));
            }
            table.row(cells);
        }
        return table.render();
    }

    private String differences() {
        AlignedTable table = new AlignedTable();
        table.row(heading("difference to A [95 %]", 1));
        for (ComparedFigure figure : ComparedFigure.values()) {
            List<String> cells = new ArrayList<>(List.of(figure.label()));
            for (Map<ComparedFigure, Difference> run :
                    comparison.differences().subList(1, comparison.runs().size())) {
                cells.add(difference(figure, run.get(figure)));
            }
            table.row(cells);
        }
        return table.render();
    }

    private List<String> heading(String name, int from) {
        List<String> cells = new ArrayList<>(List.of(name));
        for (int i = from; i < comparison.runs().size(); i++) {
            cells.add(letter(i));
        }
        return cells;
    }

    private static String difference(ComparedFigure figure, @Nullable Difference difference) {
        if (difference == null) {
            return Figures.NONE;
        }
        boolean rate = figure.unit() == ComparedFigure.Unit.RATE;
        String value = rate
                ? String.format(Locale.ROOT, "%+.1f pp", difference.value() * 100)
                : (difference.value() > 0 ? "+" : "") + Figures.of(figure.unit(), difference.value());
        EvalSummary.Interval interval = difference.interval();
        if (interval == null || interval.low() == null || interval.high() == null) {
            return value;
        }
        double scale = rate ? 100 : 1;
        return value + String.format(Locale.ROOT, " [%+.1f, %+.1f]", interval.low() * scale, interval.high() * scale);
    }

    private String notes() {
        StringBuilder text = new StringBuilder("\npp: percentage points. ")
                .append(
                        comparison.paired()
                                ? "Intervals: the same entities drawn of both runs.\n"
                                : "Intervals: unpaired, as the runs are of different datasets.\n");
        comparison.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
        Map<String, List<String>> lettersByNote = new LinkedHashMap<>();
        for (int i = 0; i < comparison.runs().size(); i++) {
            String note = TimeNote.of(comparison.runs().get(i));
            if (note != null) {
                lettersByNote.computeIfAbsent(note, any -> new ArrayList<>()).add(letter(i));
            }
        }
        lettersByNote.forEach((note, letters) -> text.append("note: ")
                .append(String.join(", ", letters))
                .append(": ")
                .append(note)
                .append('\n'));
        return text.toString();
    }

    /** A, B … Z, then A1 and on. */
    private static String letter(int run) {
        int letters = 'Z' - 'A' + 1;
        return (char) ('A' + run % letters) + (run < letters ? "" : Integer.toString(run / letters));
    }
}
