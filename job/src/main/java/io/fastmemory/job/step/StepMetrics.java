package io.fastmemory.job.step;

import com.codahale.metrics.SlidingWindowReservoir;
import io.fastmemory.connectors.llm.EndpointHealth;
import java.util.function.Supplier;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.dropwizard.metrics.DropwizardHistogramWrapper;
import org.apache.flink.metrics.Histogram;

/** How the steps measure distributions for the web UI; results are computed from the rollouts instead. */
final class StepMetrics {
    private static final int WINDOW = 1_024;

    private StepMetrics() {}

    /** Says while it lasts that the language model is gone: whether, for how long, and how many calls of the subtask wait. */
    static void endpointGauges(RuntimeContext context, Supplier<EndpointHealth> health) {
        var metrics = context.getMetricGroup();
        metrics.gauge("llmCircuitOpen", () -> health.get().isUnavailable() ? 1 : 0);
        metrics.gauge(
                "llmUnavailableMillis", () -> health.get().unavailableFor().toMillis());
        metrics.gauge("llmCallsWaiting", () -> health.get().waitingCalls());
    }

    /** A histogram over the last 1,024 values. */
    static Histogram histogram(RuntimeContext context, String name) {
        return context.getMetricGroup()
                .histogram(
                        name,
                        new DropwizardHistogramWrapper(
                                new com.codahale.metrics.Histogram(new SlidingWindowReservoir(WINDOW))));
    }
}
