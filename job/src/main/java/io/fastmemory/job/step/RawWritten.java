package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.RawReceipt;
import io.fastmemory.job.source.TimelineRecord;
import org.jspecify.annotations.Nullable;

/**
 * An event that is in the raw store, or a query that passed it.
 *
 * @param receipt whether the event is new, comes again from the same line, was delivered twice, or contradicts the first, and
 *     when it was stored; {@code null} for a query
 */
public record RawWritten(TimelineRecord arrived, @Nullable RawReceipt receipt) {}
