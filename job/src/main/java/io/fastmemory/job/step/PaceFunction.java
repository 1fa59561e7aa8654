package io.fastmemory.job.step;

import io.fastmemory.job.source.TimelineRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Releases each record at its intended arrival, without holding up the task: a scheduler completes it when its time comes.
 *
 * <p>Time: wall clock. What is late already (a restart, back pressure) passes at once; its arrival stays the intended one.
 */
public final class PaceFunction extends RichAsyncFunction<TimelineRecord, TimelineRecord> {
    private static final long serialVersionUID = 1L;

    private final Clock clock;
    private transient ScheduledExecutorService scheduler;

    @SuppressWarnings("NullAway.Init")
    public PaceFunction(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        scheduler = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "pace");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void asyncInvoke(TimelineRecord timelineRecord, ResultFuture<TimelineRecord> released) {
        long waitNanos =
                Duration.between(clock.instant(), timelineRecord.arrivalAt()).toNanos();
        if (waitNanos <= 0) {
            released.complete(List.of(timelineRecord));
            return;
        }
        var unused =
                scheduler.schedule(() -> released.complete(List.of(timelineRecord)), waitNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        if (scheduler != null) {
            scheduler.shutdownNow();
        }
    }
}
