package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.ComparedFigure;
import io.fastmemory.evaluation.metric.EvalSummary;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How figures are written for people. */
public final class Figures {
    /** What stands for a figure that is absent. */
    static final String NONE = "–";

    private Figures() {}

    /** A rate as percent, or a dash. */
    static String percent(@Nullable Double rate) {
        return rate == null ? NONE : String.format(Locale.ROOT, "%.1f %%", rate * 100);
    }

    /** Milliseconds below a second, seconds from there. */
    static String millis(double millis) {
        if (millis < 10) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        return millis < 999.5 ? String.format(Locale.ROOT, "%.0f ms", millis) : seconds(millis / 1_000);
    }

    /** Seconds. */
    static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 99.95 ? "%.2f s" : "%.0f s", seconds);
    }

    /** A number of things, with separators. */
    static String count(@Nullable Long count) {
        return count == null ? "?" : String.format(Locale.ROOT, "%,d", count);
    }

    /** A size on disk. */
    static String bytes(@Nullable Long bytes) {
        return bytes == null ? "size unknown" : String.format(Locale.ROOT, "%.1f MB on disk", bytes / 1e6);
    }

    /** A number without needless decimals. */
    static String decimals(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** A rate with its confidence interval where there is one. */
    static String percent(@Nullable Double rate, EvalSummary.@Nullable Interval interval) {
        return rate == null || interval == null || interval.low() == null || interval.high() == null
                ? percent(rate)
                : String.format(
                        Locale.ROOT, "%.1f %% [%.1f, %.1f]", rate * 100, interval.low() * 100, interval.high() * 100);
    }

    /** A figure in its own unit; a time that is absent was not reached. */
    public static String of(ComparedFigure.Unit unit, @Nullable Double value) {
        if (value == null) {
            return unit == ComparedFigure.Unit.MILLIS ? "not reached" : NONE;
        }
        return switch (unit) {
            case RATE -> percent(value);
            case MILLIS -> value < 0 ? "-" + millis(-value) : millis(value);
            case COUNT -> count(Math.round(value));
            case AMOUNT -> amount(value);
        };
    }

    /** An amount to two decimals, or a dash. */
    static String amount(@Nullable Double amount) {
        return amount == null ? NONE : String.format(Locale.ROOT, "%,.2f", amount);
    }
}
