package io.fastmemory.evaluation.metric;

import io.fastmemory.model.Urgency;
import java.util.Locale;

/** A part of a run that is measured on its own, by the name it has in {@code metrics.csv}. */
record Slice(String name) implements Comparable<Slice> {
    static final Slice ALL = new Slice("all");
    static final Slice ANSWERABLE = new Slice("answerable");
    static final Slice ABSTAIN = new Slice("abstain");

    static Slice of(Urgency urgency) {
        return new Slice("urgency=" + urgency.name().toLowerCase(Locale.ROOT));
    }

    static Slice ofCategory(String category) {
        return new Slice("query_category=" + category);
    }

    /** The whole run first, then its kinds of queries, then the rest by name. */
    @Override
    public int compareTo(Slice other) {
        int byRank = Integer.compare(rank(), other.rank());
        return byRank != 0 ? byRank : name.compareTo(other.name);
    }

    private int rank() {
        return equals(ALL) ? 0 : equals(ANSWERABLE) ? 1 : equals(ABSTAIN) ? 2 : 3;
    }
}
