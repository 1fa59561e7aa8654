package io.fastmemory.connectors.llm.stub;

import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often each fault happens.
 *
 * @param shares share of requests that meet each fault, 0 to 1, together at most 1
 */
record FaultRates(Map<Fault, Double> shares) {
    private static final double ROUNDING = 1e-9;

    FaultRates {
        check(shares);
        shares = Map.copyOf(shares);
    }

    /**
     * Refuses shares that cannot be.
     *
     * @throws IllegalArgumentException naming the fault
     */
    static void check(Map<Fault, Double> shares) {
        double sum = 0;
        for (Map.Entry<Fault, Double> rate : shares.entrySet()) {
            if (!(rate.getValue() >= 0 && rate.getValue() <= 1)) {
                throw new IllegalArgumentException("rate of " + rate.getKey() + " must be 0 to 1: " + rate.getValue());
            }
            sum += rate.getValue();
        }
        if (sum > 1 + ROUNDING) {
            throw new IllegalArgumentException("fault rates must sum up to at most 1: " + sum);
        }
    }

    /** The fault that a draw from {@code random} meets, or {@code null}. */
    @Nullable
    Fault draw(RandomGenerator random) {
        double point = random.nextDouble();
        for (Fault fault : Fault.values()) {
            point -= shares.getOrDefault(fault, 0.0);
            if (point < 0) {
                return fault;
            }
        }
        return null;
    }
}
