package io.fastmemory.job.memory;

/** How a call ended for its events. */
public enum DecisionOutcome {
    /** The policy's actions are carried out. */
    DECIDED,
    /** The policy failed; the events wait in {@code undecided} to be redriven. */
    PARKED,
    /** The policy failed; each event is kept verbatim, flagged as fallback. */
    FALLBACK_STORED
}
