package io.fastmemory.evaluation.metric;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** How figures are rounded and written, the same in every file. */
public final class Numbers {
    private static final double MILLIONTHS = 1e6;

    private Numbers() {}

    /** A rate rounded to six decimals. */
    public static double rate(double value) {
        return Math.round(value * MILLIONTHS) / MILLIONTHS;
    }

    /** {@code amount ÷ of}, rounded, or {@code null} when there is nothing to divide by. */
    static @Nullable Double per(long amount, long of) {
        return of == 0 ? null : rate((double) amount / of);
    }

    /** Decimal digits without an exponent, or nothing for {@code null}. */
    static String plain(@Nullable Double value) {
        return value == null
                ? ""
                : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
