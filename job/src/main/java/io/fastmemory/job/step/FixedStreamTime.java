package io.fastmemory.job.step;

import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Stream time that stands still where a run ended: what is decided again is decided behind all the run has seen.
 *
 * @param streamMs the time of every event
 */
public record FixedStreamTime(long streamMs) implements WatermarkStrategy<EntityInput> {
    private static final long serialVersionUID = 1L;

    @Override
    public TimestampAssigner<EntityInput> createTimestampAssigner(TimestampAssignerSupplier.Context context) {
        return (input, previous) -> streamMs;
    }

    @Override
    public WatermarkGenerator<EntityInput> createWatermarkGenerator(WatermarkGeneratorSupplier.Context context) {
        return new WatermarkGenerator<>() {
            @Override
            public void onEvent(EntityInput input, long timestampMs, WatermarkOutput output) {
                output.emitWatermark(new Watermark(streamMs));
            }

            @Override
            public void onPeriodicEmit(WatermarkOutput output) {
                // said with the first event
            }
        };
    }
}
