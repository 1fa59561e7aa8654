package io.fastmemory.evaluation.launch;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.core.execution.JobClient;

/**
 * What happens when the process is told to end while a job runs (Ctrl-C): the job is cancelled, and what its sinks have
 * finished by then is reported. The process ends with the signal's own exit code, 130 for Ctrl-C.
 */
final class Interruption implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final JobClient job;
    private final PrintWriter out;
    private final LocalRun.Report report;
    private final Thread hook = new Thread(this::endEarly, "interruption");
    private volatile boolean begun;

    /** Waits for the process to be told to end. */
    Interruption(JobClient job, PrintWriter out, LocalRun.Report report) {
        this.job = job;
        this.out = out;
        this.report = report;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void endEarly() {
        begun = true;
        out.println();
        out.println("interrupted: cancelling the job; what follows covers what was written up to its last checkpoint");
        out.flush();
        try {
            job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            awaitEnd();
            report.print();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) { // whatever it is, the process ends now; say why there is no table
            out.println("interrupted: there is nothing to report: " + e.getMessage());
            out.flush();
        }
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
        if (!begun) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                join();
            }
        }
    }
}
