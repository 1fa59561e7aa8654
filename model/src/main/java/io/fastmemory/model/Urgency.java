package io.fastmemory.model;

/** Whether the sender of an event expects it to matter within seconds. */
public enum Urgency {
    NORMAL,
    URGENT
}
