package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary.Interval;
import io.fastmemory.model.Fact;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final Fact RED = Fact.of("bike", "colour", "red");
    private static final Map<String, ToDoubleFunction<EntityTally>> SUCCESS =
            Map.of("success", EntityTally::answerSuccess);

    @Test
    void coversWhatDrawingEntitiesWithReplacementGives() {
        // Two entities, one always right and one always wrong, asked once each: a draw of two is 0, ½ or 1 with odds
        // of ¼, ½ and ¼, so that both ends of 95 % are reached.
        assertThat(interval(List.of(tally(1, 0), tally(0, 1)))).isEqualTo(new Interval(0.0, 1.0));
        assertThat(interval(List.of(tally(3, 0), tally(2, 0)))).isEqualTo(new Interval(1.0, 1.0));
    }

    @Test
    void comesNearTheBinomialIntervalWhereEachEntityIsAskedOnce() {
        List<EntityTally> clusters = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clusters.add(i < 80 ? tally(1, 0) : tally(0, 1));
        }

        Interval interval = interval(clusters);
        assertThat(interval.low()).as("0.8 − 1.96 · 0.04").isBetween(0.70, 0.74);
        assertThat(interval.high()).as("0.8 + 1.96 · 0.04").isBetween(0.86, 0.90);
    }

    @Test
    void isWiderWhereQueriesOfAnEntityStandOrFallTogether() {
        List<EntityTally> apart = new ArrayList<>();
        List<EntityTally> together = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            apart.add(tally(5, 5));
            together.add(i < 5 ? tally(10, 0) : tally(0, 10));
        }

        assertThat(interval(apart)).isEqualTo(new Interval(0.5, 0.5));
        assertThat(interval(together).high() - interval(together).low()).isGreaterThan(0.4);
    }

    @Test
    void repeatsItselfWithItsSeed() {
        List<EntityTally> clusters = List.of(tally(3, 1), tally(1, 2), tally(2, 5), tally(4, 0), tally(0, 3));

        assertThat(Bootstrap.intervals(clusters, SUCCESS, 200, 1))
                .isEqualTo(Bootstrap.intervals(clusters, SUCCESS, 200, 1))
                .isNotEqualTo(Bootstrap.intervals(clusters, SUCCESS, 200, 2));
    }

    @Test
    void saysNothingOfOneEntityOrOfNoValue() {
        assertThat(Bootstrap.intervals(List.of(tally(3, 1)), SUCCESS, 200, 1))
                .containsEntry("success", Interval.UNKNOWN);
        assertThat(Bootstrap.intervals(List.of(new EntityTally(), new EntityTally()), SUCCESS, 200, 1))
                .containsEntry("success", Interval.UNKNOWN);
    }

    private static Interval interval(List<EntityTally> clusters) {
        return Bootstrap.intervals(clusters, SUCCESS, 1_000, 7).get("success");
    }

    private static EntityTally tally(int successes, int failures) {
        EntityTally tally = new EntityTally();
        QueryLine right = query("q", "c", 5).requires(RED, "e1").succeeds().line();
        QueryLine wrong = query("q", "c", 5)
                .requires(RED, "e1")
                .fails(CauseOfFailure.QUEUED)
                .line();
        for (int i = 0; i < successes; i++) {
            tally.addQuery(right, 0);
        }
        for (int i = 0; i < failures; i++) {
            tally.addQuery(wrong, 1);
        }
        return tally;
    }
}
