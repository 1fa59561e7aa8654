package io.fastmemory.job.step;

import com.codahale.metrics.SlidingWindowReservoir;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.dropwizard.metrics.DropwizardHistogramWrapper;
import org.apache.flink.metrics.Histogram;

/** How the steps measure distributions for the web UI; results are computed from the rollouts instead. */
final class StepMetrics {
    private static final int WINDOW = 1_024;

    private StepMetrics() {}

    /** A histogram over the last 1,024 values. */
    static Histogram histogram(RuntimeContext context, String name) {
        return context.getMetricGroup()
                .histogram(
                        name,
                        new DropwizardHistogramWrapper(
                                new com.codahale.metrics.Histogram(new SlidingWindowReservoir(WINDOW))));
    }
}
