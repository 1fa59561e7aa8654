package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgeOfInformationTest {
    private static final Fact RED = Fact.of("bike", "colour", "red");

    private final RecordedRun run = new RecordedRun().add(RecordedRun.run("r1", 2, 3));

    @Test
    void isTheAgeOfTheNewestVisibleSourceWhenAQueryArrives() {
        twoEvents();

        assertThat(stat(TimeMetric.AGE_OF_INFORMATION))
                .as("before anything is visible: more than 300; at 1,500: e1 of 0; at 3,000: e2 of 1,000")
                .isEqualTo(new TimeStat(3, 1, 1750.0, 1500.0, 2000.0, 2000.0, 2000.0, 2000.0));
    }

    @Test
    void weighsEveryMomentTheSameOverTime() {
        twoEvents();

        // 0 … 500 nothing visible, age 0 … 500; 500 … 1,600 e1, age 500 … 1,600; 1,600 … 3,000 e2, age 600 … 2,000.
        // Mean: (500² + 1,600² − 500² + 2,000² − 600²) ÷ 2 ÷ 3,000 = 6,200,000 ÷ 6,000.
        // Below 600: 600 ms; from 600 to 1,600 two stretches grow: half of 3,000 ms is passed at 600 + 900 ÷ 2.
        assertThat(stat(TimeMetric.AGE_OF_INFORMATION_OVER_TIME))
                .isEqualTo(new TimeStat(1, 0, 1033.333, 1050.0, 1700.0, 1850.0, 1970.0, 2000.0));
    }

    @Test
    void growsFromTheFirstEventWhileNothingIsVisible() {
        run.event("e1", Urgency.NORMAL, 1000, 1005, 1200, 0)
                .query(query("q1", "current", 3000).requires(RED, "e1").fails(CauseOfFailure.IGNORED));

        assertThat(stat(TimeMetric.AGE_OF_INFORMATION))
                .isEqualTo(new TimeStat(1, 1, null, null, null, null, null, null));
        assertThat(stat(TimeMetric.AGE_OF_INFORMATION_OVER_TIME))
                .isEqualTo(new TimeStat(1, 1, 1000.0, 1000.0, 1800.0, 1900.0, 1980.0, 2000.0));
    }

    @Test
    void asksNothingOfEntitiesWithoutAnEvent() {
        run.query(query("q1", "unknown", 3000).asks("lamp", "colour").succeeds());

        assertThat(stat(TimeMetric.AGE_OF_INFORMATION).count()).isZero();
        assertThat(stat(TimeMetric.AGE_OF_INFORMATION_OVER_TIME))
                .isEqualTo(new TimeStat(0, 0, null, null, null, null, null, null));
    }

    @Test
    void doesNotGrowYoungerByAVersionThatRestsOnOlderEvents() {
        twoEvents();
        run.version("m3", 1, 2, 2000, RED, "e1").upsert("m3", 1, 2, 2000, 2100L);

        assertThat(stat(TimeMetric.AGE_OF_INFORMATION_OVER_TIME).max()).isEqualTo(2000.0);
        assertThat(stat(TimeMetric.AGE_OF_INFORMATION).max()).isEqualTo(2000.0);
    }

    @Test
    void doesNotGrowYoungerByStoringNoise() {
        run.label("e0", EventCategory.NOISE, List.of())
                .label("e1", EventCategory.USEFUL_FACT, List.of(RED))
                .label("e2", EventCategory.NOISE, List.of())
                .event("e0", Urgency.NORMAL, 0, 5, 100, 0)
                .event("e1", Urgency.NORMAL, 400, 405, 500, 1)
                .event("e2", Urgency.NORMAL, 1000, 1005, 1200, 2)
                .version("m1", 1, 1, 600, RED, "e0", "e1")
                .version("m2", 1, 2, 1300, RED, "e2")
                .upsert("m1", 1, 1, 600, 900L)
                .upsert("m2", 1, 2, 1300, 1400L)
                .query(query("q1", "current", 200).requires(RED, "e1").fails(CauseOfFailure.NOT_ARRIVED))
                .query(query("q2", "current", 2400).requires(RED, "e1").succeeds());

        assertThat(stat(TimeMetric.AGE_OF_INFORMATION))
                .as("at 200 only noise had arrived; at 2,400: e1 of 400")
                .isEqualTo(new TimeStat(1, 0, 2000.0, 2000.0, 2000.0, 2000.0, 2000.0, 2000.0));
        assertThat(stat(TimeMetric.AGE_OF_INFORMATION_OVER_TIME))
                .as("400 … 2,400: age 0 … 2,000")
                .isEqualTo(new TimeStat(1, 0, 1000.0, 1000.0, 1800.0, 1900.0, 1980.0, 2000.0));
    }

    private void twoEvents() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e2", Urgency.NORMAL, 1000, 1005, 1200, 1)
                .version("m1", 1, 0, 300, RED, "e1")
                .version("m2", 1, 1, 1300, RED, "e2")
                .upsert("m1", 1, 0, 200, 500L)
                .upsert("m2", 1, 1, 1200, 1600L)
                .query(query("q1", "current", 300).requires(RED, "e1").fails(CauseOfFailure.INDEX_LAG))
                .query(query("q2", "current", 1500).requires(RED, "e1").succeeds())
                .query(query("q3", "current", 3000).requires(RED, "e1").succeeds())
                .add(RecordedRun.end("r1", 10_000));
    }

    private TimeStat stat(TimeMetric metric) {
        Rollouts rollouts = run.rollouts();
        return TimeMetrics.of(rollouts, GoldFacts.of(rollouts)).stats(Slice.ALL).get(metric);
    }
}
