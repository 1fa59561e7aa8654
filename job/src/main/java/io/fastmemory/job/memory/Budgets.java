package io.fastmemory.job.memory;

import java.io.Serializable;

/**
 * The limits of every entity.
 *
 * @param storageTokens tokens of active memory
 * @param indexOperations index operations in a tumbling minute of stream time
 * @param latencyTargetMs wall time from arrival to indexed memory that a decision should keep
 * @param enforced whether actions beyond the first two are rejected; otherwise they are only reported
 */
public record Budgets(long storageTokens, int indexOperations, long latencyTargetMs, boolean enforced)
        implements Serializable {}
