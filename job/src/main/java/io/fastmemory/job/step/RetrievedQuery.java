package io.fastmemory.job.step;

import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query with what the index found.
 *
 * @param position where it was read
 * @param retrievedAt when the index answered, or {@code null} if it did not
 * @param failure why retrieval failed, or {@code null}
 */
public record RetrievedQuery(
        Query query,
        String position,
        Instant arrivalAt,
        @Nullable Instant retrievedAt,
        List<Hit> hits,
        @Nullable String failure) {
    public RetrievedQuery {
        hits = List.copyOf(hits);
    }
}
