package io.fastmemory.job.source;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;

/**
 * Takes one record at a time from another reader and holds it until it is due.
 *
 * <p>State: the other reader's splits; while a record is held, as they stood before it was read, so that it is read again.
 *
 * <p>Time: wall clock. What is late already (a restart, back pressure) passes at once.
 *
 * @param <T> what is read
 * @param <S> the other reader's split
 */
final class PacedReader<T, S extends SourceSplit> implements SourceReader<T, S> {
    private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

    private final SourceReader<T, S> reader;
    private final Function<T, Instant> due;
    private final Clock clock;
    private final ScheduledExecutorService scheduler;
    private final Held held = new Held();
    private final List<S> splitsBeforeHeld = new ArrayList<>();
    private CompletableFuture<Void> released = NOW;

    PacedReader(SourceReader<T, S> reader, Function<T, Instant> due, Clock clock) {
        this.reader = reader;
        this.due = due;
        this.clock = clock;
        this.scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "pace");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
        if (held.item == null) {
            splitsBeforeHeld.clear();
            splitsBeforeHeld.addAll(reader.snapshotState(0));
            InputStatus status = reader.pollNext(held);
            if (held.item == null) {
                return status;
            }
            holdUntilDue(held.item);
        }
        if (!released.isDone()) {
            return InputStatus.NOTHING_AVAILABLE;
        }
        output.collect(held.take());
        return InputStatus.MORE_AVAILABLE;
    }

    private void holdUntilDue(T item) {
        long waitNanos = TimeUnit.NANOSECONDS.convert(Duration.between(clock.instant(), due.apply(item)));
        if (waitNanos <= 0) {
            released = NOW;
            return;
        }
        CompletableFuture<Void> release = new CompletableFuture<>();
        var unused = scheduler.schedule(() -> release.complete(null), waitNanos, TimeUnit.NANOSECONDS);
        released = release;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return held.item == null ? reader.isAvailable() : released;
    }

    @Override
    public List<S> snapshotState(long checkpointId) {
        return held.item == null ? reader.snapshotState(checkpointId) : List.copyOf(splitsBeforeHeld);
    }

    @Override
    public void addSplits(List<S> splits) {
        splitsBeforeHeld.addAll(splits);
        reader.addSplits(splits);
    }

    @Override
    public void notifyNoMoreSplits() {
        reader.notifyNoMoreSplits();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        reader.handleSourceEvents(event);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        reader.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        reader.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void close() throws Exception {
        scheduler.shutdownNow();
        reader.close();
    }

    /** Where the other reader puts its next record. */
    private final class Held implements ReaderOutput<T> {
        private @Nullable T item;

        T take() {
            T taken = item;
            if (taken == null) {
                throw new IllegalStateException("expected a held record: none");
            }
            item = null;
            return taken;
        }

        @Override
        public void collect(T next) {
            if (item != null) {
                throw new IllegalStateException("expected one record of each poll: a second one");
            }
            item = next;
        }

        @Override
        public void collect(T next, long timestamp) {
            collect(next);
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            // stream time is assigned behind the source
        }

        @Override
        public void markIdle() {
            // likewise
        }

        @Override
        public void markActive() {
            // likewise
        }

        @Override
        public SourceOutput<T> createOutputForSplit(String splitId) {
            return this;
        }

        @Override
        public void releaseOutputForSplit(String splitId) {
            // one output for all
        }
    }
}
