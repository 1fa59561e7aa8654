package io.fastmemory.connectors.index.local;

/**
 * What a local index server has done since it started.
 *
 * @param requests requests that arrived at the data plane
 * @param refused requests turned away for a missing or wrong key
 * @param faulted requests failed on purpose, on both planes
 * @param rejected requests that broke a rule or a limit
 * @param upsertedVectors vectors acknowledged by upserts
 * @param deletes acknowledged delete requests
 * @param queries answered searches
 */
public record LocalIndexCounters(
        long requests, long refused, long faulted, long rejected, long upsertedVectors, long deletes, long queries) {}
