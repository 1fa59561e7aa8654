package io.fastmemory.job.policy;

import io.fastmemory.job.memory.Decision;

/**
 * A logged decision on its way back to the state.
 *
 * @param generation which attempt of the task asked for it
 */
public record PolicyDecision(String generation, Decision decision) {}
