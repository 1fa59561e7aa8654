package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.Interval;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Percentile bootstrap over clusters: entities are drawn with replacement, each with all that belongs to it, because
 * queries about one entity stand or fall with the same memories.
 *
 * @see <a href="https://doi.org/10.1214/ss/1177013815">Efron and Tibshirani, Bootstrap Methods for Standard Errors,
 *     Confidence Intervals, and Other Measures of Statistical Accuracy, Statistical Science 1 (1986), 54–75</a>
 */
final class Bootstrap {
    static final int DEFAULT_RESAMPLES = 1_000;
    /** Share of the resamples that an interval covers. */
    static final double LEVEL = 0.95;

    private Bootstrap() {}

    /**
     * The interval of each statistic.
     *
     * @param clusters one for each entity, in a fixed order
     * @param statistics of the sum of the drawn clusters; NaN where a draw has no value, which leaves it out
     * @return an interval without bounds for fewer than two clusters, or without any value
     */
    static Map<String, Interval> intervals(
            List<EntityTally> clusters,
            Map<String, ToDoubleFunction<EntityTally>> statistics,
            int resamples,
            long seed) {
        Map<String, double[]> values = new LinkedHashMap<>();
        statistics.keySet().forEach(name -> values.put(name, new double[resamples]));
        Random random = new Random(seed);
        for (int i = 0; clusters.size() > 1 && i < resamples; i++) {
            EntityTally drawn = sum(clusters, draw(clusters.size(), random));
            int at = i;
            values.forEach((name, drawnValues) -> drawnValues[at] = applied(statistics, name, drawn));
        }
        Map<String, Interval> intervals = new LinkedHashMap<>();
        values.forEach((name, drawn) -> intervals.put(name, clusters.size() > 1 ? interval(drawn) : Interval.UNKNOWN));
        return intervals;
    }

    /**
     * The interval of each statistic's difference, the other run's less the first's.
     *
     * @param paired whether the clusters of both are the same entities at the same places: each draw then takes the same
     *     entities of both runs, so that what makes an entity hard for either does not widen the interval
     * @return an interval without bounds for fewer than two clusters of either, or without any value
     * @see <a href="https://doi.org/10.1201/9780429246593">Efron and Tibshirani, An Introduction to the Bootstrap,
     *     Chapman and Hall 1993, chapter 8, on data that come in pairs and on two samples</a>
     */
    static Map<String, Interval> differences(
            List<EntityTally> first,
            List<EntityTally> other,
            boolean paired,
            Map<String, ToDoubleFunction<EntityTally>> statistics,
            int resamples,
            long seed) {
        if (paired && first.size() != other.size()) {
            throw new IllegalArgumentException(
                    "expected as many entities of both runs: " + first.size() + " and " + other.size());
        }
        boolean enough = first.size() > 1 && other.size() > 1;
        Map<String, double[]> values = new LinkedHashMap<>();
        statistics.keySet().forEach(name -> values.put(name, new double[resamples]));
        Random random = new Random(seed);
        for (int i = 0; enough && i < resamples; i++) {
            int[] ofFirst = draw(first.size(), random);
            EntityTally drawnFirst = sum(first, ofFirst);
            EntityTally drawnOther = sum(other, paired ? ofFirst : draw(other.size(), random));
            int at = i;
            values.forEach((name, drawn) ->
                    drawn[at] = applied(statistics, name, drawnOther) - applied(statistics, name, drawnFirst));
        }
        Map<String, Interval> intervals = new LinkedHashMap<>();
        values.forEach((name, drawn) -> intervals.put(name, enough ? interval(drawn) : Interval.UNKNOWN));
        return intervals;
    }

    private static int[] draw(int clusters, Random random) {
        int[] drawn = new int[clusters];
        for (int i = 0; i < clusters; i++) {
            drawn[i] = random.nextInt(clusters);
        }
        return drawn;
    }

    private static EntityTally sum(List<EntityTally> clusters, int[] drawn) {
        EntityTally sum = new EntityTally();
        for (int at : drawn) {
            sum.add(clusters.get(at));
        }
        return sum;
    }

    private static double applied(
            Map<String, ToDoubleFunction<EntityTally>> statistics, String name, EntityTally drawn) {
        ToDoubleFunction<EntityTally> statistic = statistics.get(name);
        return statistic == null ? Double.NaN : statistic.applyAsDouble(drawn);
    }

    private static Interval interval(double[] drawn) {
        double[] sorted = Arrays.stream(drawn)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Interval.UNKNOWN;
        }
        return new Interval(
                Numbers.rate(nearestRank(sorted, (1 - LEVEL) / 2)), Numbers.rate(nearestRank(sorted, (1 + LEVEL) / 2)));
    }

    private static double nearestRank(double[] sorted, double p) {
        int rank = (int) Math.ceil(p * sorted.length - 1e-9);
        return sorted[Math.max(1, Math.min(sorted.length, rank)) - 1];
    }
}
