package io.fastmemory.model.rollout;

import io.fastmemory.model.MemoryVersion;
import java.time.Instant;

/**
 * One memory version.
 *
 * @param committedAt first commit of the memory store's transaction holding it
 */
public record VersionLine(MemoryVersion memory, Instant committedAt) implements RolloutLine {}
