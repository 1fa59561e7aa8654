package io.fastmemory.evaluation.chaos;

import io.fastmemory.evaluation.report.AlignedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a long run under steady load used, and whether it grew: the median of the last third of the samples against that of
 * the first third, after a fifth has been left out as warm-up. Medians, so that single peaks count for nothing.
 */
public final class SoakReport {
    /** Fewer samples than these in a third say nothing. */
    static final int FEWEST_IN_A_THIRD = 3;

    private static final int DIFFERENCES_SHOWN = 10;

    private final List<SoakSample> samples;
    private final List<String> differences;
    private final List<SoakSample> first;
    private final List<SoakSample> last;

    /**
     * A report on samples in the order they were taken.
     *
     * @param differences what does not hold of what the run left
     * @throws IllegalArgumentException if they are too few to tell
     */
    public SoakReport(List<SoakSample> samples, List<String> differences) {
        this.samples = List.copyOf(samples);
        this.differences = List.copyOf(differences);
        List<SoakSample> warm = this.samples.subList(samples.size() / 5, samples.size());
        int third = warm.size() / 3;
        if (third < FEWEST_IN_A_THIRD) {
            throw new IllegalArgumentException("expected at least " + FEWEST_IN_A_THIRD
                    + " samples in a third of the run after its warm-up, found " + third + " of " + samples.size()
                    + ": let it run longer");
        }
        this.first = warm.subList(0, third);
        this.last = warm.subList(warm.size() - third, warm.size());
    }

    /** Whether nothing rises beyond its limit and all of the input has its outcome. */
    public boolean isGood() {
        return differences.isEmpty() && !rises();
    }

    private boolean rises() {
        for (SoakMetric metric : SoakMetric.values()) {
            if (rises(metric)) {
                return true;
            }
        }
        return false;
    }

    private boolean rises(SoakMetric metric) {
        return metric.rises(metric.median(first), metric.median(last));
    }

    /** A row for each thing that was watched, with its verdict. */
    public String table() {
        AlignedTable table = new AlignedTable();
        table.row("", "first third", "last third", "least", "most", "rising from", "verdict");
        for (SoakMetric metric : SoakMetric.values()) {
            table.row(
                    metric.label(),
                    number(metric.median(first)),
                    number(metric.median(last)),
                    number(samples.stream().mapToDouble(metric::of).min().orElse(0)),
                    number(samples.stream().mapToDouble(metric::of).max().orElse(0)),
                    metric.limit(),
                    rises(metric) ? "RISING" : "flat");
        }
        StringBuilder text = new StringBuilder(table.render())
                .append("differences between what went in and what came of it: ")
                .append(differences.size())
                .append('\n');
        differences.stream()
                .limit(DIFFERENCES_SHOWN)
                .forEach(difference -> text.append("  ").append(difference).append('\n'));
        return text.toString();
    }

    /** Samples, one a line, as a table for other tools. */
    public static String csv(List<SoakSample> samples) {
        List<String> lines = new ArrayList<>();
        lines.add("seconds,heap_bytes,state_bytes,open_files,queued_events,raw_write_p99_ms");
        for (SoakSample sample : samples) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%d,%d,%d,%d,%d,%.1f",
                    sample.seconds(),
                    sample.heapBytes(),
                    sample.stateBytes(),
                    sample.openFiles(),
                    sample.queuedEvents(),
                    sample.rawWriteP99Millis()));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }
}
