package io.fastmemory.datagen;

/** A moment at which many events of one entity arrive within {@link #MILLIS}. */
record Burst(EntityWorld entity, long offsetMs) {
    static final int MILLIS = 250;
}
