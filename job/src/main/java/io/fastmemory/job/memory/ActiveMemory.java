package io.fastmemory.job.memory;

import io.fastmemory.model.IndexState;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.MemoryView;
import org.jspecify.annotations.Nullable;

/**
 * A memory in use: its latest version and what the policy asked of the index.
 *
 * @param indexedVersion newest version whose indexing is due or done, 0 if none
 * @param indexDueMs stream time at which the memory is to be indexed, or {@code null} if nothing is scheduled
 */
public record ActiveMemory(
        MemoryVersion latest, int indexedVersion, @Nullable Long indexDueMs) {

    /** The same memory with a schedule that has come due by {@code streamMs} counted as indexed. */
    ActiveMemory settledAt(long streamMs) {
        Long due = indexDueMs;
        return due != null && due <= streamMs ? new ActiveMemory(latest, latest.version(), null) : this;
    }

    /** Whether the memory has stopped being active by {@code streamMs}. */
    boolean expiredAt(long streamMs) {
        Long expires = latest.expiresStreamMs();
        return expires != null && expires <= streamMs;
    }

    /** Whether the index may hold a vector of it, now or later. */
    boolean mayBeIndexed() {
        return indexedVersion > 0 || indexDueMs != null;
    }

    /** The memory as the policy sees it at {@code streamMs}. */
    public MemoryView viewAt(long streamMs) {
        ActiveMemory settled = settledAt(streamMs);
        Long due = settled.indexDueMs;
        IndexState state = due != null
                ? IndexState.SCHEDULED
                : settled.indexedVersion == latest.version() ? IndexState.REQUESTED : IndexState.NONE;
        return new MemoryView(
                latest.memoryId(),
                latest.content(),
                latest.facts(),
                latest.layer(),
                latest.tokens(),
                Math.max(0, streamMs - latest.updatedStreamMs()),
                state,
                due == null ? null : due - streamMs,
                latest.sourceEventIds());
    }
}
