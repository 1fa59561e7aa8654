package io.fastmemory.model;

/** Whether a memory is in use, or why it no longer is. */
public enum MemoryStatus {
    ACTIVE,
    STALE,
    COMPRESSED,
    EXPIRED
}
