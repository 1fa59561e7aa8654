package io.fastmemory.connectors.sqlite;

import java.time.Instant;

/**
 * What became of an event handed to the raw store.
 *
 * @param committedAt when the row of this event id was first committed
 */
public record RawReceipt(Outcome outcome, Instant committedAt) {
    /** How an arrival relates to what was stored under its id. */
    public enum Outcome {
        /** First of its id: stored. */
        NEW,
        /** The stored one read again after a failure: it flows on. */
        REPLAY,
        /** The same content from another position: to be dropped and counted. */
        REDELIVERY,
        /** Other content under the same id: a dead letter; the stored row is untouched. */
        CONFLICT
    }
}
