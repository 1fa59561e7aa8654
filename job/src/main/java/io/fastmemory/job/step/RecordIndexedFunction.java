package io.fastmemory.job.step;

import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.model.rollout.IndexLine;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Records an index operation for the rollouts, passes on the life of what it wrote, and lets the markers of queries out. */
public final class RecordIndexedFunction extends ProcessFunction<IndexedMemory, MemoryLife> {
    private static final long serialVersionUID = 1L;

    /** Markers of queries, behind everything their entity's index was asked for before. */
    public static final OutputTag<EntityMarker> MARKERS =
            new OutputTag<>("query-markers", Types.POJO(EntityMarker.class));

    @Override
    public void processElement(IndexedMemory indexed, Context context, Collector<MemoryLife> out) {
        IndexLine line = indexed.line();
        EntityMarker marker = indexed.marker();
        if (line != null) {
            context.output(Rollouts.LINES, Rollouts.write(line));
            out.collect(new MemoryLife(line.entityId(), indexed.sourceEventIds(), List.of(), line.visibleAt()));
        }
        if (marker != null && marker.query() != null) {
            context.output(MARKERS, marker);
        }
    }
}
