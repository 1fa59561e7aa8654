package io.fastmemory.connectors.sqlite;

import io.fastmemory.model.MemoryVersion;
import java.time.Instant;

/**
 * A row of the memory store.
 *
 * @param memoryId in the row's key
 * @param version in the row's key
 * @param memory what the row holds
 * @param committedAt when the row was first committed
 */
public record StoredVersion(String memoryId, int version, MemoryVersion memory, Instant committedAt) {}
