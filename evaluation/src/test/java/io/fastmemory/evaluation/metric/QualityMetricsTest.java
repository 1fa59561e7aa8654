package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.hit;
import static io.fastmemory.evaluation.metric.RecordedRun.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary.FreshnessBin;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.scoring.CauseOfFailure;
import org.junit.jupiter.api.Test;

class QualityMetricsTest {
    private static final Fact RED = Fact.of("bike", "colour", "red");
    private static final Fact DOG = Fact.of("Ann", "pet", "dog");

    private final RecordedRun run = new RecordedRun()
            .add(RecordedRun.run("r1", 2, 5))
            .event("e1", Urgency.NORMAL, 0, 5, 200, 0)
            .event("e2", Urgency.NORMAL, 1000, 1005, 1200, 1)
            .version("m1", 1, 0, 300, RED, "e1");

    @Test
    void drawsSuccessByTheAgeOfTheNewestRequiredEvidence() {
        run.query(query("q1", "c", 199).requires(RED, "e1").fails(CauseOfFailure.QUEUED))
                .query(query("q2", "c", 200).requires(RED, "e1").succeeds())
                .query(query("q3", "c", 1250)
                        .requires(RED, "e1")
                        .requires(DOG, "e2")
                        .fails(CauseOfFailure.QUEUED))
                .query(query("q4", "c", 2_000_000).requires(RED, "e1").succeeds())
                .query(query("q5", "c", 500).requires(DOG, "e2").fails(CauseOfFailure.NOT_ARRIVED))
                .query(query("q6", "c", 500).asks("lamp", "colour").succeeds());

        EvalSummary.Quality quality = Summaries.of(RunMetrics.of(run.rollouts(), EvaluationSettings.DEFAULTS))
                .quality();

        assertThat(quality.freshnessCurve())
                .hasSize(17)
                .contains(
                        new FreshnessBin(100, 200L, 1, 0.0),
                        new FreshnessBin(200, 500L, 2, 0.5),
                        new FreshnessBin(500, 1000L, 0, null),
                        new FreshnessBin(1_000_000, null, 1, 1.0));
        assertThat(quality.freshnessCurve().stream()
                        .mapToLong(FreshnessBin::queries)
                        .sum())
                .as("q5 asked before its evidence came: a slice of its own; q6 needs none")
                .isEqualTo(4);
        assertThat(metrics().queries(Slice.ofEvidenceAge(-1))).isEqualTo(1);
    }

    @Test
    void slicesByTheLayersThatShowedEvidence() {
        run.query(query("q1", "c", 500)
                        .requires(RED, "e1")
                        .hits(hit("m1", 1, RED, "e1"))
                        .succeeds())
                .query(query("q2", "c", 500)
                        .requires(RED, "e1")
                        .hits(hit("m1", 1, RED, "e1"))
                        .shown(0)
                        .fails(CauseOfFailure.NOT_RETRIEVED));

        assertThat(metrics().slices())
                .extracting(Slice::name)
                .containsExactly(
                        "all",
                        "answerable",
                        "evidence_age=500..1000ms",
                        "layer=none",
                        "layer=fact",
                        "query_category=c",
                        "urgency=normal");
        assertThat(metrics().queries(new Slice("layer=fact", 0))).isEqualTo(1);
    }

    @Test
    void ranksEvidenceByHowNearTheTopItStands() {
        run.query(query("q1", "c", 500)
                .requires(RED, "e1")
                .hits(hit("m8", 1, DOG, "e2"), hit("m9", 1, DOG, "e2"), hit("m1", 1, RED, "e1"))
                .succeeds());

        assertThat(metrics().rate(Slice.ALL, QualityMetric.NDCG_AT10).mean())
                .as("one fact at rank 3: 1 ÷ log₂ 4")
                .isEqualTo(0.5);
    }

    private QualityMetrics metrics() {
        Rollouts rollouts = run.rollouts();
        return QualityMetrics.of(rollouts, GoldFacts.of(rollouts));
    }
}
