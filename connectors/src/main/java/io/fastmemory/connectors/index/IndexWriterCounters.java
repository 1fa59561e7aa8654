package io.fastmemory.connectors.index;

/**
 * What an {@link IndexWriter} has done so far.
 *
 * @param pending changes whose receipt is still to come
 * @param requests upsert and delete requests sent
 * @param acknowledged changes the index acknowledged
 * @param superseded changes a newer one took the place of
 * @param retried changes that were tried again after a failure that may pass
 * @param rewritten changes written again because an older one, or nothing, showed up in their place
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
        long retried,
        long rewritten,
        long failed,
        long unseen,
        long looks,
        long failedLooks) {}
