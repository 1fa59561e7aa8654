package io.fastmemory.job.step;

import java.io.Serializable;

/**
 * How much may wait in one subtask before it stops taking in more.
 *
 * @param maxWaiting events queued or in flight, of each entity's queue its share at most
 * @param entityShare queued events of one entity that count towards that, from the most a call takes
 * @param maxExcess queued events beyond their entities' shares, from 1
 * @param maxCharacters of the events queued or in flight, however few they are; from 1
 */
public record QueueBounds(long maxWaiting, long entityShare, long maxExcess, long maxCharacters)
        implements Serializable {
    private static final int ENTITIES = 16;
    private static final int TIMES_MORE = 4;

    /** Only so many busy entities together reach the bound that all have in common. */
    public static long usualShare(long maxWaiting) {
        return Math.max(1, maxWaiting / ENTITIES);
    }

    /** So much more may wait of busy entities. */
    public static long usualExcess(long maxWaiting) {
        return Math.min(maxWaiting, Long.MAX_VALUE / TIMES_MORE) * TIMES_MORE;
    }

    /** One bound for all, however much of it an entity takes. */
    public static QueueBounds withoutShares(long maxWaiting, long maxCharacters) {
        return new QueueBounds(maxWaiting, Long.MAX_VALUE, Long.MAX_VALUE, maxCharacters);
    }
}
