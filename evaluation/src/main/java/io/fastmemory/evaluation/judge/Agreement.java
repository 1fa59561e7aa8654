package io.fastmemory.evaluation.judge;

import io.fastmemory.evaluation.metric.Numbers;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * How two opinions of the same answers agree.
 *
 * @param bothRight answers both find right
 * @param onlyDeterministic answers only the evaluation's rule finds right
 * @param onlyJudge answers only the judge finds right
 * @param bothWrong answers both find wrong
 * @param agreement share of answers on which they agree, or {@code null} without any
 * @param kappa Cohen's kappa: (p − e) ÷ (1 − e), with p the agreement and e that of two who give as many of each verdict
 *     by chance; {@code null} if e is 1, as when both find everything right
 * @see <a href="https://doi.org/10.1177/001316446002000104">Cohen 1960</a>
 */
public record Agreement(
        long bothRight,
        long onlyDeterministic,
        long onlyJudge,
        long bothWrong,
        @Nullable Double agreement,
        @Nullable Double kappa) {

    /** The agreement of four counts. */
    static Agreement of(long bothRight, long onlyDeterministic, long onlyJudge, long bothWrong) {
        double total = bothRight + onlyDeterministic + onlyJudge + bothWrong;
        if (total == 0) {
            return new Agreement(0, 0, 0, 0, null, null);
        }
        double observed = (bothRight + bothWrong) / total;
        double deterministic = (bothRight + onlyDeterministic) / total;
        double judge = (bothRight + onlyJudge) / total;
        double byChance = deterministic * judge + (1 - deterministic) * (1 - judge);
        return new Agreement(
                bothRight,
                onlyDeterministic,
                onlyJudge,
                bothWrong,
                Numbers.rate(observed),
                byChance == 1 ? null : Numbers.rate((observed - byChance) / (1 - byChance)));
    }

    /** The agreement on the run's own answers; those the judge failed on are not among them. */
    static Agreement of(Collection<JudgeLine> lines) {
        long[] counts = new long[4];
        for (JudgeLine line : lines) {
            if (line.control() == Control.NONE && line.judge() != null) {
                counts[(line.deterministic() ? 0 : 2) + (line.judge() ? 0 : 1)]++;
            }
        }
        return of(counts[0], counts[1], counts[2], counts[3]);
    }
}
