package io.fastmemory.evaluation.launch;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.evaluation.report.TerminalText;
import io.fastmemory.job.JobOptions;
import io.fastmemory.model.Json;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Says on the terminal how far a run is, from the numbers of the web UI. */
final class RunProgress implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final PrintWriter out;
    private final String jobId;
    private final String jobUrl;
    private final Instant runStart;
    private final Clock clock;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ScheduledExecutorService ticker;
    private final EndpointWatch endpoint;

    /** Where a line goes back to its own beginning, which nothing that is printed to {@link #out} can. */
    private final @Nullable Console terminal = System.console();

    private final Instant submitted;
    private boolean ready;

    /**
     * Watches a job that was just submitted.
     *
     * @param paced whether arrivals wait for the clock, so that a late start shows in every time
     */
    RunProgress(PrintWriter out, int port, String jobId, Instant runStart, boolean paced, Clock clock) {
        this.out = out;
        this.jobId = jobId;
        this.jobUrl = "http://localhost:" + port + "/jobs/" + jobId;
        this.runStart = runStart;
        this.clock = clock;
        this.submitted = clock.instant();
        this.ready = !paced;
        this.endpoint = new EndpointWatch(this::get, out, clock);
        this.ticker = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "progress");
            thread.setDaemon(true);
            return thread;
        });
        var unused =
                ticker.scheduleAtFixedRate(this::tick, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            JsonNode job = get("");
            if (!ready && isReady(job)) {
                ready = true;
                warnIfLate();
            }
            endpoint.look(job);
            if (terminal != null) {
                print(job, terminal);
            }
        } catch (IOException unreachable) {
            // The web UI comes up a moment after the job and goes down with it; the next tick asks again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isReady(JsonNode job) {
        for (JsonNode vertex : job.path("vertices")) {
            String status = vertex.path("status").asText();
            if (!status.equals("RUNNING") && !status.equals("FINISHED")) {
                return false;
            }
        }
        return !job.path("vertices").isEmpty();
    }

    /** Readiness is seen up to a tick after it was reached. */
    private void warnIfLate() {
        Instant now = clock.instant();
        Duration late = Duration.between(runStart, now).minus(PERIOD);
        if (late.compareTo(PERIOD) > 0) {
            out.printf(
                    "note: the job was ready about %d s after the run start; the first arrivals wait so long, which"
                            + " counts. --option %s=%d s would give it the time.%n",
                    late.toSeconds(),
                    JobOptions.RUN_START_DELAY.key(),
                    Duration.between(submitted, now).toSeconds() + 2);
            out.flush();
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(jobUrl + path))
                .timeout(Duration.ofSeconds(2))
                .build();
        return Json.MAPPER.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private void print(JsonNode job, Console line) {
        long events = 0;
        long queries = 0;
        for (JsonNode vertex : job.path("vertices")) {
            String name = vertex.path("name").asText();
            if (name.contains("memory-write queue")) {
                events = vertex.path("metrics").path("read-records").asLong();
            } else if (name.contains("score")) {
                queries = vertex.path("metrics").path("write-records").asLong();
            }
        }
        long seconds = Duration.between(runStart, clock.instant()).toSeconds(); // negative before the first arrival
        line.printf(
                "\r%s  %d s  events %,d  queries scored %,d  restarts %d   ",
                TerminalText.line(job.path("state").asText("starting").toLowerCase(Locale.ROOT)),
                seconds,
                events,
                queries,
                Restarts.of(jobId));
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        if (terminal != null) {
            terminal.printf("%n");
        }
    }
}
