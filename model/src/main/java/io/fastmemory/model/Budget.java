package io.fastmemory.model;

/**
 * One budget of an entity at the time of a call.
 *
 * @param limit what may be used
 * @param used what is used
 * @param left what is left, never negative
 */
public record Budget(long limit, long used, long left) {
    /** A budget with {@code used} of {@code limit} gone. */
    public static Budget of(long limit, long used) {
        return new Budget(limit, used, Math.max(0, limit - used));
    }
}
