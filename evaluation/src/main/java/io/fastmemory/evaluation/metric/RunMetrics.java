package io.fastmemory.evaluation.metric;

/**
 * Everything measured of one run, from which its files are written.
 *
 * @param audit what memory says at the end
 * @param labels of the events that arrived
 */
record RunMetrics(
        Rollouts rollouts,
        EvaluationSettings settings,
        GoldFacts gold,
        EventLabels labels,
        TimeMetrics times,
        QualityMetrics quality,
        MemoryAudit audit,
        RunScore score) {
    static RunMetrics of(Rollouts rollouts, EvaluationSettings settings) {
        GoldFacts gold = GoldFacts.of(rollouts);
        EventLabels labels = EventLabels.of(rollouts);
        MemoryAudit audit = MemoryAudit.of(rollouts, labels);
        return new RunMetrics(
                rollouts,
                settings,
                gold,
                labels,
                TimeMetrics.of(rollouts, gold),
                QualityMetrics.of(rollouts, gold),
                audit,
                RunScore.of(rollouts, new FreshnessLosses(rollouts, gold), audit));
    }
}
