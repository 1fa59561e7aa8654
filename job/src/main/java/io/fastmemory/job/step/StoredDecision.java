package io.fastmemory.job.step;

import io.fastmemory.job.memory.AppliedDecision;
import java.time.Instant;
import java.util.List;

/**
 * A decision whose memory versions are in the memory store.
 *
 * @param committedAt first commit of each version, in the order of the versions
 */
public record StoredDecision(AppliedDecision applied, List<Instant> committedAt) {
    public StoredDecision {
        committedAt = List.copyOf(committedAt);
    }
}
