package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.RawReceipt;
import io.fastmemory.connectors.sqlite.RawRow;
import io.fastmemory.connectors.sqlite.RawStore;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.source.TimelineRecord;
import io.fastmemory.model.Event;
import io.fastmemory.model.timeline.DatasetLines;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.streaming.api.functions.async.ResultFuture;

/**
 * Makes each event durable before anything else happens to it, and says whether it was there before; a query only keeps its
 * place among them.
 *
 * <p>Failure: after a restart the same lines come again and are recognised by their position; they pass with the time of
 * their first commit.
 */
public final class RawWriteFunction extends AsyncStep<TimelineRecord, RawWritten> {
    private static final long serialVersionUID = 1L;

    private final String runId;
    private final Backends backends;
    private transient SqliteFile file;
    private transient RawStore store;
    private transient Histogram rawWriteMillis;

    @SuppressWarnings("NullAway.Init")
    public RawWriteFunction(String runId, Backends backends) {
        this.runId = runId;
        this.backends = backends;
    }

    @Override
    public void open(OpenContext context) {
        file = backends.openStore();
        store = new RawStore(file);
        rawWriteMillis = StepMetrics.histogram(getRuntimeContext(), "timeToRawWriteMillis");
    }

    @Override
    public void asyncInvoke(TimelineRecord arrived, ResultFuture<RawWritten> written) {
        Event event = arrived.event();
        if (event == null) {
            written.complete(List.of(new RawWritten(arrived, null)));
            return;
        }
        RawRow row = new RawRow(
                runId,
                event.eventId(),
                event.entityId(),
                arrived.position(),
                event.contentSha256(),
                DatasetLines.of(event));
        store.append(row).whenComplete((receipt, failure) -> {
            if (failure != null) {
                failJobOn(failure, written);
                return;
            }
            measure(arrived, receipt);
            written.complete(List.of(new RawWritten(arrived, receipt)));
        });
    }

    private void measure(TimelineRecord arrived, RawReceipt receipt) {
        if (receipt.outcome() == RawReceipt.Outcome.NEW) {
            rawWriteMillis.update(
                    Duration.between(arrived.arrivalAt(), receipt.committedAt()).toMillis());
        }
    }

    @Override
    void release() {
        if (file != null) {
            file.close();
        }
    }
}
