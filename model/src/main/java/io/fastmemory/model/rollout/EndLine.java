package io.fastmemory.model.rollout;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The end of a run.
 *
 * @param endedAt when the job had finished
 * @param restarts how often the job was restarted after a failure, or {@code null} if nobody counted
 * @param storeBytes size of the stores on disk
 */
public record EndLine(
        String runId, Instant endedAt, @Nullable Long restarts, long storeBytes) implements RolloutLine {}
