package io.fastmemory.model;

/** How far a memory is from the events: a fact of one, an observation over several, or a consolidated model. */
public enum Layer {
    FACT,
    OBSERVATION,
    MODEL
}
