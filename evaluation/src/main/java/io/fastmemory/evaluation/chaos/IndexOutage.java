package io.fastmemory.evaluation.chaos;

import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.evaluation.launch.LocalRun;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the index of a run from the network once, while the whole job runs, lets the job fail in the middle of that, and
 * lets the index come back with what it holds.
 */
final class IndexOutage implements LocalRun.Watcher {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Questions to the model before that, so that there is something in the index. */
    private static final int QUESTIONS_BEFORE = 10;

    private final LocalIndexServer index;
    private final Duration length;
    private final WatchedModel model;
    private final JobFailures failures;
    private final Clock clock;
    private @Nullable Future<Outage> outage;

    /** @param length how long it is away */
    IndexOutage(LocalIndexServer index, Duration length, WatchedModel model, JobFailures failures, Clock clock) {
        this.index = index;
        this.length = length;
        this.model = model;
        this.failures = failures;
        this.clock = clock;
    }

    @Override
    public AutoCloseable watch(String webUi, String jobId) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        outage = thread.submit(() -> pass(new FlinkRest(webUi), jobId));
        return () -> {
            thread.shutdownNow();
            thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        };
    }

    private Outage pass(FlinkRest flink, String jobId) throws IOException, InterruptedException, TimeoutException {
        flink.await(
                "/jobs/" + jobId + "/checkpoints",
                PATIENCE,
                "a completed checkpoint",
                answer -> answer.at("/counts/completed").asLong() >= 1); // each step has opened its clients then
        model.awaitAsked(model.asked().size() + QUESTIONS_BEFORE, PATIENCE);
        Instant struck = clock.instant();
        index.stopListening();
        try {
            TimeUnit.MILLISECONDS.sleep(length.dividedBy(2).toMillis());
            failures.strike();
            TimeUnit.MILLISECONDS.sleep(length.dividedBy(2).toMillis());
            return new Outage(struck, clock.instant()); // before anything can be acknowledged again
        } finally {
            index.listenAgain();
        }
    }

    /**
     * From when to when the index was away, once the job has ended.
     *
     * @throws ExecutionException if it never was, or did not come back before the job's end
     */
    Outage passed() throws ExecutionException, InterruptedException {
        if (outage == null) {
            throw new IllegalStateException("expected a job to watch, found none");
        }
        return outage.get();
    }
}
