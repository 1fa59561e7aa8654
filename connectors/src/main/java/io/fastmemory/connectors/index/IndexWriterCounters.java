package io.fastmemory.connectors.index;

/**
 * What an {@link IndexWriter} has done so far.
 *
 * @param pending changes whose receipt is still to come
 * @param requests upsert and delete requests sent
 * @param acknowledged changes the index acknowledged
 * @param superseded changes a newer one took the place of
 * @param failed changes that failed for good
 * @param unseen acknowledged changes that were not seen in time
 * @param looks requests for visible versions
 * @param failedLooks of these, the ones without an answer
 */
public record IndexWriterCounters(
        long pending,
        long requests,
        long acknowledged,
        long superseded,
        long failed,
        long unseen,
        long looks,
        long failedLooks) {}
