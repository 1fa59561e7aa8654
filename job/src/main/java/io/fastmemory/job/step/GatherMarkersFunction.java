package io.fastmemory.job.step;

import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.job.source.TimelineRecord;
import io.fastmemory.model.Query;
import java.util.HashSet;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets a settled query go when its marker has come through every entity it asks.
 *
 * <p>State, per line of the timeline: the entities whose marker has come (ended when the last one has).
 */
public final class GatherMarkersFunction extends KeyedProcessFunction<String, EntityMarker, TimelineRecord> {
    private static final long serialVersionUID = 1L;

    /** Address of the state in a savepoint: never rename. */
    static final MapStateDescriptor<String, Boolean> COME =
            new MapStateDescriptor<>("markers-come", Types.STRING, Types.BOOLEAN);

    private transient MapState<String, Boolean> come;

    @SuppressWarnings("NullAway.Init")
    public GatherMarkersFunction() {}

    @Override
    public void open(OpenContext context) {
        come = getRuntimeContext().getMapState(COME);
    }

    /** What markers are gathered by: the line of their query, since an id may come twice. */
    public static String keyOf(EntityMarker marker) {
        return marker.file() + ":" + marker.line();
    }

    @Override
    public void processElement(EntityMarker marker, Context context, Collector<TimelineRecord> out) throws Exception {
        Query query = Objects.requireNonNull(marker.query(), "only queries are gathered");
        int expected = new HashSet<>(query.entityIds()).size();
        if (expected > 1) {
            come.put(marker.entityId(), true);
            int found = 0;
            for (String entityId : come.keys()) {
                found++;
            }
            if (found < expected) {
                return;
            }
            come.clear();
        }
        out.collect(new TimelineRecord(
                marker.file(), marker.line(), null, query.withoutDeadline(), marker.offsetMs(), marker.arrivalAt()));
    }
}
