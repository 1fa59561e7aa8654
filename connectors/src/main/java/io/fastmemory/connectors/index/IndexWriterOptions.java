package io.fastmemory.connectors.index;

import java.io.Serializable;
import java.time.Duration;

/**
 * How an {@link IndexWriter} batches and waits.
 *
 * @param maxBatch most memories in one embedding and one index request, from 1
 * @param maxBatchesInFlight most requests under way at once, from 1
 * @param linger how long the first change of a batch waits for company
 * @param minVisibilityBackoff wait after the first look that did not see a change; it doubles with each
 * @param maxVisibilityBackoff longest wait between two looks
 * @param visibilityTimeout how long after its acknowledgement a change is looked for
 * @param overtakenTimeout how long an acknowledged change is still looked for once a newer one of the same memory is
 *     acknowledged
 * @param writeTimeout how long a write is tried again while its failure may pass, from its first attempt
 * @param lateEffectTimeout how long after an unanswered attempt its effect may still come: so long the memory is looked
 *     at, its receipt is held back, and its newest change is written again if an older one shows up
 * @param followsAnother whether another writer of the same index may have left unanswered writes, as before a restart
 * @param rememberedMemories so many memories' newest changes are remembered to recognise an older one that comes late
 */
public record IndexWriterOptions(
        int maxBatch,
        int maxBatchesInFlight,
        Duration linger,
        Duration minVisibilityBackoff,
        Duration maxVisibilityBackoff,
        Duration visibilityTimeout,
        Duration overtakenTimeout,
        Duration writeTimeout,
        Duration lateEffectTimeout,
        boolean followsAnother,
        int rememberedMemories)
        implements Serializable {
    /**
     * 100 a batch, 2 ms of linger, looks from 5 ms to 1 s apart for up to a minute, writes tried for ten minutes and watched
     * for late effects for half a minute.
     */
    public static final IndexWriterOptions DEFAULTS = new IndexWriterOptions(
            100,
            4,
            Duration.ofMillis(2),
            Duration.ofMillis(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            false,
            100_000);

    public IndexWriterOptions {
        if (maxBatch < 1 || maxBatchesInFlight < 1) {
            throw new IllegalArgumentException(
                    "maxBatch and maxBatchesInFlight must be at least 1: " + maxBatch + ", " + maxBatchesInFlight);
        }
    }

    /** The same with another batch size and linger. */
    public IndexWriterOptions withBatches(int newMaxBatch, int newMaxBatchesInFlight, Duration newLinger) {
        return new IndexWriterOptions(
                newMaxBatch,
                newMaxBatchesInFlight,
                newLinger,
                minVisibilityBackoff,
                maxVisibilityBackoff,
                visibilityTimeout,
                overtakenTimeout,
                writeTimeout,
                lateEffectTimeout,
                followsAnother,
                rememberedMemories);
    }

    /** The same with other patience for visibility. */
    public IndexWriterOptions withVisibilityTimeouts(Duration newVisibilityTimeout, Duration newOvertakenTimeout) {
        return new IndexWriterOptions(
                maxBatch,
                maxBatchesInFlight,
                linger,
                minVisibilityBackoff,
                maxVisibilityBackoff,
                newVisibilityTimeout,
                newOvertakenTimeout,
                writeTimeout,
                lateEffectTimeout,
                followsAnother,
                rememberedMemories);
    }

    /** The same with other patience for writes that fail and for effects that come late. */
    public IndexWriterOptions withWriteTimeouts(Duration newWriteTimeout, Duration newLateEffectTimeout) {
        return new IndexWriterOptions(
                maxBatch,
                maxBatchesInFlight,
                linger,
                minVisibilityBackoff,
                maxVisibilityBackoff,
                visibilityTimeout,
                overtakenTimeout,
                newWriteTimeout,
                newLateEffectTimeout,
                followsAnother,
                rememberedMemories);
    }

    /** The same for a writer that may follow another one of the same index. */
    public IndexWriterOptions followingAnother(boolean follows) {
        return new IndexWriterOptions(
                maxBatch,
                maxBatchesInFlight,
                linger,
                minVisibilityBackoff,
                maxVisibilityBackoff,
                visibilityTimeout,
                overtakenTimeout,
                writeTimeout,
                lateEffectTimeout,
                follows,
                rememberedMemories);
    }
}
