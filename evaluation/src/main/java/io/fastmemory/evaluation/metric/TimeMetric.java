package io.fastmemory.evaluation.metric;

import java.util.Locale;

/**
 * The times a run is measured by, in the order of the reports: six from the intended arrival of the event, and two ages.
 */
public enum TimeMetric {
    /** To the commit of the raw store's transaction holding it; all events. */
    TIME_TO_RAW_WRITE,
    /** To the commit of the first memory version with the event among its sources; events that became sources. */
    TIME_TO_MEMORY_WRITE,
    /**
     * To that memory, in this or a later version, being visible in the index; events that became sources and whose
     * memory was asked to be indexed since. Never visible is censored at the end of the run.
     */
    TIME_TO_INDEXED_MEMORY,
    /** To a query that first retrieved a memory resting on the gold fact's evidence; gold facts. */
    TIME_TO_RETRIEVED_MEMORY,
    /** To the first successful answer, citing it, of a query that required the gold fact; gold facts. */
    TIME_TO_USEFUL_MEMORY,
    /** To a version that rests on the gold fact's evidence and asserts it being first visible; gold facts. */
    READY_LAG,
    /** Age of the newest thing a reader can find about an entity, at each arrival of a query about it. */
    AGE_OF_INFORMATION,
    /** The same at every moment; entities are counted, and those of which nothing ever became visible are the censored. */
    AGE_OF_INFORMATION_OVER_TIME;

    /** The metric's name in files. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
