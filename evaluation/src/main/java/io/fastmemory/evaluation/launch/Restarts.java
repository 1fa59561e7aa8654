package io.fastmemory.evaluation.launch;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * How often each job of this process was restarted, from Flink's own gauge: the web UI shows it up to ten seconds late, and
 * not any more when the job has ended.
 */
final class Restarts implements MetricReporter {
    private static final String GAUGE = "numRestarts";
    private static final Map<String, Gauge<?>> GOING_ON = new ConcurrentHashMap<>();
    private static final Map<String, Long> ENDED = new ConcurrentHashMap<>();

    /** The restarts of a job, 0 if it was never submitted here. */
    static long of(String jobId) {
        Gauge<?> gauge = GOING_ON.get(jobId);
        return gauge == null ? ENDED.getOrDefault(jobId, 0L) : count(gauge);
    }

    /** The options that make a Flink of this process report here. */
    static Map<String, String> options() {
        return Map.of("metrics.reporter.restarts.factory.class", Factory.class.getName());
    }

    private static long count(Gauge<?> gauge) {
        return gauge.getValue() instanceof Number number ? number.longValue() : 0;
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        String jobId = group.getAllVariables().get("<job_id>");
        if (name.equals(GAUGE) && jobId != null && metric instanceof Gauge<?> gauge) {
            GOING_ON.put(jobId, gauge);
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        String jobId = group.getAllVariables().get("<job_id>");
        if (name.equals(GAUGE) && jobId != null && metric instanceof Gauge<?> gauge) {
            ENDED.put(jobId, count(gauge));
            GOING_ON.remove(jobId);
        }
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    /** Found by Flink as a service. */
    public static final class Factory implements MetricReporterFactory {
        /** Called by Flink. */
        public Factory() {}

        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return new Restarts();
        }
    }
}
