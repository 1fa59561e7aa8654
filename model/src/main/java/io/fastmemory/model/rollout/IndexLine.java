package io.fastmemory.model.rollout;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One operation on the vector index.
 *
 * @param callSeq the call that asked for it
 * @param operation {@code upsert} or {@code delete}
 * @param action what the policy asked: {@code index_now}, {@code delay_index}, or why a vector left: {@code stale},
 *     {@code compressed}, {@code expired}
 * @param dueStreamMs stream time at which it was due
 * @param atEnd whether its timer fired only because the input ended
 * @param requestedAt when the decision that asked for it was logged
 * @param submittedAt when it was handed to the index writer, or taken back before that
 * @param acknowledgedAt when the index acknowledged it, or {@code null} if it failed or was superseded
 * @param visibleAt when a reader first saw it (for a delete: no longer saw the vector), {@code null} if not within the
 *     limit
 * @param superseded whether a newer operation on the same memory took its place before it was sent, or the memory was to
 *     expire before it was due
 * @param error why it failed, or {@code null}
 */
public record IndexLine(
        String memoryId,
        int version,
        String entityId,
        long callSeq,
        String operation,
        String action,
        long dueStreamMs,
        boolean atEnd,
        Instant requestedAt,
        Instant submittedAt,
        @Nullable Instant acknowledgedAt,
        @Nullable Instant visibleAt,
        boolean superseded,
        @Nullable String error)
        implements RolloutLine {}
