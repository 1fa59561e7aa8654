package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Rollouts;
import org.jspecify.annotations.Nullable;

/** What is to be known of the times of a run before they are read. */
public final class TimeNote {
    private static final String SETTLED =
            "SETTLED: each query waited for all that came before it, so that times, ready lag"
                    + " and success by age of the evidence say nothing.";
    private static final String THROUGHPUT_ONLY =
            "THROUGHPUT ONLY: the input came as fast as possible, so that times tell how"
                    + " long it queued, not how long a user waits.";

    private TimeNote() {}

    /** The note of a run, or {@code null} if its times mean what they say. */
    static @Nullable String of(EvalSummary run) {
        return of(run.config().queries(), run.config().speed() == 0);
    }

    /**
     * The note of runs by how they were made.
     *
     * @param queries when queries were served, {@code arrival} or {@code settled}
     * @param fullSpeed whether the input came as fast as possible
     */
    public static @Nullable String of(String queries, boolean fullSpeed) {
        return queries.equals(Rollouts.SETTLED) ? SETTLED : fullSpeed ? THROUGHPUT_ONLY : null;
    }
}
