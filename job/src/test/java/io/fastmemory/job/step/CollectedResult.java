package io.fastmemory.job.step;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.streaming.api.functions.async.CollectionSupplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;

/** What an asynchronous step completes with; like Flink's own, the first completion counts. */
final class CollectedResult<T> implements ResultFuture<T> {
    private static final long PATIENCE_SECONDS = 20;

    private final CompletableFuture<List<T>> result = new CompletableFuture<>();

    @Override
    public void complete(Collection<T> values) {
        result.complete(List.copyOf(values));
    }

    @Override
    public void completeExceptionally(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void complete(CollectionSupplier<T> supplier) {
        try {
            complete(supplier.get());
        } catch (Exception e) {
            completeExceptionally(e);
        }
    }

    boolean isDone() {
        return result.isDone();
    }

    /** The values, awaited. */
    List<T> values() throws InterruptedException, ExecutionException, TimeoutException {
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The one value, awaited. */
    T value() throws InterruptedException, ExecutionException, TimeoutException {
        List<T> values = values();
        if (values.size() != 1) {
            throw new AssertionError("expected one value: " + values);
        }
        return values.get(0);
    }

    /** Why it failed, awaited. */
    Throwable failure() throws InterruptedException, TimeoutException {
        try {
            throw new AssertionError("expected a failure, found " + values());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
