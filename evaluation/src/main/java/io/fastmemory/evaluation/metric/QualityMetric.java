package io.fastmemory.evaluation.metric;

import io.fastmemory.model.scoring.Verdict;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a verdict says of one query, as a number from 0 to 1; its mean over queries is the rate. A query that has no such
 * number (no citation, nothing required) is not in the population.
 */
enum QualityMetric {
    ANSWER_CORRECT(verdict -> share(verdict.answerCorrect())),
    EVIDENCE_CORRECT(verdict -> share(verdict.evidenceCorrect())),
    ANSWER_SUCCESS(verdict -> share(verdict.success())),
    LATE(verdict -> share(verdict.late())),
    ABSTAINED(verdict -> share(verdict.abstained())),
    STALE_ANSWER(verdict -> share(verdict.staleAnswer())),
    TEXTUAL(verdict -> share(verdict.textual())),
    RECALL_AT5(Verdict::recallAt5),
    RECALL_AT10(Verdict::recallAt10),
    RECALL_AT25(Verdict::recallAt25),
    CITATION_PRECISION(Verdict::citationPrecision);

    private final Function<Verdict, @Nullable Double> value;

    QualityMetric(Function<Verdict, @Nullable Double> value) {
        this.value = value;
    }

    /** The number of one verdict, or {@code null} if it has none. */
    @Nullable
    Double of(Verdict verdict) {
        return value.apply(verdict);
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Double share(boolean holds) {
        return holds ? 1.0 : 0.0;
    }
}
