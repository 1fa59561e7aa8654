package io.fastmemory.model.rollout;

import java.util.List;

/** What one entity's memory is at the end of a run, seen from one place; the places must agree. */
public sealed interface DigestLine extends RolloutLine {
    /** The entity. */
    String entityId();

    /** A version of a memory. */
    record MemoryRef(String memoryId, int version) {}

    /**
     * The authority: keyed state.
     *
     * @param active active memories, by id
     * @param indexed versions the policy asked the index to hold, by id
     * @param tokens tokens of active memory
     * @param calls policy calls made
     * @param pending events neither decided nor parked, 0 at the end of input
     * @param streamMs stream time of the digest; memories that expired by then are not active
     */
    record State(
            String entityId,
            List<MemoryRef> active,
            List<MemoryRef> indexed,
            long tokens,
            long calls,
            long pending,
            long streamMs)
            implements DigestLine {}

    /** The memory store: the latest versions that are active, by id. */
    record Store(String entityId, List<MemoryRef> active) implements DigestLine {}

    /** The vector index: what a reader sees, by id. */
    record Index(String entityId, List<MemoryRef> indexed) implements DigestLine {}
}
