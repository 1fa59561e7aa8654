package io.fastmemory.evaluation.benchmark;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fastmemory.evaluation.benchmark.Ratio.Bound;
import io.fastmemory.evaluation.metric.TimeStat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * What a benchmark of the write path measured.
 *
 * @param startedAt when it started
 * @param machine where
 * @param llmLatencyMs latency the stand-in model was set to
 * @param roundTrip the same, seen by a plain client just before the runs
 * @param maxEventsPerCall events one policy call takes at most (K)
 * @param paced the run in which nothing queues
 * @param saturatedRuns the runs in which everything does
 */
public record BenchmarkReport(
        Instant startedAt,
        Machine machine,
        double llmLatencyMs,
        TimeStat roundTrip,
        int maxEventsPerCall,
        PacedFigures paced,
        List<SaturatedFigures> saturatedRuns) {
    public BenchmarkReport {
        if (saturatedRuns.isEmpty()) {
            throw new IllegalArgumentException("expected a saturated run at least, found none");
        }
        saturatedRuns = saturatedRuns.stream()
                .sorted(Comparator.comparingDouble(SaturatedFigures::slowestRate))
                .toList();
    }

    /** The median of the saturated runs by their slowest entity, the lower one of an even number. */
    public SaturatedFigures saturated() {
        return saturatedRuns.get((saturatedRuns.size() - 1) / 2);
    }

    /** Name of the file in a benchmark's folder. */
    public static final String FILE = "benchmark.json";

    private static final double MEMORY_WRITE_LIMIT = 1.10;
    private static final double INDEXED_MEMORY_LIMIT = 1.20;
    private static final double RATE_LIMIT = 0.8;
    private static final double CALLS_LIMIT = 1.5;
    private static final double MILLIS_PER_SECOND = 1_000;

    /**
     * The machine, and how busy it was.
     *
     * @param loadBefore load average of a minute at the start, negative if unknown
     * @param loadAfter the same at the end
     */
    public record Machine(int processors, double loadBefore, double loadAfter) {}

    /** Every measurement that has a target, against the configured latency and against the measured one. */
    @JsonProperty
    public List<Ratio> ratios() {
        double measuredMs = Objects.requireNonNull(roundTrip.p50(), "median of the round trips");
        List<Ratio> ratios = new ArrayList<>();
        addLatencies(ratios, "LLM as set", llmLatencyMs);
        addLatencies(ratios, "LLM as measured", measuredMs);
        addRates(ratios, "K / LLM as set", llmLatencyMs);
        addRates(ratios, "K / LLM as measured", measuredMs);
        ratios.add(new Ratio(
                "LLM calls per event",
                saturated().callsPerEvent(),
                1.0 / maxEventsPerCall,
                "1 / K",
                Bound.LESS_THAN,
                CALLS_LIMIT));
        ratios.add(new Ratio(
                "paced events indexed", (double) paced.indexed(), paced.events(), "paced events", Bound.AT_LEAST, 1));
        ratios.add(new Ratio(
                "paced events not queued",
                (double) paced.events() - paced.queued(),
                paced.events(),
                "paced events",
                Bound.AT_LEAST,
                1));
        return List.copyOf(ratios);
    }

    private void addLatencies(List<Ratio> ratios, String against, double latencyMs) {
        ratios.add(new Ratio(
                "time_to_memory_write p50, ms",
                paced.memoryWrite().p50(),
                latencyMs,
                against,
                Bound.AT_MOST,
                MEMORY_WRITE_LIMIT));
        ratios.add(new Ratio(
                "time_to_indexed_memory p50, ms",
                paced.indexedMemory().p50(),
                latencyMs,
                against,
                Bound.AT_MOST,
                INDEXED_MEMORY_LIMIT));
    }

    private void addRates(List<Ratio> ratios, String against, double latencyMs) {
        double fullCalls = maxEventsPerCall * MILLIS_PER_SECOND / latencyMs;
        ratios.add(new Ratio(
                "events/s, slowest entity", saturated().slowestRate(), fullCalls, against, Bound.AT_LEAST, RATE_LIMIT));
        ratios.add(new Ratio(
                "events/s, without first calls",
                saturated().slowestWarmRate(),
                fullCalls,
                against,
                Bound.AT_LEAST,
                RATE_LIMIT));
    }

    /** Whether every ratio keeps its limit. */
    @JsonProperty
    public boolean ok() {
        return ratios().stream().allMatch(Ratio::ok);
    }
}
