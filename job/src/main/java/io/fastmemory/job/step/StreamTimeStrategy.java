package io.fastmemory.job.step;

import io.fastmemory.job.source.Speed;
import io.fastmemory.job.source.TimelineRecord;
import java.time.Clock;
import java.time.Instant;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Stream time as watermarks: a paced run advances with the clock even when nothing arrives, an unpaced one with the
 * offsets it has seen.
 */
public record StreamTimeStrategy(Instant runStart, Speed speed, Clock clock)
        implements WatermarkStrategy<TimelineRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public TimestampAssigner<TimelineRecord> createTimestampAssigner(TimestampAssignerSupplier.Context context) {
        return (timelineRecord, previous) -> timelineRecord.offsetMs();
    }

    @Override
    public WatermarkGenerator<TimelineRecord> createWatermarkGenerator(WatermarkGeneratorSupplier.Context context) {
        return new WatermarkGenerator<>() {
            private long newestMs = Long.MIN_VALUE;

            @Override
            public void onEvent(TimelineRecord timelineRecord, long offsetMs, WatermarkOutput output) {
                if (offsetMs > newestMs) {
                    newestMs = offsetMs;
                    if (!speed.paced() && offsetMs > 0) {
                        output.emitWatermark(new Watermark(offsetMs - 1)); // before any barrier behind the event
                    }
                }
            }

            @Override
            public void onPeriodicEmit(WatermarkOutput output) {
                long nowMs = speed.paced() ? speed.streamMs(runStart, clock.instant()) : 0;
                if (nowMs > 0) {
                    output.emitWatermark(new Watermark(nowMs - 1));
                }
            }
        };
    }
}
