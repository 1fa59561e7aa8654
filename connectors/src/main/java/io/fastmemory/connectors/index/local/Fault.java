package io.fastmemory.connectors.index.local;

import java.util.Locale;

/** What a {@link LocalIndexServer} can do wrong on purpose. */
public enum Fault {
    /** UNAVAILABLE (HTTP 503), without effect. */
    UNAVAILABLE,
    /** RESOURCE_EXHAUSTED (HTTP 429), without effect. */
    RESOURCE_EXHAUSTED,
    /** No answer and no effect. */
    HANG,
    /** The request takes effect, its answer is lost: the client is told UNAVAILABLE (HTTP 503). */
    LOST_ANSWER,
    /** Only the first half of a batch takes effect, and the client is told UNAVAILABLE (HTTP 503). */
    PARTIAL,
    /** No answer, and the request takes effect later, when the client has long asked again; see {@link Faults#lateBy()}. */
    LATE_EFFECT;

    /** The name on the command line: {@code lost-answer}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
