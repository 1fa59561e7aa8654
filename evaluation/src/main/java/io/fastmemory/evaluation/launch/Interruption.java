package io.fastmemory.evaluation.launch;

import io.fastmemory.evaluation.report.TerminalText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.jspecify.annotations.Nullable;

/**
 * What happens when the process is told to end while a job runs (Ctrl-C): the job is cancelled, and what its sinks have
 * finished by then is reported. A job that watches its input, and so has no other end, is drained instead: it decides what
 * has arrived, leaves a savepoint, and its run is as whole as any. The process ends with the signal's own exit code, 130 for Ctrl-C.
 */
final class Interruption implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration DRAIN_PATIENCE = Duration.ofMinutes(10);

    private final JobClient job;
    private final PrintWriter out;
    private final LocalRun.Report report;
    private final Thread hook = new Thread(this::endEarly, "interruption");
    private final @Nullable Path savepoints;
    private final CompletableFuture<Void> recorded = new CompletableFuture<>();
    private volatile boolean begun;

    /**
     * Waits for the process to be told to end.
     *
     * @param savepoints where a job without an end of its own leaves its last state when it is stopped, or {@code null} for
     *     one that is cancelled, as it has an end that it did not reach
     */
    Interruption(JobClient job, PrintWriter out, LocalRun.Report report, @Nullable Path savepoints) {
        this.job = job;
        this.out = out;
        this.report = report;
        this.savepoints = savepoints;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void endEarly() {
        begun = true;
        try {
            if (savepoints == null) {
                cancel();
            } else {
                drain(savepoints);
            }
            report.print();
        } catch (TimeoutException slow) {
            out.println("interrupted: the job took too long to end; what it had written: fmw evaluate RUN_DIR");
            out.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) { // whatever it is, the process ends now; say why there is no table
            out.println(
                    "interrupted: there is nothing to report: " + TerminalText.lines(String.valueOf(e.getMessage())));
            out.flush();
        }
    }

    private void cancel() throws Exception {
        tell("interrupted: cancelling the job; what follows covers what was written up to its last checkpoint");
        job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        awaitEnd();
    }

    private void drain(Path folder) throws Exception {
        tell("stopping: what has arrived is decided first");
        job.stopWithSavepoint(true, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                .get(DRAIN_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        awaitEnd();
        recorded.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void tell(String message) {
        out.println();
        out.println(message);
        out.flush();
    }

    /** The sinks finish what the last checkpoint covers before the job counts as ended. */
    private void awaitEnd() throws InterruptedException, TimeoutException {
        try {
            job.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException cancelled) {
            return; // as asked
        }
    }

    /** Waits for the job's end; if the process is told to end before, does not return. */
    void await() {
        try {
            job.getJobExecutionResult().join();
        } catch (CompletionException e) {
            while (begun) { // the hook has the last word
                join();
            }
            throw e;
        }
    }

    private void join() {
        try {
            hook.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on the process ends as any other. */
    @Override
    public void close() {
        recorded.complete(null);
        if (begun) { // the hook has the last word
            join();
        } else {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                join();
            }
        }
    }
}
