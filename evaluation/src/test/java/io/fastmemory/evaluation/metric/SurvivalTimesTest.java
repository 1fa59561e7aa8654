package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SurvivalTimesTest {
    /** Remission of 21 patients under 6-mercaptopurine: Freireich et al., Blood 21 (1963), in every textbook. */
    @Test
    void agreesWithTextbookExample() {
        SurvivalTimes times = new SurvivalTimes();
        for (int weeks : new int[] {6, 6, 6, 7, 10, 13, 16, 22, 23}) {
            times.addObserved(weeks);
        }
        for (int weeks : new int[] {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
            times.addCensored(weeks);
        }

        assertThat(times.stat()).isEqualTo(new TimeStat(21, 12, 12.111, 23.0, null, null, null, 23.0));
    }

    @Test
    void isNearestRankWithoutCensoring() {
        SurvivalTimes times = new SurvivalTimes();
        for (int i = 100; i >= 1; i--) {
            times.addObserved(i);
        }

        assertThat(times.stat()).isEqualTo(new TimeStat(100, 0, 50.5, 50.0, 90.0, 95.0, 99.0, 100.0));
    }

    @Test
    void countsOneCensoredAtTheSameTimeAsStillAtRisk() {
        SurvivalTimes times = new SurvivalTimes();
        times.addCensored(10);
        times.addObserved(10);

        assertThat(times.stat().p50()).as("S(10) = 1 - 1/2").isEqualTo(10.0);
    }

    @Test
    void reachesNoQuantileWhenAllAreCensored() {
        SurvivalTimes times = new SurvivalTimes();
        times.addCensored(5);
        times.addCensored(0);

        assertThat(times.stat()).isEqualTo(new TimeStat(2, 2, null, null, null, null, null, null));
    }

    @Test
    void staysExactOverLargePopulations() {
        SurvivalTimes times = new SurvivalTimes();
        for (int i = 1; i <= 1_000_000; i++) {
            times.addObserved(i);
        }

        TimeStat stat = times.stat();
        assertThat(stat.p50()).isEqualTo(500_000.0);
        assertThat(stat.p99()).isEqualTo(990_000.0);
    }

    @Test
    void hasNothingToSayOfNobody() {
        assertThat(new SurvivalTimes().stat()).isEqualTo(new TimeStat(0, 0, null, null, null, null, null, null));
    }
}
