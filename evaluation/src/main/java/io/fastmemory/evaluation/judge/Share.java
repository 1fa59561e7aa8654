package io.fastmemory.evaluation.judge;

import io.fastmemory.evaluation.metric.Numbers;
import org.jspecify.annotations.Nullable;

/**
 * Some of many.
 *
 * @param count how many
 * @param of of how many
 * @param rate their quotient in six decimals, or {@code null} of none
 */
public record Share(long count, long of, @Nullable Double rate) {
    static Share of(long count, long of) {
        return new Share(count, of, of == 0 ? null : Numbers.rate((double) count / of));
    }
}
