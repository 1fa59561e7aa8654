package io.fastmemory.model.scoring;

import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the events and memories behind a query. While a run goes on the knowledge is partial: a stamp that has not come yet
 * is {@code null}. After a run it is complete.
 */
public interface EvidenceLife {
    /** What is known of an event; {@link EventLife#UNKNOWN} if nothing. */
    EventLife event(String eventId);

    /** What is known of a memory; {@link MemoryLife#UNKNOWN} if nothing. */
    MemoryLife memory(String memoryId);

    /**
     * The way of one event.
     *
     * @param arrivalAt intended arrival
     * @param rawCommittedAt when the raw store held it
     * @param calledAt when the call that decided it was made
     * @param decidedAt when the decision was logged
     * @param parked whether the call failed and the event was parked
     * @param ignored whether an {@code ignore_event} named it
     * @param rejected the actions of its call that were rejected
     * @param memories the memories that have a version with this event among its sources
     */
    record EventLife(
            @Nullable Instant arrivalAt,
            @Nullable Instant rawCommittedAt,
            @Nullable Instant calledAt,
            @Nullable Instant decidedAt,
            boolean parked,
            boolean ignored,
            List<MemoryAction> rejected,
            List<MemoryLife> memories) {
        /** An event of which nothing is known. */
        public static final EventLife UNKNOWN =
                new EventLife(null, null, null, null, false, false, List.of(), List.of());

        public EventLife {
            rejected = List.copyOf(rejected);
            memories = List.copyOf(memories);
        }

        /** The way of an event whose outcome is recorded. */
        public static EventLife of(
                EventLine event, boolean ignored, List<MemoryAction> rejected, List<MemoryLife> memories) {
            return new EventLife(
                    event.arrivalAt(),
                    event.rawCommittedAt(),
                    event.calledAt(),
                    event.decidedAt(),
                    event.outcome().equals("parked"),
                    ignored,
                    rejected,
                    memories);
        }
    }

    /**
     * The life of one memory.
     *
     * @param versions its versions, oldest first
     * @param index what was asked of the index for it, oldest first
     */
    record MemoryLife(List<MemoryVersion> versions, List<IndexStep> index) {
        /** A memory of which nothing is known. */
        public static final MemoryLife UNKNOWN = new MemoryLife(List.of(), List.of());

        public MemoryLife {
            versions = List.copyOf(versions);
            index = List.copyOf(index);
        }
    }

    /**
     * One operation on the index.
     *
     * @param version the memory's version
     * @param upsert false for a delete
     * @param delayed whether the policy asked for {@code delay_index}
     * @param requestedAt when the decision that asked for it was logged
     * @param submittedAt when it was handed to the index writer
     * @param visibleAt when a reader first saw its effect
     */
    record IndexStep(
            int version,
            boolean upsert,
            boolean delayed,
            Instant requestedAt,
            @Nullable Instant submittedAt,
            @Nullable Instant visibleAt) {
        /** The operation of a rollout line. */
        public static IndexStep of(IndexLine line) {
            return new IndexStep(
                    line.version(),
                    line.operation().equals("upsert"),
                    line.action().equals("delay_index"),
                    line.requestedAt(),
                    line.submittedAt(),
                    line.visibleAt());
        }
    }
}
