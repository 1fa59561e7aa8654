package io.fastmemory.model;

/** What an event is worth, as its gold label says. */
public enum EventCategory {
    USEFUL_FACT,
    NOISE,
    DUPLICATE,
    CONTRADICTION,
    STALE_UPDATE,
    URGENT_FACT,
    EVIDENCE_PART
}
