package io.fastmemory.model;

/** What the policy asked of the index for a memory's current version. */
public enum IndexState {
    NONE,
    SCHEDULED,
    REQUESTED
}
