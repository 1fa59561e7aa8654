package io.fastmemory.job.step;

import io.fastmemory.job.reader.ReaderOutcome;
import java.time.Instant;

/**
 * A query with its logged answer.
 *
 * @param readerHits how many of the hits the reader saw
 * @param answeredAt first commit of the answer; the epoch before it is logged
 */
public record AnsweredQuery(RetrievedQuery retrieved, int readerHits, ReaderOutcome outcome, Instant answeredAt) {
    /** The same as the log holds it. */
    AnsweredQuery loggedAt(Instant committedAt) {
        return new AnsweredQuery(retrieved, readerHits, outcome, committedAt);
    }
}
