package io.fastmemory.evaluation.chaos;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * When the clients of a run fail with an error nobody foresaw: each time the job fails and starts again.
 *
 * <p>Found by the run's id, since the steps of a local run share this JVM and get their backends serialised.
 */
final class JobFailures implements AutoCloseable {
    private static final Map<String, JobFailures> BY_RUN = new ConcurrentHashMap<>();

    /** What is thrown. */
    static final class Induced extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Induced(long call) {
            super("induced failure at call " + call + " of the run's clients");
        }
    }

    private final String runId;
    private final Clock clock;
    /** Numbers of the calls at which one strikes, in order. */
    private final long[] strikes;

    // guarded by this
    private long calls;
    private boolean due;
    private @Nullable Instant struck;
    private final List<Outage> outages = new ArrayList<>();
    private int count;

    /**
     * Failures of a run that is about to start.
     *
     * @param count how many
     * @param calls before which they strike, evenly drawn
     */
    JobFailures(String runId, int count, int calls, long seed, Clock clock) {
        this.runId = runId;
        this.clock = clock;
        Random random = new Random(seed);
        this.strikes =
                random.longs(count, Math.min(10, calls), calls + 1L).sorted().toArray();
        if (BY_RUN.putIfAbsent(runId, this) != null) {
            throw new IllegalStateException("expected a run id of its own: " + runId);
        }
    }

    /** Those of a run, as long as it lasts. */
    static JobFailures of(String runId) {
        JobFailures failures = BY_RUN.get(runId);
        if (failures == null) {
            throw new IllegalStateException("expected a run that goes on, found an ended one: " + runId);
        }
        return failures;
    }

    /** Notes that a client was opened: an attempt of the job has started. */
    synchronized void opened() {
        if (struck != null) {
            outages.add(new Outage(struck, clock.instant()));
            struck = null;
        }
    }

    /** Lets the next call fail, besides those that do so by their number. */
    synchronized void strike() {
        due = true;
    }

    /** Throws when a failure is due; one attempt of the job meets one at most. */
    synchronized void beforeCall() {
        calls++;
        if (struck == null && (due || (count < strikes.length && calls >= strikes[count]))) {
            due = false;
            struck = clock.instant();
            count++;
            throw new Induced(calls);
        }
    }

    /** How many have struck. */
    synchronized int count() {
        return count;
    }

    /** From when to when there was no attempt of the job. */
    synchronized List<Outage> outages() {
        return List.copyOf(outages);
    }

    @Override
    public void close() {
        BY_RUN.remove(runId);
    }

    @Override
    public String toString() {
        return "JobFailures" + Arrays.toString(strikes);
    }
}
