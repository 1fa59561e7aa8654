package io.fastmemory.evaluation.benchmark;

import io.fastmemory.evaluation.metric.SurvivalTimes;
import io.fastmemory.evaluation.metric.TimeStat;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long one stage of the way took. */
public record Stage(String name, TimeStat millis) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** Collects times by stage; stages stand in the order in which they were met first. */
    static final class Collector {
        private final Map<String, SurvivalTimes> times = new LinkedHashMap<>();

        /** Adds the time between two stamps, if both were taken. */
        void add(String stage, @Nullable Instant from, @Nullable Instant to) {
            if (from != null && to != null) {
                times.computeIfAbsent(stage, any -> new SurvivalTimes()).addObserved(millis(from, to));
            }
        }

        List<Stage> stages() {
            return times.entrySet().stream()
                    .map(entry -> new Stage(entry.getKey(), entry.getValue().stat()))
                    .toList();
        }
    }

    static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / NANOS_PER_MILLI;
    }
}
