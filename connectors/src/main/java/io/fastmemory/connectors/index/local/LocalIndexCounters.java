package io.fastmemory.connectors.index.local;

import java.util.Map;

/**
 * What a local index server has done since it started.
 *
 * @param requests requests that arrived at the data plane
 * @param refused requests turned away for a missing or wrong key
 * @param faults requests that met a fault on purpose, on both planes, by kind; every kind is there
 * @param rejected requests that broke a rule or a limit
 * @param upsertedVectors vectors written by upserts
 * @param deletes delete requests carried out
 * @param queries searches carried out
 */
public record LocalIndexCounters(
        long requests,
        long refused,
        Map<Fault, Long> faults,
        long rejected,
        long upsertedVectors,
        long deletes,
        long queries) {
    public LocalIndexCounters {
        faults = Map.copyOf(faults);
    }

    /** Requests that met any fault on purpose. */
    public long faulted() {
        return faults.values().stream().mapToLong(Long::longValue).sum();
    }
}
