package io.fastmemory.connectors.sqlite;

/** Names one version of a memory without its content. */
public record MemoryRef(String entityId, String memoryId, int version) {}
