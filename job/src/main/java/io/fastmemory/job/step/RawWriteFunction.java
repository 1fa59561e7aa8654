package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.RawReceipt;
import io.fastmemory.connectors.sqlite.RawRow;
import io.fastmemory.connectors.sqlite.RawStore;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.source.TimelineRecord;
import io.fastmemory.model.Event;
import io.fastmemory.model.timeline.DatasetLines;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Makes each event durable before anything else happens to it, and says whether it was there before.
 *
 * <p>Failure: after a restart the same lines come again and are recognised by their position; they pass with the time of
 * their first commit.
 */
public final class RawWriteFunction extends RichAsyncFunction<TimelineRecord, RawWritten> {
    private static final long serialVersionUID = 1L;

    private final String runId;
    private final Backends backends;
    private final Instant epoch;
    private transient SqliteFile file;
    private transient RawStore store;
    private transient Histogram rawWriteMillis;

    /** @param epoch the world's date at offset 0, given to events that bring none once they are written as they came */
    @SuppressWarnings("NullAway.Init")
    public RawWriteFunction(String runId, Backends backends, Instant epoch) {
        this.runId = runId;
        this.backends = backends;
        this.epoch = epoch;
    }

    @Override
    public void open(OpenContext context) {
        file = backends.openStore();
        store = new RawStore(file);
        rawWriteMillis = StepMetrics.histogram(getRuntimeContext(), "timeToRawWriteMillis");
    }

    @Override
    public void asyncInvoke(TimelineRecord arrived, ResultFuture<RawWritten> written) {
        Event event = Objects.requireNonNull(arrived.event(), "only events are written");
        RawRow row = new RawRow(
                runId,
                event.eventId(),
                event.entityId(),
                arrived.position(),
                event.contentSha256(),
                DatasetLines.of(event));
        store.append(row).whenComplete((receipt, failure) -> {
            if (failure != null) {
                written.completeExceptionally(failure);
                return;
            }
            written.complete(List.of(outcome(arrived, event, receipt)));
        });
    }

    private RawWritten outcome(TimelineRecord arrived, Event event, RawReceipt receipt) {
        if (receipt.outcome() == RawReceipt.Outcome.NEW) {
            rawWriteMillis.update(
                    Duration.between(arrived.arrivalAt(), receipt.committedAt()).toMillis());
        }
        return new RawWritten(
                receipt.outcome(),
                arrived.file(),
                arrived.line(),
                new ArrivedEvent(event.datedFrom(epoch), arrived.arrivalAt(), receipt.committedAt()));
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
