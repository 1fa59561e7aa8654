package io.fastmemory.connectors.index.local;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often the local index server fails on purpose, and how slow it is.
 *
 * @param shares share of requests that meet each fault, 0 to 1 and at most 1 together; an absent one never happens
 * @param latency how long every request to the data plane waits before it is looked at
 * @param lateBy how long after its arrival a request of {@link Fault#LATE_EFFECT} takes effect
 * @param seed seed of the sequence of faults: the n-th request meets the same fault in every run
 */
public record Faults(Map<Fault, Double> shares, Duration latency, Duration lateBy, long seed) {
    /** No faults. */
    public static final Faults NONE = new Faults(Map.of(), Duration.ZERO, Duration.ZERO, 0);

    public Faults {
        if (!shares.values().stream().allMatch(share -> share >= 0)
                || shares.values().stream().mapToDouble(Double::doubleValue).sum() > 1 + 1e-9) {
            throw new IllegalArgumentException(
                    "shares of faults must be at least 0 and at most 1 together: " + new TreeMap<>(shares));
        }
        if (latency.isNegative() || lateBy.isNegative()) {
            throw new IllegalArgumentException("latency and lateBy must not be negative: " + latency + ", " + lateBy);
        }
        shares = Map.copyOf(shares);
    }

    /** These shares of requests without effect, and nothing else. */
    public Faults(double unavailable, double resourceExhausted, double hang, long seed) {
        this(
                Map.of(Fault.UNAVAILABLE, unavailable, Fault.RESOURCE_EXHAUSTED, resourceExhausted, Fault.HANG, hang),
                Duration.ZERO,
                Duration.ZERO,
                seed);
    }

    /** The same with another share of one fault. */
    public Faults with(Fault fault, double share) {
        Map<Fault, Double> changed = new EnumMap<>(Fault.class);
        changed.putAll(shares);
        changed.put(fault, share);
        return new Faults(changed, latency, lateBy, seed);
    }

    /** The same with another latency. */
    public Faults withLatency(Duration newLatency) {
        return new Faults(shares, newLatency, lateBy, seed);
    }

    /** The same with another delay of late effects. */
    public Faults withLateBy(Duration newLateBy) {
        return new Faults(shares, latency, newLateBy, seed);
    }

    /** The same with another seed. */
    public Faults withSeed(long newSeed) {
        return new Faults(shares, latency, lateBy, newSeed);
    }

    /** The share of requests that meet {@code fault}. */
    public double share(Fault fault) {
        return shares.getOrDefault(fault, 0.0);
    }
}
