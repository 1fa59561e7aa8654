package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.memory.EntityUnderTest;
import io.fastmemory.job.source.Speed;
import io.fastmemory.job.source.TimelineRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.junit.jupiter.api.Test;

/** Stream time goes on when nothing arrives. */
class StreamTimeStrategyTest {
    private static final Instant START = EntityUnderTest.START;

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
        assertThat(marks.emitted)
                .as("ahead of any barrier: after a restart behind the last event nothing would say it")
                .containsExactly(4_999L);
        generator.onEvent(at(START), 4_000, marks);
        generator.onEvent(at(START), 5_000, marks);
        generator.onPeriodicEmit(marks);

        assertThat(marks.emitted).containsExactly(4_999L);
        assertThat(strategy.createTimestampAssigner(null).extractTimestamp(at(START), 0))
                .isEqualTo(77);
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
