package io.fastmemory.model.rollout;

import java.time.Instant;

/**
 * The end of a run.
 *
 * @param endedAt when the job had finished
 * @param restarts how often the job was restarted after a failure
 * @param storeBytes size of the stores on disk
 */
public record EndLine(String runId, Instant endedAt, long restarts, long storeBytes) implements RolloutLine {}
