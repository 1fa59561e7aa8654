package io.fastmemory.evaluation.metric;

import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.scoring.Ranking;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one query, as a number, mostly from 0 to 1; its mean over queries is the rate. A query that has no such
 * number (no citation, nothing required) is not in the population.
 */
enum QualityMetric {
    ANSWER_CORRECT(query -> share(query.verdict().answerCorrect())),
    EVIDENCE_CORRECT(query -> share(query.verdict().evidenceCorrect())),
    ANSWER_SUCCESS(query -> share(query.verdict().success())),
    LATE(query -> share(query.verdict().late())),
    ABSTAINED(query -> share(query.verdict().abstained())),
    STALE_ANSWER(query -> share(query.verdict().staleAnswer())),
    TEXTUAL(query -> share(query.verdict().textual())),
    RECALL_AT5(query -> query.verdict().recallAt5()),
    RECALL_AT10(query -> query.verdict().recallAt10()),
    RECALL_AT25(query -> query.verdict().recallAt25()),
    NDCG_AT5(query -> Ranking.ndcg(query.gold(), query.hits(), 5)),
    NDCG_AT10(query -> Ranking.ndcg(query.gold(), query.hits(), 10)),
    NDCG_AT25(query -> Ranking.ndcg(query.gold(), query.hits(), 25)),
    CITATION_PRECISION(query -> query.verdict().citationPrecision()),
    FRESHNESS_LOSS(query -> query.reward() == null ? null : query.reward().freshnessLoss()),
    QUERY_REWARD(query -> query.reward() == null ? null : query.reward().total());

    private final Function<QueryLine, @Nullable Double> value;

    QualityMetric(Function<QueryLine, @Nullable Double> value) {
        this.value = value;
    }

    /** The number of one query, or {@code null} if it has none. */
    @Nullable
    Double of(QueryLine query) {
        return value.apply(query);
    }

    /** The metric's name in files. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Double share(boolean holds) {
        return holds ? 1.0 : 0.0;
    }
}
