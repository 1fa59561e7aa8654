package io.fastmemory.connectors.sqlite;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When an index operation first succeeded, to the microsecond.
 *
 * @param acknowledgedAt when the index first acknowledged it, or {@code null} if it never did
 * @param visibleAt when a reader first saw it, or {@code null} if none did
 */
public record IndexTimes(
        @Nullable Instant acknowledgedAt, @Nullable Instant visibleAt) {}
