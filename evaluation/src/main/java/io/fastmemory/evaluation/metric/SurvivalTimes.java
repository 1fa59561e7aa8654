package io.fastmemory.evaluation.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Times to an event of which some were cut off before the event came (right-censored).
 *
 * <p>The share not yet ended at time t is the Kaplan–Meier product-limit estimate S(t) = ∏ (1 − dᵢ ÷ nᵢ) over the
 * observed times tᵢ ≤ t, with dᵢ of them ending at tᵢ and nᵢ still at risk just before; one censored at tᵢ is still at
 * risk at tᵢ. The p-quantile is the smallest observed time with S(t) ≤ 1 − p, and not reached if there is none. Without
 * censoring this is the exact nearest-rank percentile of the sample.
 *
 * @see <a href="https://doi.org/10.1080/01621459.1958.10501452">Kaplan and Meier, Nonparametric Estimation from
 *     Incomplete Observations, JASA 53 (1958), 457–481</a>
 */
public final class SurvivalTimes {
    /** Slack for the rounding of the product, far below one part in the largest population. */
    private static final double SLACK = 1e-9;

    private static final double MICROS = 1_000.0;

    private record Time(double millis, boolean censored) {}

    private final List<Time> times = new ArrayList<>();
    private long censoredCount;

    /** Adds a time that ended. */
    public void addObserved(double millis) {
        times.add(new Time(millis, false));
    }

    /** Adds a time that was cut off at {@code millis}. */
    public void addCensored(double millis) {
        times.add(new Time(millis, true));
        censoredCount++;
    }

    /** The distribution of all times added so far, rounded to microseconds. */
    public TimeStat stat() {
        times.sort(Comparator.comparingDouble(Time::millis).thenComparing(Time::censored));
        double sum = 0;
        Double max = null;
        for (Time time : times) {
            if (!time.censored()) {
                sum += time.millis();
                max = time.millis();
            }
        }
        long observed = times.size() - censoredCount;
        Double mean = observed == 0 ? null : sum / observed;
        return new TimeStat(
                times.size(),
                censoredCount,
                rounded(mean),
                rounded(quantile(0.50)),
                rounded(quantile(0.90)),
                rounded(quantile(0.95)),
                rounded(quantile(0.99)),
                rounded(max));
    }

    /** The smallest observed time with S(t) ≤ 1 − p; needs {@code times} in order. */
    private @Nullable Double quantile(double p) {
        double survival = 1;
        int i = 0;
        while (i < times.size()) {
            double at = times.get(i).millis();
            int atRisk = times.size() - i;
            int ended = 0;
            while (i < times.size() && times.get(i).millis() == at) {
                ended += times.get(i).censored() ? 0 : 1;
                i++;
            }
            survival *= 1 - (double) ended / atRisk;
            if (ended > 0 && survival <= 1 - p + SLACK) {
                return at;
            }
        }
        return null;
    }

    /** To microseconds. */
    static @Nullable Double rounded(@Nullable Double millis) {
        return millis == null ? null : Math.round(millis * MICROS) / MICROS;
    }
}
