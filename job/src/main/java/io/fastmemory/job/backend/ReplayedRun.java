package io.fastmemory.job.backend;

import java.io.Serializable;

/**
 * Another run, whose logged decisions and answers are repeated.
 *
 * @param storePath its store file
 */
public record ReplayedRun(String storePath, String runId) implements Serializable {}
