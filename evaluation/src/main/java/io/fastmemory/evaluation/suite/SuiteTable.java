package io.fastmemory.evaluation.suite;

import io.fastmemory.evaluation.metric.ComparedFigure;
import io.fastmemory.evaluation.report.AlignedTable;
import io.fastmemory.evaluation.report.Figures;
import io.fastmemory.evaluation.report.TimeNote;
import io.fastmemory.evaluation.suite.SuiteSummary.Broken;
import io.fastmemory.evaluation.suite.SuiteSummary.PolicyFigures;
import io.fastmemory.evaluation.suite.SuiteSummary.Run;
import io.fastmemory.evaluation.suite.SuiteSummary.SeedBounds;
import io.fastmemory.evaluation.suite.SuiteSummary.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A suite as plain text: a row for each policy, and whether the bounds hold in each seed. */
public final class SuiteTable {
    private static final List<ComparedFigure> COLUMNS = List.of(
            ComparedFigure.ANSWER_SUCCESS,
            ComparedFigure.ANSWER_CORRECT,
            ComparedFigure.EVIDENCE_CORRECT,
            ComparedFigure.RECALL_AT10,
            ComparedFigure.STALE_ANSWER,
            ComparedFigure.SCORE,
            ComparedFigure.TOKENS_ACTIVE,
            ComparedFigure.READY_LAG_P50);

    private SuiteTable() {}

    /** The text, ending in a line break. */
    public static String render(SuiteSummary summary) {
        StringBuilder text = new StringBuilder();
        text.append(policies(summary)).append("\nAnswerable queries; mean over the seeds, and [least–most] of them.\n");
        if (summary.runs().stream().anyMatch(Run::mock)) {
            text.append("MOCK: a stand-in model answered; quality says nothing about an LLM.\n");
        }
        String times = TimeNote.of(
                summary.suite().settings().queries(),
                summary.suite().settings().speed().equals("max"));
        if (times != null) {
            text.append(times).append('\n');
        }
        text.append("\nbounds: none ≤ llm ≤ oracle on ")
                .append(Bounds.FIGURES.stream().map(ComparedFigure::label).collect(Collectors.joining(", ")))
                .append('\n');
        summary.bounds()
                .forEach(seed -> text.append("  seed ")
                        .append(seed.seed())
                        .append(": ")
                        .append(verdict(seed))
                        .append('\n'));
        if (!summary.missing().isEmpty()) {
            text.append("not finished: ")
                    .append(String.join(", ", summary.missing()))
                    .append('\n');
        }
        summary.excluded()
                .forEach((runId, reason) -> text.append("left out: ")
                        .append(runId)
                        .append(": ")
                        .append(reason)
                        .append('\n'));
        summary.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
        return text.toString();
    }

    private static String policies(SuiteSummary summary) {
        AlignedTable table = new AlignedTable();
        List<String> heading = new ArrayList<>(List.of("policy", "runs"));
        COLUMNS.forEach(figure -> heading.add(figure.label()));
        table.row(heading);
        for (PolicyFigures policy : summary.policies()) {
            List<String> means = new ArrayList<>(List.of(policy.policy(), Long.toString(policy.runs())));
            List<String> ranges = new ArrayList<>(List.of("", ""));
            for (ComparedFigure figure : COLUMNS) {
                Spread spread = policy.figures().getOrDefault(figure.key(), new Spread(0, null, null, null));
                means.add(mean(figure, spread, policy.runs()));
                ranges.add(range(figure, spread));
            }
            table.row(means);
            table.row(ranges);
        }
        return table.render();
    }

    private static String mean(ComparedFigure figure, Spread spread, long runs) {
        String mean = runs == 0 ? "–" : Figures.of(figure.unit(), spread.mean());
        return spread.known() == 0 || spread.known() == runs ? mean : mean + " (" + spread.known() + "/" + runs + ")";
    }

    private static String range(ComparedFigure figure, Spread spread) {
        if (spread.min() == null) {
            return "";
        }
        String max = spread.max() == null ? "…" : Figures.of(figure.unit(), spread.max());
        return "[" + Figures.of(figure.unit(), spread.min()).replace(" %", "") + "–" + max.replace(" %", "") + "]";
    }

    private static String verdict(SeedBounds seed) {
        if (seed.compared().size() < 2) {
            return "not checked, as fewer than two of them are finished";
        }
        if (seed.broken().isEmpty()) {
            return "hold" + (seed.compared().size() < Bounds.ORDER.size() ? " for " + seed.compared() : "");
        }
        return "BROKEN, " + seed.broken().stream().map(SuiteTable::broken).collect(Collectors.joining("; "));
    }

    private static String broken(Broken broken) {
        ComparedFigure.Unit rate = ComparedFigure.Unit.RATE;
        return broken.figure() + " of " + broken.lower() + " " + Figures.of(rate, broken.lowerValue()) + " > "
                + broken.upper() + " " + Figures.of(rate, broken.upperValue());
    }
}
