package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.RawReceipt;
import io.fastmemory.job.memory.ArrivedEvent;

/**
 * An event that is in the raw store, and how it got there.
 *
 * @param outcome whether it is new, comes again from the same line, was delivered twice, or contradicts the first
 */
public record RawWritten(RawReceipt.Outcome outcome, String file, long line, ArrivedEvent arrived) {}
