package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.Confidence;
import io.fastmemory.evaluation.metric.EvalSummary.ScoreParts;
import io.fastmemory.evaluation.metric.Rollouts.BudgetLimits;
import io.fastmemory.evaluation.reward.Score;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.QueryLine;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The environment score of a run and how sure its rates are; there is no score without budgets, answerable queries, the end
 * of the run, and the state of every entity that had an event: a penalty that is not known is not 0.
 */
final class RunScore {
    private final Map<String, EntityTally> byEntity = new TreeMap<>();
    private final EntityTally all = new EntityTally();
    private final boolean scored;

    private RunScore(boolean scored) {
        this.scored = scored;
    }

    static RunScore of(Rollouts rollouts, FreshnessLosses losses, MemoryAudit audit) {
        BudgetLimits limits = rollouts.budgetLimits();
        RunScore score = new RunScore(limits != null && rollouts.end() != null && rollouts.statesRecorded());
        rollouts.queries().stream()
                .filter(query -> !query.gold().abstain())
                .sorted(Comparator.comparing(QueryLine::queryId))
                .forEach(query -> score.tally(query.entityIds().get(0)).addQuery(query, losses.of(query)));
        if (limits != null) {
            score.addEvents(rollouts, Duration.ofMillis(limits.latencyMs()));
            score.addMemory(rollouts, audit, Math.max(1.0, limits.storageTokens()));
        }
        score.byEntity.values().forEach(score.all::add);
        return score;
    }

    private EntityTally tally(String entityId) {
        return byEntity.computeIfAbsent(entityId, any -> new EntityTally());
    }

    private void addEvents(Rollouts rollouts, Duration target) {
        for (EventLine event : rollouts.events()) {
            Duration wait = Duration.between(event.arrivalAt(), event.decidedAt());
            tally(event.entityId()).addEvent(!rollouts.settled() && wait.compareTo(target) > 0);
        }
    }

    private void addMemory(Rollouts rollouts, MemoryAudit audit, double budget) {
        for (DigestLine.State state : rollouts.stateDigests().values()) {
            MemoryAudit.EntityAudit held = audit.entity(state.entityId());
            tally(state.entityId()).addMemory(state.tokens() / budget, held.active(), held.duplicates());
        }
    }

    /** What each entity adds, in the order of their ids. */
    Map<String, EntityTally> byEntity() {
        return Collections.unmodifiableMap(byEntity);
    }

    /** The score from 0 to 100, or {@code null} if there is none. */
    @Nullable
    Double points() {
        return scored && all.queries() > 0 ? all.score().points() : null;
    }

    /** What the score is made of, or {@code null} if there is none. */
    @Nullable
    ScoreParts parts() {
        if (!scored || all.queries() == 0) {
            return null;
        }
        Score score = all.score();
        return new ScoreParts(
                score.points(),
                Numbers.rate(score.answerCorrect()),
                Numbers.rate(score.evidenceCorrect()),
                Numbers.rate(score.evidenceRecall()),
                Numbers.rate(score.citationPrecision()),
                Numbers.rate(score.freshness()),
                Numbers.rate(score.lateDecisions()),
                Numbers.rate(score.storageUsed()),
                Numbers.rate(score.staleAnswers()),
                Numbers.rate(score.duplicates()));
    }

    /** Bootstrap intervals of the rates on answerable queries and of the score. */
    Confidence confidence(int resamples, long seed) {
        List<EntityTally> clusters = List.copyOf(byEntity.values());
        Map<String, ToDoubleFunction<EntityTally>> statistics = new LinkedHashMap<>();
        statistics.put("answer_correct", EntityTally::answerCorrect);
        statistics.put("evidence_correct", EntityTally::evidenceCorrect);
        statistics.put("answer_success", EntityTally::answerSuccess);
        statistics.put("stale_answer", EntityTally::staleAnswer);
        statistics.put("recall_at10", EntityTally::recallAt10);
        statistics.put("ndcg_at10", EntityTally::ndcgAt10);
        statistics.put("citation_precision", EntityTally::citationPrecision);
        statistics.put("score", tally -> scored ? tally.points() : Double.NaN);
        return new Confidence(
                Bootstrap.LEVEL,
                resamples,
                seed,
                clusters.size(),
                Bootstrap.intervals(clusters, statistics, resamples, seed));
    }
}
