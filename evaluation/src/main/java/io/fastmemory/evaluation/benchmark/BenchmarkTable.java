package io.fastmemory.evaluation.benchmark;

import io.fastmemory.evaluation.metric.TimeStat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The plain table that a benchmark prints. */
public final class BenchmarkTable {
    private final StringBuilder text = new StringBuilder();

    private BenchmarkTable() {}

    /** The table of {@code report}, ending in a line break. */
    public static String render(BenchmarkReport report) {
        BenchmarkTable table = new BenchmarkTable();
        table.conditions(report);
        table.ratios(report.ratios());
        table.stages("paced: where the time goes, ms", report.paced().stages());
        table.stages(
                "saturated: where an entity's time goes, ms", report.saturated().stages());
        return table.text.toString();
    }

    private void conditions(BenchmarkReport report) {
        BenchmarkReport.Machine machine = report.machine();
        PacedFigures paced = report.paced();
        SaturatedFigures saturated = report.saturated();
        line(
                "LLM (stub): set to %.1f ms, a plain client sees p50 %s ms; K = %d",
                report.llmLatencyMs(), number(report.roundTrip().p50()), report.maxEventsPerCall());
        line(
                "machine: %d processors, load %.2f before and %.2f after",
                machine.processors(), machine.loadBefore(), machine.loadAfter());
        line("paced: %,d events, %,d queued, %,d indexed", paced.events(), paced.queued(), paced.indexed());
        line(
                "saturated: %,d events of %,d entities in %,d calls, %,d indexed",
                saturated.events(), saturated.entities(), saturated.llmCalls(), saturated.indexOperations());
        line(
                "saturated: events/s of the slowest entity in each of %d runs: %s; the median run counts",
                report.saturatedRuns().size(),
                report.saturatedRuns().stream()
                        .map(run -> number(run.slowestRate()))
                        .collect(Collectors.joining(" ")));
        line(
                "saturated: events/s of an entity %.1f to %.1f, median %.1f",
                saturated.slowestRate(), saturated.fastestRate(), saturated.medianRate());
    }

    private void ratios(List<Ratio> ratios) {
        line("");
        line("%-32s %10s %10s  %-20s %7s %9s", "metric", "value", "reference", "", "ratio", "target");
        for (Ratio ratio : ratios) {
            line(
                    "%-32s %10s %10s  %-20s %7s %9s  %s",
                    ratio.metric(),
                    number(ratio.value()),
                    number(ratio.reference()),
                    ratio.against(),
                    number(ratio.ratio()),
                    "%s %.2f".formatted(ratio.bound().sign(), ratio.limit()),
                    ratio.ok() ? "ok" : "MISS");
        }
    }

    private void stages(String title, List<Stage> stages) {
        line("");
        line("%-43s %10s %10s %10s %10s", title, "count", "p50", "p95", "max");
        for (Stage stage : stages) {
            TimeStat millis = stage.millis();
            line(
                    "%-43s %10s %10s %10s %10s",
                    "  " + stage.name(),
                    "%,d".formatted(millis.count()),
                    number(millis.p50()),
                    number(millis.p95()),
                    number(millis.max()));
        }
    }

    private static String number(@Nullable Double value) {
        if (value == null) {
            return "none";
        }
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%,.1f", value);
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
