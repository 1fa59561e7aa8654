package io.fastmemory.evaluation.chaos;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** One thing that must not grow while the load stays the same, and from when on it counts as growing. */
enum SoakMetric {
    HEAP("heap after GC, MiB", SoakSample::heapBytes, 1 << 20, 0.20, 24),
    STATE("state, MiB", SoakSample::stateBytes, 1 << 20, 0.20, 1),
    OPEN_FILES("open files", SoakSample::openFiles, 1, 0.10, 16),
    QUEUE("queued events", SoakSample::queuedEvents, 1, 0.50, 20),
    RAW_WRITE("raw write p99, ms", SoakSample::rawWriteP99Millis, 1, 1.00, 50);

    private final String label;
    private final ToDoubleFunction<SoakSample> value;
    private final double unit;
    private final double relativeLimit;
    private final double absoluteLimit;

    SoakMetric(
            String label, ToDoubleFunction<SoakSample> value, double unit, double relativeLimit, double absoluteLimit) {
        this.label = label;
        this.value = value;
        this.unit = unit;
        this.relativeLimit = relativeLimit;
        this.absoluteLimit = absoluteLimit;
    }

    String label() {
        return label;
    }

    /** The limit in words: both parts must be passed, so that neither noise of the small nor of the large counts. */
    String limit() {
        return String.format(Locale.ROOT, "+%.0f %% and +%.0f", 100 * relativeLimit, absoluteLimit);
    }

    double of(SoakSample sample) {
        return value.applyAsDouble(sample) / unit;
    }

    /** Median of some samples. */
    double median(List<SoakSample> samples) {
        double[] sorted = samples.stream().mapToDouble(this::of).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    boolean rises(double first, double last) {
        return last > first * (1 + relativeLimit) && last > first + absoluteLimit;
    }
}
