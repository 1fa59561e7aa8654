package io.fastmemory.job.step;

import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.job.memory.IndexRequest;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Holds each delayed request until stream time reaches its due time, and removes vectors whose memory has expired. A
 * request that is taken back before, by the next one of its memory or because the memory expires sooner, is passed on as
 * such; one that would come after its memory's end leaves an earlier one as it is.
 *
 * <p>State, per entity: the pending request of a memory (ended when it is due, replaced or withdrawn) and its expiry (ended
 * when it is reached, the memory leaves the index, or the input ends).
 *
 * <p>Timers: one event-time timer per due time and per expiry; a stale one finds nothing to do.
 *
 * <p>Time: stream time, in a settled run that of what comes to the entity. A marker at the end of an entity's input has the
 * stream time up to which its memories have expired. Then what is still pending is done at once and flagged, and nothing
 * expires any more, however far stream time goes on after a restart.
 */
public final class IndexScheduleFunction extends KeyedProcessFunction<String, IndexRequest, IndexRequest> {
    private static final long serialVersionUID = 1L;

    /** Addresses of the state in a savepoint: never rename. */
    static final MapStateDescriptor<String, IndexRequest> PENDING =
            new MapStateDescriptor<>("pending-requests", Types.STRING, Types.POJO(IndexRequest.class));

    static final MapStateDescriptor<String, IndexRequest> EXPIRING =
            new MapStateDescriptor<>("expiring-vectors", Types.STRING, Types.POJO(IndexRequest.class));

    private final boolean settled;
    private transient MapState<String, IndexRequest> pending;
    private transient MapState<String, IndexRequest> expiring;

    /** @param settled whether queries wait for memory, so that what comes to an entity moves its time */
    @SuppressWarnings("NullAway.Init")
    public IndexScheduleFunction(boolean settled) {
        this.settled = settled;
    }

    @Override
    public void open(OpenContext context) {
        pending = getRuntimeContext().getMapState(PENDING);
        expiring = getRuntimeContext().getMapState(EXPIRING);
    }

    @Override
    public void processElement(IndexRequest request, Context context, Collector<IndexRequest> out) throws Exception {
        EntityMarker marker = request.marker();
        if (settled || marker != null) {
            carryOut(request.requestedStreamMs(), false, context, out);
        }
        if (marker == null) {
            schedule(request, context, out);
        } else {
            if (marker.query() == null) {
                carryOut(Long.MAX_VALUE, true, context, out);
            }
            out.collect(request);
        }
        dropEmptyState();
    }

    private void schedule(IndexRequest request, Context context, Collector<IndexRequest> out) throws Exception {
        if (isWrite(request) && expiresBy(request, request.dueStreamMs())) {
            out.collect(request.takenBack(request.requestedAt()));
            return;
        }
        IndexRequest replaced = pending.get(request.memoryId());
        if (replaced != null) {
            pending.remove(request.memoryId());
            out.collect(replaced.takenBack(request.requestedAt()));
        }
        long watermark = context.timerService().currentWatermark();
        if (isWrite(request) && !settled && watermark < Long.MAX_VALUE && expiresBy(request, watermark)) {
            out.collect(request.takenBack(request.requestedAt()));
            release(request.expiry(), context, out); // the job may have come to write it before it failed
        } else if (request.action().equals("delay_index") && (settled || request.dueStreamMs() > watermark)) {
            pending.put(request.memoryId(), request);
            wakeAt(request.dueStreamMs(), context);
        } else {
            release(request, context, out);
        }
    }

    private static boolean isWrite(IndexRequest request) {
        return request.document() != null;
    }

    private static boolean expiresBy(IndexRequest request, long streamMs) {
        Long expires = request.expiresStreamMs();
        return expires != null && expires <= streamMs;
    }

    private void release(IndexRequest request, Context context, Collector<IndexRequest> out) throws Exception {
        Long expires = request.expiresStreamMs();
        if (request.document() == null) {
            expiring.remove(request.memoryId());
        } else if (expires != null) {
            expiring.put(request.memoryId(), request.expiry());
            wakeAt(expires, context);
        }
        out.collect(request);
    }

    /** In a settled run only the end of the input is waited for: stream time is ahead of what is queued for an entity. */
    private void wakeAt(long dueStreamMs, Context context) {
        context.timerService().registerEventTimeTimer(settled ? Long.MAX_VALUE : dueStreamMs);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<IndexRequest> out) throws Exception {
        carryOut(timestamp, context.timerService().currentWatermark() == Long.MAX_VALUE, context, out);
        dropEmptyState();
    }

    private void carryOut(long streamMs, boolean atEnd, Context context, Collector<IndexRequest> out) throws Exception {
        for (Iterator<Map.Entry<String, IndexRequest>> entries = pending.iterator(); entries.hasNext(); ) {
            IndexRequest request = entries.next().getValue();
            if (request.dueStreamMs() <= streamMs) {
                entries.remove();
                release(atEnd ? request.flaggedAtEnd() : request, context, out);
            }
        }
        for (Iterator<Map.Entry<String, IndexRequest>> entries = expiring.iterator(); entries.hasNext(); ) {
            IndexRequest expiry = entries.next().getValue();
            if (expiry.dueStreamMs() <= streamMs) {
                entries.remove();
                if (!atEnd) {
                    out.collect(expiry);
                }
            }
        }
    }

    /** On the heap backend an emptied map would otherwise stay behind per entity. */
    private void dropEmptyState() throws Exception {
        if (pending.isEmpty()) {
            pending.clear();
        }
        if (expiring.isEmpty()) {
            expiring.clear();
        }
    }
}
