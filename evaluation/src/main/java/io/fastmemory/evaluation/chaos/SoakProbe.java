package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes samples of this process and of the job in it, at equal distances, until it is closed. */
final class SoakProbe implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SoakProbe.class);
    /** A full collection stops the job for a moment: every third sample makes one, the others repeat what it left. */
    private static final int SAMPLES_PER_COLLECTION = 3;

    private final FlinkRest rest;
    private final String job;
    private final Clock clock;
    private final Instant start;
    private final List<SoakSample> samples = new ArrayList<>();
    private final ScheduledExecutorService ticker;
    private long heapBytes;

    SoakProbe(String webUi, String jobId, Duration period, Clock clock) {
        this.rest = new FlinkRest(webUi);
        this.job = "/jobs/" + jobId;
        this.clock = clock;
        this.start = clock.instant();
        this.ticker = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "soak-probe");
            thread.setDaemon(true);
            return thread;
        });
        var unused =
                ticker.scheduleAtFixedRate(this::sample, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The samples so far. */
    synchronized List<SoakSample> samples() {
        return List.copyOf(samples);
    }

    private synchronized void sample() {
        try {
            if (samples.size() % SAMPLES_PER_COLLECTION == 0) {
                heapBytes = heapAfterCollection();
            }
            samples.add(new SoakSample(
                    Duration.between(start, clock.instant()).toSeconds(),
                    heapBytes,
                    rest.get(job + "/checkpoints")
                            .at("/latest/completed/state_size")
                            .asLong(),
                    openFiles(),
                    Math.round(metric("queuedEvents", "sum")),
                    metric("timeToRawWriteMillis_p99", "max")));
        } catch (IOException unreachable) { // while the job starts and when it has ended
            LOG.debug("no sample", unreachable);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long heapAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    /** A metric over the subtasks of the step that has it. */
    private double metric(String name, String aggregation) throws IOException, InterruptedException {
        for (JsonNode vertex : rest.get(job).path("vertices")) {
            String metrics = job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
            for (JsonNode metric : rest.get(metrics)) {
                String id = metric.path("id").asText();
                if (id.endsWith(name)) {
                    String get = metrics + "?get=" + URLEncoder.encode(id, StandardCharsets.UTF_8);
                    JsonNode value = rest.get(get).path(0).path(aggregation);
                    if (!value.isNumber()) {
                        throw new IOException("expected a value of metric " + name + ", found none yet");
                    }
                    return value.asDouble();
                }
            }
        }
        throw new IOException("expected a step with metric " + name + ", found none yet");
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
