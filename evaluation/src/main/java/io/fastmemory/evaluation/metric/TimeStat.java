package io.fastmemory.evaluation.metric;

import org.jspecify.annotations.Nullable;

/**
 * The distribution of one time, in milliseconds.
 *
 * @param count size of the population, censored ones included
 * @param censored those whose time was not seen to end
 * @param mean arithmetic mean of the uncensored ones only; {@code null} without any
 * @param p50 time by which half of the population had ended; {@code null} when that is not reached
 * @param p90 the same for 90 %
 * @param p95 the same for 95 %
 * @param p99 the same for 99 %
 * @param max the longest of the uncensored ones; {@code null} without any
 */
public record TimeStat(
        long count,
        long censored,
        @Nullable Double mean,
        @Nullable Double p50,
        @Nullable Double p90,
        @Nullable Double p95,
        @Nullable Double p99,
        @Nullable Double max) {}
