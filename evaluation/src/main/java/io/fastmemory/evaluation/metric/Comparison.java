package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.Interval;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs side by side, and what each differs from the first in.
 *
 * @param runs their summaries, the one compared with first
 * @param differences of each run to the first; those of the first itself are empty
 * @param paired whether the intervals draw the same entities of both runs, as they do on one dataset
 * @param notes what else differs between the runs, one sentence each
 */
public record Comparison(
        List<EvalSummary> runs, List<Map<ComparedFigure, Difference>> differences, boolean paired, List<String> notes) {
    public Comparison {
        runs = List.copyOf(runs);
        differences = differences.stream()
                .map(each -> Collections.unmodifiableMap(new LinkedHashMap<>(each)))
                .toList();
        notes = List.copyOf(notes);
    }

    /**
     * What a run has more of a figure than the first.
     *
     * @param value its figure less that of the first
     * @param interval 95 % of the resamples, or {@code null} for a figure that cannot be drawn again entity by entity
     */
    public record Difference(double value, @Nullable Interval interval) {}

    /**
     * Compares evaluated runs with the first of them.
     *
     * @param resamples of the bootstrap
     * @param seed of the bootstrap; the same one gives the same intervals
     */
    static Comparison of(List<EvaluatedRun> evaluated, int resamples, long seed) {
        EvaluatedRun first = evaluated.get(0);
        boolean paired = evaluated.stream().allMatch(run -> run.datasetSha256().equals(first.datasetSha256()));
        List<Map<ComparedFigure, Difference>> differences = new ArrayList<>();
        differences.add(Map.of());
        for (EvaluatedRun other : evaluated.subList(1, evaluated.size())) {
            differences.add(differences(first, other, intervals(first, other, paired, resamples, seed)));
        }
        List<EvalSummary> runs = evaluated.stream().map(EvaluatedRun::summary).toList();
        return new Comparison(runs, differences, paired, ConditionNotes.of(runs));
    }

    private static Map<ComparedFigure, Difference> differences(
            EvaluatedRun first, EvaluatedRun other, Map<String, Interval> intervals) {
        Map<ComparedFigure, Difference> differences = new EnumMap<>(ComparedFigure.class);
        for (ComparedFigure figure : ComparedFigure.values()) {
            Double from = figure.of(first.summary());
            Double to = figure.of(other.summary());
            if (from != null && to != null) {
                differences.put(figure, new Difference(Numbers.rate(to - from), intervals.get(figure.key())));
            }
        }
        return differences;
    }

    private static Map<String, Interval> intervals(
            EvaluatedRun first, EvaluatedRun other, boolean paired, int resamples, long seed) {
        Map<String, ToDoubleFunction<EntityTally>> statistics = new LinkedHashMap<>();
        ComparedFigure.resampled().forEach(figure -> statistics.put(figure.key(), figure::of));
        if (!paired) {
            return Bootstrap.differences(
                    List.copyOf(first.entities().values()),
                    List.copyOf(other.entities().values()),
                    false,
                    statistics,
                    resamples,
                    seed);
        }
        TreeSet<String> entities = new TreeSet<>(first.entities().keySet());
        entities.addAll(other.entities().keySet());
        return Bootstrap.differences(
                tallies(first, entities), tallies(other, entities), true, statistics, resamples, seed);
    }

    private static List<EntityTally> tallies(EvaluatedRun run, TreeSet<String> entities) {
        return entities.stream()
                .map(entity -> run.entities().getOrDefault(entity, new EntityTally()))
                .toList();
    }
}
