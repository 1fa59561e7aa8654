package io.fastmemory.job.memory;

import io.fastmemory.model.ActionResult;
import java.util.List;

/**
 * The small counts of one entity that outlive a decision.
 *
 * @param calls decisions applied; the next call has this sequence number plus one
 * @param tokens tokens of active memory
 * @param indexWindow number of the stream-time minute that {@code indexOperations} counts in
 * @param indexOperations index operations charged in that minute
 * @param lastResults results of the last decision
 */
public record Ledger(long calls, long tokens, long indexWindow, int indexOperations, List<ActionResult> lastResults) {
    /** The ledger of an entity nothing was decided for. */
    public static final Ledger EMPTY = new Ledger(0, 0, 0, 0, List.of());

    /** Length of the tumbling window of the indexing budget, in stream time. */
    public static final long INDEX_WINDOW_MS = 60_000;

    public Ledger {
        lastResults = lastResults == null ? List.of() : List.copyOf(lastResults);
    }

    /** Index operations already charged in the minute that holds {@code streamMs}. */
    public int indexOperationsAt(long streamMs) {
        return Math.floorDiv(streamMs, INDEX_WINDOW_MS) == indexWindow ? indexOperations : 0;
    }
}
