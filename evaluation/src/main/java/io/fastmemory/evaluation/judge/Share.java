package io.fastmemory.evaluation.judge;

import org.jspecify.annotations.Nullable;

/**
 * Some of many.
 *
 * @param count how many
 * @param of of how many
 * @param rate their quotient in six decimals, or {@code null} of none
 */
public record Share(long count, long of, @Nullable Double rate) {
    private static final double DECIMALS = 1e6;

    static Share of(long count, long of) {
        return new Share(count, of, of == 0 ? null : rounded((double) count / of));
    }

    static double rounded(double number) {
        return Math.round(number * DECIMALS) / DECIMALS;
    }
}
