package io.fastmemory.model;

/** Who may read a memory made of an event: its session, its entity, or everyone when retrieval includes it. */
public enum Scope {
    USER,
    SESSION,
    GLOBAL
}
