package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.ENTITY;
import static io.fastmemory.evaluation.metric.RecordedRun.at;
import static io.fastmemory.evaluation.metric.RecordedRun.hit;
import static io.fastmemory.evaluation.metric.RecordedRun.query;
import static io.fastmemory.evaluation.metric.RecordedRun.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary.Abstention;
import io.fastmemory.evaluation.metric.EvalSummary.BudgetUse;
import io.fastmemory.evaluation.metric.EvalSummary.IndexCost;
import io.fastmemory.evaluation.metric.EvalSummary.LlmCost;
import io.fastmemory.evaluation.metric.EvalSummary.QueryQuality;
import io.fastmemory.evaluation.metric.EvalSummary.StorageCost;
import io.fastmemory.evaluation.metric.Rollouts.BudgetLimits;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.RejectionCode;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.DigestLine.MemoryRef;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummariesTest {
    private static final Fact RED = Fact.of("bike", "colour", "red");

    private final RecordedRun run = new RecordedRun().add(RecordedRun.run("r1", 3, 4));

    @Test
    void countsRatesOverAnswerableQueriesApart() {
        RecordedRun.Query stale =
                query("q2", "updated", 600).requires(RED, "e2").answers("blue", "m1");
        RecordedRun.Query half = query("q3", "updated", 700).requires(RED, "e1").answers("red", "m1");
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e2", Urgency.URGENT, 100, 105, 200, 0)
                .query(query("q1", "current", 500)
                        .requires(RED, "e1")
                        .answers("red", "m1")
                        .succeeds())
                .query(stale.judged(stale.verdict(false, false, true, 1.0, 0.0), CauseOfFailure.NOT_UPDATED))
                .query(half.judged(half.verdict(true, false, false, 0.0, 0.5), CauseOfFailure.CITATION_WRONG))
                .query(query("q4", "unknown", 800).succeeds())
                .query(query("q5", "unknown", 900).answers("x").fails(CauseOfFailure.FALSE_ANSWER));
        EvalSummary summary = summary();

        assertThat(summary.quality().answerable())
                .isEqualTo(new QueryQuality(
                        3, 0.666667, 0.333333, 0.333333, 0.0, 0.333333, 0.0, 0.666667, 0.666667, 0.666667, 0.0, 0.0,
                        0.0, 0.5));
        assertThat(summary.quality().overall().answerSuccess()).isEqualTo(0.4);
        assertThat(summary.quality().abstention()).isEqualTo(new Abstention(2, 0.5, 0.5, 0.0));
        assertThat(summary.quality().byCategory().keySet()).containsExactly("current", "unknown", "updated");
        assertThat(summary.quality().byCategory().get("updated").answerSuccess())
                .isZero();
        assertThat(summary.headline().answerSuccess()).isEqualTo(0.333333);
        assertThat(summary.failures())
                .hasSize(CauseOfFailure.values().length)
                .containsEntry("not_updated", 1L)
                .containsEntry("citation_wrong", 1L)
                .containsEntry("false_answer", 1L)
                .containsEntry("queued", 0L);
        QualityMetrics quality = QualityMetrics.of(run.rollouts(), GoldFacts.of(run.rollouts()));
        assertThat(quality.queries(Slice.of(Urgency.URGENT))).isEqualTo(1);
        assertThat(quality.rate(Slice.of(Urgency.NORMAL), QualityMetric.ANSWER_SUCCESS)
                        .mean())
                .isEqualTo(0.5);
    }

    @Test
    void scoresNoLateDecisionWhereQueriesAreSettled() {
        run.event("e1", Urgency.NORMAL, 0, 5, 6_000, 0)
                .call(ENTITY, 0, 6_000, List.of("e1"), List.of(), List.of())
                .query(query("q1", "current", 7_000).requires(RED, "e1").fails(CauseOfFailure.IGNORED))
                .digests(List.of(), List.of(), 1)
                .add(RecordedRun.end("r1", 8_000));
        assertThat(summary().quality().scoreParts())
                .as("decided 6 s after arrival, target 5 s")
                .extracting(EvalSummary.ScoreParts::lateDecisions)
                .isEqualTo(1.0);

        run.lines.set(0, RecordedRun.run("r1", "settled", 3, 4));
        assertThat(summary().quality().scoreParts())
                .extracting(EvalSummary.ScoreParts::lateDecisions)
                .isEqualTo(0.0);
    }

    @Test
    void scoresNothingWhereTheEndOrTheStateOfAnEntityIsNotRecorded() {
        run.label("e1", EventCategory.USEFUL_FACT, List.of(RED))
                .event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .call(0, 200, "e1")
                .version("m1", 1, 0, 300, RED, "e1")
                .query(query("q1", "current", 500)
                        .requires(RED, "e1")
                        .answers("red", "m1")
                        .succeeds());
        assertUnscored();

        run.add(RecordedRun.end("r1", 1_000));
        assertUnscored();
        assertThat(summary().cost().storage().tokensActive()).isNull();
        assertThat(summary().quality().memory()).isNull();

        run.digests(List.of(new MemoryRef("m1", 1)), List.of(), 1);
        assertThat(summary().quality().scoreParts())
                .as("10 of 2,000 tokens; 30 + 25 + 15 + 10, never ready, less 20 · 0.005")
                .extracting(EvalSummary.ScoreParts::points, EvalSummary.ScoreParts::storageUsed)
                .containsExactly(79.9, 0.005);

        run.add(new EventLine("e2", "ent-2", 0, Urgency.NORMAL, 5, at(0), at(5), at(6), at(9), "decided", 0, null));
        assertUnscored();
        assertThat(summary().cost().storage().tokensActive())
                .as("of one of two entities")
                .isNull();
        assertThat(summary().quality().memory()).isNull();
    }

    private void assertUnscored() {
        EvalSummary summary = summary();
        assertThat(summary.headline().score()).isNull();
        assertThat(summary.quality().scoreParts()).isNull();
        assertThat(summary.quality().confidence().intervals().get("score"))
                .isEqualTo(new EvalSummary.Interval(null, null));
    }

    @Test
    void countsFalseAbstentions() {
        run.query(query("q1", "current", 500).requires(RED, "e1").fails(CauseOfFailure.NOT_ARRIVED))
                .query(query("q2", "current", 500)
                        .requires(RED, "e1")
                        .answers("red", "m1")
                        .succeeds());

        assertThat(summary().quality().abstention()).isEqualTo(new Abstention(0, null, null, 0.5));
    }

    @Test
    void addsUpWhatTheRunCost() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e2", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e3", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e4", Urgency.NORMAL, 0, 5, 5001, 1)
                .call(0, 200, "e1", "e2", "e3")
                .add(RecordedRun.callLine(
                        1,
                        5001,
                        List.of(
                                rejected(0, RejectionCode.STORAGE_BUDGET_EXCEEDED),
                                rejected(1, RejectionCode.STORAGE_BUDGET_EXCEEDED),
                                rejected(2, RejectionCode.FOREIGN_SOURCE)),
                        List.of("e4")))
                .version("m1", 1, 0, 300, RED, "e1")
                .version("m1", 2, 1, 400, RED, "e1", "e4")
                .upsert("m1", 1, 0, 300, 350L)
                .query(query("q1", "current", 500).requires(RED, "e1").succeeds())
                .digests(List.of(new MemoryRef("m1", 2)), List.of(new MemoryRef("m1", 1)), 2)
                .add(RecordedRun.end("r1", 6000));
        EvalSummary summary = summary();

        assertThat(summary.cost().policy()).isEqualTo(new LlmCost(2, 4, 200, 40, 2, 2, 1.0, 50.0, 10.0, 0.5));
        assertThat(summary.cost().reader()).isEqualTo(new LlmCost(1, 1, 50, 5, 0, 0, 0.25, 12.5, 1.25, 0.0));
        assertThat(summary.cost().index()).isEqualTo(new IndexCost(1, 1, 0, 0, 0.25, 1L));
        assertThat(summary.cost().storage()).isEqualTo(new StorageCost(1, 2, 10L, 20));
        assertThat(summary.cost().storeBytes()).isEqualTo(4096L);
        assertThat(summary.budget())
                .as("e4 decided 5,001 ms after arrival against a target of 5,000")
                .isEqualTo(new BudgetUse(
                        new BudgetLimits(5000, 2000, 20),
                        Map.of("storage_budget_exceeded", 2L, "foreign_source", 1L),
                        1L));
        assertThat(summary.wallS()).isEqualTo(6.0);
    }

    @Test
    void countsEveryFallback() {
        run.add(new EventLine("e1", ENTITY, 0, Urgency.NORMAL, 5, at(0), at(5), at(6), at(9), "parked", 0, "timeout"))
                .add(new EventLine(
                        "e2", ENTITY, 0, Urgency.NORMAL, 5, at(0), at(5), at(6), at(9), "fallback_stored", 0, "x"))
                .input(3, "redelivered", null)
                .input(4, "dead_letter", "oversized")
                .input(5, "dead_letter", "bad_id")
                .input(6, "dead_letter", "oversized")
                .upsert("m1", 1, 0, 300, null)
                .add(new IndexLine(
                        "m1", 2, ENTITY, 0, "upsert", "index_now", 1, false, at(1), at(2), null, null, true, null))
                .add(new IndexLine(
                        "m1", 3, ENTITY, 0, "delete", "stale", 1, false, at(1), at(2), null, null, false, "503"));
        EvalSummary.Fallbacks fallbacks = summary().fallbacks();

        assertThat(fallbacks)
                .isEqualTo(new EvalSummary.Fallbacks(
                        1, 0, 1, 1, Map.of("bad_id", 1L, "oversized", 2L), 0, null, 1, 1, 1, null, 0, 2));
    }

    @Test
    void changesWithOneFlippedVerdict() {
        run.query(query("q1", "current", 500).requires(RED, "e1").succeeds());
        EvalSummary before = summary();
        run.lines.set(
                1,
                query("q1", "current", 500)
                        .requires(RED, "e1")
                        .fails(CauseOfFailure.QUEUED)
                        .line());

        assertThat(Evaluator.json(summary())).isNotEqualTo(Evaluator.json(before));
    }

    @Test
    void saysNothingOfWhatAnEmptyRunDidNotMeasure() {
        EvalSummary summary = summary();

        assertThat(summary.headline()).isEqualTo(new EvalSummary.Headline(null, null, null, null, null, null));
        assertThat(summary.wallS()).isNull();
        assertThat(summary.cost().storage().tokensActive()).isNull();
        assertThat(summary.cost().policy().llmCallsPerEvent()).isNull();
    }

    @Test
    void keepsLinesOfOneHitApartFromItsQuery() {
        run.query(query("q1", "current", 500)
                .requires(RED, "e1")
                .hits(hit("m1", 1, RED, "e1"))
                .succeeds());

        assertThat(run.rollouts().queries()).singleElement().satisfies(query -> {
            assertThat(query.text()).isEmpty();
            assertThat(query.hits().get(0).content()).isEmpty();
            assertThat(query.hits().get(0).sourceEventIds()).containsExactly("e1");
        });
    }

    private EvalSummary summary() {
        return Summaries.of(RunMetrics.of(run.rollouts(), EvaluationSettings.DEFAULTS));
    }
}
