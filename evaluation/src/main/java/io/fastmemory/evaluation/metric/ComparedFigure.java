package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.LlmCost;
import io.fastmemory.evaluation.metric.EvalSummary.MemoryQuality;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A figure by which runs are laid side by side; rates of answers are those on answerable queries. */
public enum ComparedFigure {
    SCORE("score", Unit.AMOUNT, run -> run.headline().score(), EntityTally::points),
    TIME_TO_USEFUL_MEMORY_P50(
            "time to useful memory p50", Unit.MILLIS, run -> run.headline().timeToUsefulMemoryMsP50()),
    TIME_TO_USEFUL_MEMORY_P95(
            "time to useful memory p95", Unit.MILLIS, run -> run.headline().timeToUsefulMemoryMsP95()),
    READY_LAG_P50("ready lag p50", Unit.MILLIS, run -> run.headline().readyLagMsP50()),
    READY_LAG_P95("ready lag p95", Unit.MILLIS, run -> run.headline().readyLagMsP95()),
    TIME_TO_MEMORY_WRITE_P50("time to memory write p50", Unit.MILLIS, ComparedFigure::memoryWriteP50),
    ANSWER_SUCCESS("success", Unit.RATE, run -> run.quality().answerable().answerSuccess(), EntityTally::answerSuccess),
    ANSWER_CORRECT("correct", Unit.RATE, run -> run.quality().answerable().answerCorrect(), EntityTally::answerCorrect),
    EVIDENCE_CORRECT(
            "evidence", Unit.RATE, run -> run.quality().answerable().evidenceCorrect(), EntityTally::evidenceCorrect),
    STALE_ANSWER("stale answers", Unit.RATE, run -> run.quality().answerable().staleAnswer(), EntityTally::staleAnswer),
    RECALL_AT5("recall @5", Unit.RATE, run -> run.quality().answerable().recallAt5(), EntityTally::recallAt5),
    RECALL_AT10("recall @10", Unit.RATE, run -> run.quality().answerable().recallAt10(), EntityTally::recallAt10),
    RECALL_AT25("recall @25", Unit.RATE, run -> run.quality().answerable().recallAt25(), EntityTally::recallAt25),
    CITATION_PRECISION(
            "citation precision",
            Unit.RATE,
            run -> run.quality().answerable().citationPrecision(),
            EntityTally::citationPrecision),
    ABSTENTION("rightly abstained", Unit.RATE, run -> run.quality().abstention().correct()),
    FALSE_ABSTENTION(
            "falsely abstained", Unit.RATE, run -> run.quality().abstention().falseAbstention()),
    MEMORY_PRECISION("memory precision", Unit.RATE, run -> memory(run, MemoryQuality::precision)),
    MEMORY_RECALL("memory recall", Unit.RATE, run -> memory(run, MemoryQuality::recall)),
    UPDATE_ACCURACY("updates made", Unit.RATE, run -> memory(run, MemoryQuality::updateAccuracy)),
    DUPLICATE_RATE("duplicates", Unit.RATE, run -> memory(run, MemoryQuality::duplicateRate)),
    NOISE_STORED("noise stored", Unit.RATE, run -> memory(run, MemoryQuality::noiseStored)),
    POLICY_CALLS_PER_EVENT(
            "policy calls per event", Unit.AMOUNT, run -> run.cost().policy().llmCallsPerEvent()),
    POLICY_TOKENS_PER_EVENT(
            "policy tokens per event", Unit.AMOUNT, run -> tokens(run.cost().policy())),
    READER_TOKENS_PER_EVENT(
            "reader tokens per event", Unit.AMOUNT, run -> tokens(run.cost().reader())),
    TOKENS_ACTIVE("tokens active", Unit.COUNT, ComparedFigure::tokensActive),
    INDEX_OPERATIONS(
            "index operations", Unit.COUNT, run -> (double) run.cost().index().operations()),
    EPISODE_REWARD(
            "episode reward",
            Unit.AMOUNT,
            run -> run.quality().reward() == null
                    ? null
                    : run.quality().reward().episode());

    /** How a figure is written. */
    public enum Unit {
        /** A share from 0 to 1. */
        RATE,
        /** Milliseconds; absent where a quantile was not reached. */
        MILLIS,
        /** A number of things. */
        COUNT,
        /** Anything else. */
        AMOUNT
    }

    private final String label;
    private final Unit unit;
    private final Function<EvalSummary, @Nullable Double> value;
    private final @Nullable ToDoubleFunction<EntityTally> statistic;

    ComparedFigure(String label, Unit unit, Function<EvalSummary, @Nullable Double> value) {
        this(label, unit, value, null);
    }

    ComparedFigure(
            String label,
            Unit unit,
            Function<EvalSummary, @Nullable Double> value,
            @Nullable ToDoubleFunction<EntityTally> statistic) {
        this.label = label;
        this.unit = unit;
        this.value = value;
        this.statistic = statistic;
    }

    /** The figures that can be drawn again entity by entity, so that their differences have intervals. */
    static List<ComparedFigure> resampled() {
        return Arrays.stream(values())
                .filter(figure -> figure.statistic != null)
                .toList();
    }

    /** The figure's name in files. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The figure's name for people. */
    public String label() {
        return label;
    }

    /** How it is written. */
    public Unit unit() {
        return unit;
    }

    /** The figure of a run, or {@code null} if it has none. */
    public @Nullable Double of(EvalSummary run) {
        return value.apply(run);
    }

    /** Whether there is nothing that a run could have measured, as opposed to a time that was not reached. */
    public boolean isEmpty(EvalSummary run) {
        if (unit != Unit.MILLIS) {
            return of(run) == null;
        }
        TimeStat stat = run.time().get(key().replaceFirst("_p\\d+$", ""));
        return stat == null || stat.count() == 0;
    }

    /** The figure of entities drawn; NaN where they have none. */
    double of(EntityTally drawn) {
        return statistic == null ? Double.NaN : statistic.applyAsDouble(drawn);
    }

    private static @Nullable Double memoryWriteP50(EvalSummary run) {
        TimeStat stat = run.time().get(TimeMetric.TIME_TO_MEMORY_WRITE.key());
        return stat == null ? null : stat.p50();
    }

    private static @Nullable Double memory(EvalSummary run, Function<MemoryQuality, @Nullable Double> figure) {
        return run.quality().memory() == null
                ? null
                : figure.apply(run.quality().memory());
    }

    private static @Nullable Double tokens(LlmCost cost) {
        return cost.promptTokensPerEvent() == null || cost.completionTokensPerEvent() == null
                ? null
                : Numbers.rate(cost.promptTokensPerEvent() + cost.completionTokensPerEvent());
    }

    private static @Nullable Double tokensActive(EvalSummary run) {
        Long tokens = run.cost().storage().tokensActive();
        return tokens == null ? null : tokens.doubleValue();
    }
}
