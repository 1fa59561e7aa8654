package io.fastmemory.job.step;

import io.fastmemory.job.backend.LastingFaults;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;

/**
 * A step that waits for services outside.
 *
 * <p>Time: a step that asks a model counts from when it asks ({@link #within}). Flink's own timeout counts from when the
 * record comes, may strike before anything was asked, and strikes once.
 *
 * <p>Failure: what it still waits for when its task ends, by a failure or by a stop with a savepoint, comes to nothing. The
 * record is in the checkpoint and is worked on again; that the closed clients then fail is neither an answer nor a failure
 * of the job.
 */
abstract class AsyncStep<I, O> extends RichAsyncFunction<I, O> {
    private static final long serialVersionUID = 1L;

    private transient volatile boolean ending;

    /** Whether the task ends, so that nothing that comes back now counts. */
    final boolean isEnding() {
        return ending;
    }

    /** Fails the job by what went wrong, if something did: a record that never ends would hold it up. */
    final void failJobOn(@Nullable Throwable failure, ResultFuture<O> result) {
        if (failure != null && !ending) {
            result.completeExceptionally(LastingFaults.marked(failure));
        }
    }

    /** What comes of a call, or {@code late} if nothing has come in time; then the call is cancelled. */
    static <T> CompletableFuture<T> within(Duration time, CompletableFuture<T> call, T late) {
        return call.copy()
                .completeOnTimeout(late, time.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((result, failure) -> call.cancel(true)); // nothing to cancel if it is what completed
    }

    @Override
    public final void close() throws Exception {
        ending = true;
        release();
    }

    /** Closes what {@code open} has opened, as far as it came. */
    abstract void release() throws Exception;
}
