package io.fastmemory.connectors.index;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of one change of the index.
 *
 * @param memoryId the memory
 * @param version version that was to be written, or up to which the memory was to be removed
 * @param operation what was asked for
 * @param acknowledgedAt when the index acknowledged it, or {@code null} if it never did
 * @param visibleAt when readers were first seen to get this or a newer version, or to miss a removed one;
 *     {@code null} if that was not seen in time
 * @param superseded whether a newer change of the same memory took its place before it was written or seen
 * @param error why it failed for good, or {@code null}
 */
public record IndexReceipt(
        String memoryId,
        int version,
        Operation operation,
        @Nullable Instant acknowledgedAt,
        @Nullable Instant visibleAt,
        boolean superseded,
        @Nullable String error) {
    /** What a change does. */
    public enum Operation {
        UPSERT,
        DELETE
    }
}
