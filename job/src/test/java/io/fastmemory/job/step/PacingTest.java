package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.memory.EntityUnderTest;
import io.fastmemory.job.source.Speed;
import io.fastmemory.job.source.TimelineRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.junit.jupiter.api.Test;

/** Records are released when they are intended to arrive, and stream time goes on when none does. */
class PacingTest {
    private static final Instant START = EntityUnderTest.START;

    @Test
    void releasesAtOnceWhatIsDueOrLate() throws Exception {
        HandMovedClock clock = new HandMovedClock(START.plusMillis(500));
        PaceFunction pace = opened(clock);
        try {
            CollectedResult<TimelineRecord> late = new CollectedResult<>();
            CollectedResult<TimelineRecord> due = new CollectedResult<>();
            pace.asyncInvoke(at(START.plusMillis(100)), late);
            pace.asyncInvoke(at(START.plusMillis(500)), due);

            assertThat(late.isDone()).isTrue();
            assertThat(due.isDone()).isTrue();
            assertThat(late.value().arrivalAt())
                    .as("the arrival stays the intended one")
                    .isEqualTo(START.plusMillis(100));
        } finally {
            pace.close();
        }
    }

    @Test
    void releasesInTheOrderAndNotBeforeTheTimeOfArrival() throws Exception {
        Clock clock = Clock.systemUTC();
        PaceFunction pace = opened(clock);
        try {
            Instant now = clock.instant();
            CollectedResult<TimelineRecord> soon = new CollectedResult<>();
            CollectedResult<TimelineRecord> later = new CollectedResult<>();
            pace.asyncInvoke(at(now.plusMillis(300)), later);
            pace.asyncInvoke(at(now.plusMillis(60)), soon);

            assertThat(later.value().arrivalAt()).isBeforeOrEqualTo(clock.instant());
            assertThat(soon.isDone()).isTrue();
        } finally {
            pace.close();
        }
    }

    @Test
    void holdsWhatIsIntendedForTheFarFuture() throws Exception {
        HandMovedClock clock = new HandMovedClock(START);
        PaceFunction pace = opened(clock);
        CollectedResult<TimelineRecord> far = new CollectedResult<>();

        pace.asyncInvoke(at(START.plus(Duration.ofDays(1))), far);
        pace.close();

        assertThat(far.isDone()).isFalse();
    }

    @Test
    void advancesStreamTimeWithTheClockWhenNothingArrives() {
        HandMovedClock clock = new HandMovedClock(START.minusMillis(10));
        Watermarks marks = new Watermarks();
        WatermarkGenerator<TimelineRecord> generator =
                new StreamTimeStrategy(START, Speed.parse("20x"), clock).createWatermarkGenerator(null);

        generator.onPeriodicEmit(marks);
        assertThat(marks.emitted).as("not before the run start").isEmpty();
        clock.forward(Duration.ofMillis(110));
        generator.onPeriodicEmit(marks);
        clock.forward(Duration.ofMillis(1));
        generator.onPeriodicEmit(marks);

        assertThat(marks.emitted).containsExactly(1_999L, 2_019L);
    }

    @Test
    void advancesStreamTimeWithTheOffsetsWhenItIsNotPaced() {
        HandMovedClock clock = new HandMovedClock(START.plusSeconds(100));
        Watermarks marks = new Watermarks();
        StreamTimeStrategy strategy = new StreamTimeStrategy(START, Speed.MAX, clock);
        WatermarkGenerator<TimelineRecord> generator = strategy.createWatermarkGenerator(null);

        generator.onPeriodicEmit(marks);
        assertThat(marks.emitted).isEmpty();
        generator.onEvent(at(START), 5_000, marks);
        generator.onEvent(at(START), 4_000, marks);
        generator.onPeriodicEmit(marks);

        assertThat(marks.emitted).containsExactly(4_999L);
        assertThat(strategy.createTimestampAssigner(null).extractTimestamp(at(START), 0))
                .isEqualTo(77);
    }

    private static PaceFunction opened(Clock clock) {
        PaceFunction pace = new PaceFunction(clock);
        pace.open(DefaultOpenContext.INSTANCE);
        return pace;
    }

    private static TimelineRecord at(Instant arrivalAt) {
        return new TimelineRecord(
                "stream.jsonl", 1, EntityUnderTest.event("e1", 77, "a").event(), null, 77, arrivalAt);
    }

    private static final class Watermarks implements WatermarkOutput {
        private final List<Long> emitted = new ArrayList<>();

        @Override
        public void emitWatermark(Watermark watermark) {
            emitted.add(watermark.getTimestamp());
        }

        @Override
        public void markIdle() {
            throw new AssertionError("stream time never goes idle");
        }

        @Override
        public void markActive() {
            throw new AssertionError("stream time never goes idle");
        }
    }
}
