package io.fastmemory.evaluation.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakReportTest {
    private static final long MIB = 1 << 20;

    @Test
    void steadyRunIsFlatWhateverItsPeaks() {
        SoakReport report = report(i -> sample(i, (i % 10 == 0 ? 900 : 100) * MIB, 5 * MIB, 200, i % 7, 12));

        assertThat(report.isGood()).isTrue();
        assertThat(report.table()).contains("flat").doesNotContain("RISING");
    }

    @Test
    void growthInTheWarmUpDoesNotCount() {
        SoakReport report = report(i -> sample(i, Math.min(20 + i * 10, 100) * MIB, 5 * MIB, 200, 3, 12));

        assertThat(report.isGood()).isTrue();
    }

    @Test
    void heapThatGrowsAllAlongIsRising() {
        SoakReport report = report(i -> sample(i, (100 + i * 2) * MIB, 5 * MIB, 200, 3, 12));

        assertThat(report.isGood()).isFalse();
        assertThat(report.table().lines().filter(line -> line.contains("RISING")))
                .singleElement()
                .asString()
                .startsWith("heap after GC");
    }

    @Test
    void filesLeftOpenAreRising() {
        assertThat(report(i -> sample(i, 100 * MIB, 5 * MIB, 200 + i, 3, 12)).isGood())
                .isFalse();
    }

    @Test
    void stateThatGrowsIsRising() {
        assertThat(report(i -> sample(i, 100 * MIB, i * MIB / 10, 200, 3, 12)).isGood())
                .isFalse();
    }

    @Test
    void queueThatGrowsIsRising() {
        assertThat(report(i -> sample(i, 100 * MIB, 5 * MIB, 200, i, 12)).isGood())
                .isFalse();
    }

    @Test
    void smallNumbersThatDoubleAreFlat() {
        assertThat(report(i -> sample(i, 100 * MIB, 1000 + i, 10 + i / 10, i / 10, 1 + i / 20.0))
                        .isGood())
                .isTrue();
    }

    @Test
    void eventsWithoutAnOutcomeAreNotGoodHoweverFlatTheRun() {
        SoakReport report = new SoakReport(
                IntStream.range(0, 60).mapToObj(i -> sample(i, 1, 1, 1, 1, 1)).toList(), List.of("e7 is parked"));

        assertThat(report.isGood()).isFalse();
        assertThat(report.table()).contains("what came of it: 1").contains("  e7 is parked");
    }

    @Test
    void runThatIsTooShortIsRefused() {
        assertThatThrownBy(() -> new SoakReport(List.of(sample(1, 1, 1, 1, 1, 1)), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("let it run longer");
    }

    @Test
    void everySampleIsALineOfTheFile() {
        assertThat(SoakReport.csv(List.of(sample(0, 9, 9, 9, 9, 9), sample(7, 1, 2, 3, 4, 5.25)))
                        .lines())
                .hasSize(3)
                .contains("seconds,heap_bytes,state_bytes,open_files,queued_events,raw_write_p99_ms", "7,1,2,3,4,5.3");
    }

    private static SoakReport report(IntFunction<SoakSample> sample) {
        return new SoakReport(IntStream.range(0, 60).mapToObj(sample).toList(), List.of());
    }

    private static SoakSample sample(int second, long heap, long state, long files, long queued, double rawWrite) {
        return new SoakSample(second, heap, state, files, queued, rawWrite);
    }
}
