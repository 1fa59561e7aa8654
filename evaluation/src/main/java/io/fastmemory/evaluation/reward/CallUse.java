package io.fastmemory.evaluation.reward;

/**
 * What one policy call used.
 *
 * @param tokensAdded tokens of active memory it added less those it freed; may be negative
 * @param indexOperations accepted {@code index_now} and {@code delay_index}
 * @param rejected actions rejected
 */
public record CallUse(long tokensAdded, long indexOperations, long rejected) {
    /** A call that used nothing. */
    public static final CallUse NONE = new CallUse(0, 0, 0);
}
