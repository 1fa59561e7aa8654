package io.fastmemory.connectors.sqlite;

import java.util.concurrent.CompletableFuture;

/** Holds the writer inside a transaction of its own, so that what is queued meanwhile shares the next one. */
final class Gate {
    private Gate() {}

    /** Returns when the writer is held; it goes on when the future is completed. */
    static CompletableFuture<Void> close(SqliteFile file) {
        CompletableFuture<Void> entered = new CompletableFuture<>();
        CompletableFuture<Void> release = new CompletableFuture<>();
        // Ends the batch it is in, by its size.
        CompletableFuture<Boolean> held = file.write(Long.MAX_VALUE / 2, transaction -> {
            boolean first = entered.complete(null);
            release.join();
            return at -> first;
        });
        CompletableFuture.anyOf(entered, held).join(); // the latter only if it failed
        return release;
    }
}
