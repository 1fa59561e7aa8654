package io.fastmemory.evaluation.benchmark;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One measured value against what it is compared with.
 *
 * @param metric what was measured
 * @param value the measurement, or {@code null} if it was not reached
 * @param reference what it is divided by, positive
 * @param against what the reference is
 * @param bound on which side of the limit the ratio must be
 * @param limit of the ratio
 */
public record Ratio(
        String metric, @Nullable Double value, double reference, String against, Bound bound, double limit) {
    /** The side of a limit. */
    public enum Bound {
        AT_MOST("<="),
        LESS_THAN("<"),
        AT_LEAST(">=");

        private final String sign;

        Bound(String sign) {
            this.sign = sign;
        }

        /** As it is written before a limit. */
        public String sign() {
            return sign;
        }

        private boolean holds(double ratio, double limit) {
            return switch (this) {
                case AT_MOST -> ratio <= limit;
                case LESS_THAN -> ratio < limit;
                case AT_LEAST -> ratio >= limit;
            };
        }
    }

    /** Value ÷ reference, or {@code null} without a value. */
    @JsonProperty
    public @Nullable Double ratio() {
        return value == null ? null : value / reference;
    }

    /** Whether the ratio keeps its limit; without a value it does not. */
    @JsonProperty
    public boolean ok() {
        Double ratio = ratio();
        return ratio != null && bound.holds(ratio, limit);
    }
}
