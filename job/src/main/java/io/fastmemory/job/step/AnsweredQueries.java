package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.AnswerLog;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells when a query has its answer, whichever process of the job gave it: by looking into the answer log, first soon, then
 * more rarely. A query that was answered before a failure is answered still.
 */
final class AnsweredQueries implements AutoCloseable {
    private static final long FIRST_LOOK_MILLIS = 2;
    private static final long RAREST_LOOK_MILLIS = 50;

    private final String runId;
    private final SqliteFile file;
    private final AnswerLog log;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "answered-queries");
        thread.setDaemon(true);
        return thread;
    });

    AnsweredQueries(String runId, Backends backends) {
        this.runId = runId;
        this.file = backends.openStore();
        this.log = new AnswerLog(file);
    }

    /** Completes when the query has an answer in the log, be it that there is none. */
    CompletableFuture<Void> await(String queryId) {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        look(queryId, FIRST_LOOK_MILLIS, answered);
        return answered;
    }

    private void look(String queryId, long waitMillis, CompletableFuture<Void> answered) {
        log.isAnswered(runId, queryId).whenComplete((is, failure) -> {
            if (scheduler.isShutdown()) {
                return; // nobody waits any more
            }
            if (failure != null) {
                answered.completeExceptionally(failure);
            } else if (is) {
                answered.complete(null);
            } else {
                var unused = scheduler.schedule(
                        () -> look(queryId, Math.min(2 * waitMillis, RAREST_LOOK_MILLIS), answered),
                        waitMillis,
                        TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        file.close();
    }
}
