package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.GoldFacts.GoldFact;
import io.fastmemory.model.rollout.QueryLine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ages of evidence in bins whose bounds grow by 2, 2.5 and 2 in turn: 10 ms, 20 ms, 50 ms, 100 ms … 1,000 s.
 *
 * <p>The age of a query's evidence is that of the newest of its required facts: from the intended arrival of the first
 * event that says so to the intended arrival of the query, wall clock.
 */
final class EvidenceAge {
    private static final long[] BOUNDS_MS = {
        0, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000
    };

    private EvidenceAge() {}

    /** The number of bins. */
    static int bins() {
        return BOUNDS_MS.length;
    }

    /** Where a bin begins. */
    static long fromMs(int bin) {
        return BOUNDS_MS[bin];
    }

    /** Where a bin ends, itself not in it, or {@code null} for the last one. */
    static @Nullable Long toMs(int bin) {
        return bin + 1 < BOUNDS_MS.length ? BOUNDS_MS[bin + 1] : null;
    }

    /** The bin of a query, or -1 where a required fact had not arrived before it. */
    static int binOf(QueryLine query, List<GoldFact> required) {
        Instant newest = null;
        for (GoldFact fact : required) {
            if (fact.startAt == null || fact.startAt.isAfter(query.arrivalAt())) {
                return -1;
            }
            newest = newest == null || fact.startAt.isAfter(newest) ? fact.startAt : newest;
        }
        if (newest == null) {
            return -1;
        }
        long age = Duration.between(newest, query.arrivalAt()).toMillis();
        int bin = BOUNDS_MS.length - 1;
        while (BOUNDS_MS[bin] > age) {
            bin--;
        }
        return bin;
    }
}
