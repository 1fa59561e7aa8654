package io.fastmemory.connectors.index;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting with a deadline. */
public final class Awaiting {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private Awaiting() {}

    /** The future's value. */
    public static <T> T value(CompletableFuture<T> future) {
        try {
            return future.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the future must be done within " + DEADLINE, e);
        } catch (ExecutionException e) {
            throw new AssertionError("the future must succeed", e.getCause());
        }
    }

    /** What the future failed with. */
    public static Throwable failure(CompletableFuture<?> future) {
        try {
            Object value = future.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            throw new AssertionError("the future must fail: " + value);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the future must be done within " + DEADLINE, e);
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /** Returns when the condition holds. */
    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("must come true within %s: %s", DEADLINE, what);
            }
            LockSupport.parkNanos(500_000);
        }
    }
}
