package io.fastmemory.connectors.sqlite;

import java.time.Instant;

/**
 * What a store file knows of a run.
 *
 * @param startedAt the run start: intended arrival of offset 0
 * @param datasetSha256 digest of the dataset it reads
 */
public record RunRow(String runId, Instant startedAt, String datasetSha256) {}
