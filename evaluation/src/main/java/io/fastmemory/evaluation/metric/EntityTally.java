package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.reward.Score;
import io.fastmemory.model.rollout.QueryLine;
import org.jspecify.annotations.Nullable;

/** Sums over one entity, or over several, from which rates and the score follow; a query counts for its first entity. */
final class EntityTally {
    private long queries;
    private long correct;
    private long evidence;
    private long successes;
    private long stale;
    private double recallAt5;
    private double recall;
    private double recallAt25;
    private double ndcg;
    private double citationPrecision;
    private long cited;
    private double freshness;
    private long events;
    private long lateEvents;
    private long entities;
    private double storageUsed;
    private long memories;
    private long duplicates;

    /** Adds another tally, such as that of an entity drawn once more. */
    void add(EntityTally other) {
        queries += other.queries;
        correct += other.correct;
        evidence += other.evidence;
        successes += other.successes;
        stale += other.stale;
        recallAt5 += other.recallAt5;
        recall += other.recall;
        recallAt25 += other.recallAt25;
        ndcg += other.ndcg;
        citationPrecision += other.citationPrecision;
        cited += other.cited;
        freshness += other.freshness;
        events += other.events;
        lateEvents += other.lateEvents;
        entities += other.entities;
        storageUsed += other.storageUsed;
        memories += other.memories;
        duplicates += other.duplicates;
    }

    /** Counts an answerable query. */
    void addQuery(QueryLine query, double freshnessLoss) {
        queries++;
        correct += query.verdict().answerCorrect() ? 1 : 0;
        evidence += query.verdict().evidenceCorrect() ? 1 : 0;
        successes += query.verdict().success() ? 1 : 0;
        stale += query.verdict().staleAnswer() ? 1 : 0;
        recallAt5 += orZero(query.verdict().recallAt5());
        recall += orZero(query.verdict().recallAt10());
        recallAt25 += orZero(query.verdict().recallAt25());
        ndcg += orZero(QualityMetric.NDCG_AT10.of(query));
        Double precision = query.verdict().citationPrecision();
        citationPrecision += orZero(precision);
        cited += precision == null ? 0 : 1;
        freshness += 1 - freshnessLoss;
    }

    /** Counts an event. */
    void addEvent(boolean late) {
        events++;
        lateEvents += late ? 1 : 0;
    }

    /** Counts what the entity holds at the end. */
    void addMemory(double shareOfStorageBudget, long active, long duplicatesAmongThem) {
        entities++;
        storageUsed += Math.min(1, shareOfStorageBudget);
        memories += active;
        duplicates += duplicatesAmongThem;
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    long queries() {
        return queries;
    }

    double answerCorrect() {
        return per(correct, queries);
    }

    double evidenceCorrect() {
        return per(evidence, queries);
    }

    double answerSuccess() {
        return per(successes, queries);
    }

    double staleAnswer() {
        return per(stale, queries);
    }

    double recallAt5() {
        return per(recallAt5, queries);
    }

    double recallAt10() {
        return per(recall, queries);
    }

    double recallAt25() {
        return per(recallAt25, queries);
    }

    double ndcgAt10() {
        return per(ndcg, queries);
    }

    /** Of the queries with a citation; NaN without any. */
    double citationPrecision() {
        return per(citationPrecision, cited);
    }

    /** The score from 0 to 100; NaN without an answerable query. */
    double points() {
        return queries == 0 ? Double.NaN : score().points();
    }

    /** The score and its parts; its rates are NaN without an answerable query. */
    Score score() {
        return new Score(
                answerCorrect(),
                evidenceCorrect(),
                recallAt10(),
                per(citationPrecision, queries),
                per(freshness, queries),
                events == 0 ? 0 : per(lateEvents, events),
                entities == 0 ? 0 : per(storageUsed, entities),
                staleAnswer(),
                memories == 0 ? 0 : per(duplicates, memories));
    }

    private static double per(double sum, long of) {
        return of == 0 ? Double.NaN : sum / of;
    }
}
