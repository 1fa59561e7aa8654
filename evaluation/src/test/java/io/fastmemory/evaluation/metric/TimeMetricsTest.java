package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.hit;
import static io.fastmemory.evaluation.metric.RecordedRun.query;
import static io.fastmemory.evaluation.metric.RecordedRun.upsertLine;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Fact;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimeMetricsTest {
    private static final Fact RED = Fact.of("bike", "colour", "red");
    private static final Fact BLUE = Fact.of("bike", "colour", "blue");
    private static final Fact GREEN = Fact.of("door", "colour", "green");

    private final RecordedRun run = new RecordedRun().add(RecordedRun.run("r1", 3, 5));

    @Test
    void measuresRawWriteOfAllEvents() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0);
        run.event("e2", Urgency.URGENT, 1000, 1012, 1300, 1);

        TimeStat stat = stat(TimeMetric.TIME_TO_RAW_WRITE);
        assertThat(stat).isEqualTo(new TimeStat(2, 0, 8.5, 5.0, 12.0, 12.0, 12.0, 12.0));
    }

    @Test
    void measuresMemoryWriteToTheFirstVersionWithTheEventAmongItsSources() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e2", Urgency.URGENT, 1000, 1012, 1300, 1)
                .event("e3", Urgency.NORMAL, 2000, 2004, 2300, 2)
                .version("m1", 2, 1, 1400, BLUE, "e1", "e2")
                .version("m1", 1, 0, 300, RED, "e1")
                .version("m2", 1, 1, 1500, BLUE, "e2");

        TimeStat stat = stat(TimeMetric.TIME_TO_MEMORY_WRITE);
        assertThat(stat)
                .as("e1 300, e2 400, e3 no source")
                .isEqualTo(new TimeStat(2, 0, 350.0, 300.0, 400.0, 400.0, 400.0, 400.0));
    }

    @Test
    void measuresIndexedMemoryOnlyWhereIndexingWasAskedAndCensorsWhatNeverShowed() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e2", Urgency.NORMAL, 1000, 1012, 1300, 1)
                .event("e3", Urgency.NORMAL, 2000, 2004, 2300, 2)
                .version("m1", 1, 0, 300, RED, "e1")
                .version("m2", 1, 1, 1400, BLUE, "e2")
                .version("m3", 1, 2, 2400, GREEN, "e3")
                .upsert("m1", 1, 0, 300, 350L)
                .upsert("m2", 1, 1, 1400, null)
                .add(RecordedRun.end("r1", 10_000));

        assertThat(stat(TimeMetric.TIME_TO_INDEXED_MEMORY))
                .as("m1 after 350, m2 censored at 9000, m3 not asked")
                .isEqualTo(new TimeStat(2, 1, 350.0, 350.0, null, null, null, 350.0));
    }

    @Test
    void countsALaterVersionAsTheSameMemoryIndexedButNotAnEarlierOne() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e2", Urgency.NORMAL, 1000, 1012, 1300, 1)
                .version("m1", 1, 0, 300, RED, "e1")
                .version("m1", 2, 1, 1400, BLUE, "e1", "e2")
                .upsert("m1", 2, 1, 1400, 1500L)
                .add(RecordedRun.end("r1", 10_000));

        assertThat(stat(TimeMetric.TIME_TO_INDEXED_MEMORY))
                .as("e1 after 1500, e2 after 500")
                .isEqualTo(new TimeStat(2, 0, 1000.0, 500.0, 1500.0, 1500.0, 1500.0, 1500.0));
    }

    @Test
    void takesATimerThatFiredBecauseTheInputEndedAsNotVisibleInTime() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .version("m1", 1, 0, 300, RED, "e1")
                .add(upsertLine("m1", 1, 0, 300, 4000L, true))
                .query(query("q1", "current", 500).requires(RED, "e1").fails(CauseOfFailure.INDEX_DELAYED))
                .add(RecordedRun.end("r1", 10_000));

        assertThat(stat(TimeMetric.TIME_TO_INDEXED_MEMORY).censored()).isEqualTo(1);
        assertThat(stat(TimeMetric.READY_LAG).censored()).isEqualTo(1);
    }

    @Test
    void measuresGoldFactsFromTheirEarliestEvidence() {
        writeUpdatedFact();

        assertThat(stat(TimeMetric.READY_LAG))
                .as("red 350, blue 1500 - 1000, green censored at 8000")
                .isEqualTo(new TimeStat(3, 1, 425.0, 500.0, null, null, null, 500.0));
        assertThat(stat(TimeMetric.TIME_TO_RETRIEVED_MEMORY))
                .as("red 610, blue 3010 - 1000")
                .isEqualTo(new TimeStat(3, 1, 1310.0, 2010.0, null, null, null, 2010.0));
        assertThat(stat(TimeMetric.TIME_TO_USEFUL_MEMORY))
                .as("red 900, blue 3200 - 1000")
                .isEqualTo(new TimeStat(3, 1, 1550.0, 2200.0, null, null, null, 2200.0));
    }

    @Test
    void slicesGoldFactsByCategoryAndUrgency() {
        writeUpdatedFact();
        TimeMetrics metrics = metrics();

        assertThat(metrics.slices().stream().map(Slice::name))
                .containsExactly(
                        "all",
                        "layer=fact",
                        "query_category=current",
                        "query_category=never",
                        "query_category=updated",
                        "urgency=normal",
                        "urgency=urgent");
        Map<TimeMetric, TimeStat> updated = metrics.stats(Slice.ofCategory("updated"));
        assertThat(updated.get(TimeMetric.READY_LAG).mean()).isEqualTo(500.0);
        assertThat(metrics.stats(Slice.of(Urgency.URGENT))
                        .get(TimeMetric.TIME_TO_USEFUL_MEMORY)
                        .mean())
                .isEqualTo(2200.0);
    }

    @Test
    void censorsWhatIsSupersededBeforeItIsReady() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .version("m1", 1, 0, 300, RED, "e1")
                .upsert("m1", 1, 0, 300, 7000L)
                .query(query("q1", "current", 500).requires(RED, "e1").fails(CauseOfFailure.INDEX_LAG))
                .query(query("q2", "updated", 6500).forbids(RED).fails(CauseOfFailure.NOT_ARRIVED))
                .query(query("q3", "updated", 8000)
                        .forbids(RED)
                        .hits(hit("m1", 1, RED, "e1"))
                        .fails(CauseOfFailure.STALE_IN_INDEX))
                .add(RecordedRun.end("r1", 10_000));
        GoldFacts.GoldFact red = GoldFacts.of(run.rollouts()).all().iterator().next();

        assertThat(red.supersededAt).isEqualTo(RecordedRun.at(6500));
        assertThat(red.censoredAt()).isEqualTo(RecordedRun.at(6500));
        assertThat(red.readyAt).isNull();
        assertThat(red.retrievedAt).isNull();
    }

    @Test
    void isNotSupersededByAnotherEntityOrBeforeItBegan() {
        run.event("e1", Urgency.NORMAL, 1000, 1005, 1200, 0)
                .query(query("q0", "updated", 900).forbids(RED).fails(CauseOfFailure.NOT_ARRIVED))
                .query(query("q1", "current", 1500).requires(RED, "e1").fails(CauseOfFailure.IGNORED))
                .query(query("q2", "updated", 2000)
                        .entities("ent-2")
                        .forbids(RED)
                        .fails(CauseOfFailure.NOT_ARRIVED))
                .add(RecordedRun.end("r1", 10_000));

        assertThat(GoldFacts.of(run.rollouts()).all())
                .singleElement()
                .satisfies(fact -> assertThat(fact.supersededAt).isNull());
    }

    @Test
    void needsAVersionThatAssertsTheFactToBeReady() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .version("m1", 1, 0, 300, BLUE, "e1")
                .upsert("m1", 1, 0, 300, 350L)
                .version("m2", 1, 0, 300, RED, "e9")
                .upsert("m2", 1, 0, 300, 360L)
                .query(query("q1", "current", 500).requires(RED, "e1").fails(CauseOfFailure.WRONG))
                .add(RecordedRun.end("r1", 10_000));

        assertThat(stat(TimeMetric.READY_LAG).censored()).isEqualTo(1);
    }

    @Test
    void countsOnlyHitsTheReaderSawAsRetrieved() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .query(query("q1", "current", 500)
                        .requires(RED, "e1")
                        .hits(hit("m9", 1, BLUE, "e9"), hit("m1", 1, RED, "e1"))
                        .shown(1)
                        .fails(CauseOfFailure.NOT_RETRIEVED))
                .add(RecordedRun.end("r1", 10_000));

        assertThat(stat(TimeMetric.TIME_TO_RETRIEVED_MEMORY).censored()).isEqualTo(1);
    }

    @Test
    void takesRepeatedEvidenceAsTheSameGoldFact() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e2", Urgency.NORMAL, 1000, 1005, 1200, 1)
                .query(query("q1", "current", 500).requires(RED, "e1").fails(CauseOfFailure.QUEUED))
                .query(query("q2", "current", 1500).requires(RED, "e2", "e1").succeeds())
                .add(RecordedRun.end("r1", 10_000));

        assertThat(stat(TimeMetric.TIME_TO_USEFUL_MEMORY))
                .as("one fact, from e1's arrival to q2's answer")
                .isEqualTo(new TimeStat(1, 0, 1600.0, 1600.0, 1600.0, 1600.0, 1600.0, 1600.0));
    }

    @Test
    void keepsFactsWhoseEvidenceNeverArrivedInThePopulation() {
        run.query(query("q1", "current", 500).requires(RED, "gone").fails(CauseOfFailure.NOT_ARRIVED))
                .add(RecordedRun.end("r1", 10_000));

        assertThat(stat(TimeMetric.READY_LAG)).isEqualTo(new TimeStat(1, 1, null, null, null, null, null, null));
    }

    @Test
    void movesWithEachTiming() {
        writeUpdatedFact();
        Map<TimeMetric, TimeStat> before = metrics().stats(Slice.ALL);
        run.lines.replaceAll(line -> line instanceof io.fastmemory.model.rollout.IndexLine index && index.version() == 2
                ? upsertLine("m1", 2, 1, 1400, 1501L, false)
                : line);

        Map<TimeMetric, TimeStat> after = metrics().stats(Slice.ALL);
        assertThat(after.get(TimeMetric.READY_LAG).p50()).isEqualTo(501.0);
        assertThat(after.get(TimeMetric.TIME_TO_INDEXED_MEMORY).max())
                .isNotEqualTo(before.get(TimeMetric.TIME_TO_INDEXED_MEMORY).max());
        assertThat(after.get(TimeMetric.TIME_TO_RAW_WRITE)).isEqualTo(before.get(TimeMetric.TIME_TO_RAW_WRITE));
    }

    /** A bike turns from red to blue; a door is asked for in vain. */
    private void writeUpdatedFact() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e2", Urgency.URGENT, 1000, 1012, 1300, 1)
                .event("e3", Urgency.NORMAL, 2000, 2004, 2300, 2)
                .version("m1", 1, 0, 300, RED, "e1")
                .version("m1", 2, 1, 1400, BLUE, "e1", "e2")
                .upsert("m1", 1, 0, 300, 350L)
                .upsert("m1", 2, 1, 1400, 1500L)
                .query(query("q1", "current", 200).requires(RED, "e1").fails(CauseOfFailure.IN_FLIGHT))
                .query(query("q2", "current", 600)
                        .requires(RED, "e1")
                        .hits(hit("m1", 1, RED, "e1"))
                        .served(610, 900)
                        .succeeds())
                .query(query("q3", "updated", 1200)
                        .requires(BLUE, "e2")
                        .forbids(RED)
                        .hits(hit("m1", 1, RED, "e1"))
                        .fails(CauseOfFailure.STALE_IN_INDEX))
                .query(query("q4", "updated", 3000)
                        .requires(BLUE, "e2")
                        .forbids(RED)
                        .hits(hit("m1", 2, BLUE, "e1", "e2"))
                        .served(3010, 3200)
                        .succeeds())
                .query(query("q5", "never", 4000).requires(GREEN, "e3").fails(CauseOfFailure.IGNORED))
                .add(RecordedRun.end("r1", 10_000));
    }

    private TimeStat stat(TimeMetric metric) {
        return metrics().stats(Slice.ALL).get(metric);
    }

    private TimeMetrics metrics() {
        Rollouts rollouts = run.rollouts();
        return TimeMetrics.of(rollouts, GoldFacts.of(rollouts));
    }
}
