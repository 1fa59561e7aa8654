package io.fastmemory.job.source;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * How fast the timeline is replayed.
 *
 * @param factor times faster than the clock, or 0 for as fast as possible
 */
public record Speed(double factor) implements Serializable {
    /** As fast as possible: every record is intended to arrive at the run start. */
    public static final Speed MAX = new Speed(0);

    /**
     * Reads {@code 1x}, {@code 20x}, {@code 0.5x} or {@code max}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static Speed parse(String text) {
        if (text.equalsIgnoreCase("max")) {
            return MAX;
        }
        try {
            double factor = Double.parseDouble(
                    text.endsWith("x") || text.endsWith("X") ? text.substring(0, text.length() - 1) : text);
            if (factor > 0 && factor <= 1_000_000) {
                return new Speed(factor);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a speed such as 1x, 20x or max: " + text, e);
        }
        throw new IllegalArgumentException("expected a speed from above 0x to 1000000x, or max: " + text);
    }

    /** Whether records are released at their intended time rather than as fast as possible. */
    public boolean paced() {
        return factor > 0;
    }

    /** Intended arrival of what stands at {@code offsetMs} on the timeline. */
    public Instant arrival(Instant runStart, long offsetMs) {
        return paced() ? runStart.plusNanos(Math.round(offsetMs * 1e6 / factor)) : runStart;
    }

    /** Stream time at {@code now}; negative before the run start. */
    public long streamMs(Instant runStart, Instant now) {
        return (long) Math.floor(Duration.between(runStart, now).toNanos() / 1e6 * factor);
    }

    @Override
    public String toString() {
        if (!paced()) {
            return "max";
        }
        return factor == Math.rint(factor) ? (long) factor + "x" : factor + "x";
    }
}
