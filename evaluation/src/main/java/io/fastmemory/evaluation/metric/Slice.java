package io.fastmemory.evaluation.metric;

import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Layer;
import io.fastmemory.model.Urgency;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A part of a run that is measured on its own, by the name it has in {@code metrics.csv}.
 *
 * @param order place among the slices of its dimension, before the name decides
 */
record Slice(String name, int order) implements Comparable<Slice> {
    static final Slice ALL = new Slice("all", 0);
    static final Slice ANSWERABLE = new Slice("answerable", 0);
    static final Slice ABSTAIN = new Slice("abstain", 0);

    static Slice of(Urgency urgency) {
        return new Slice("urgency=" + word(urgency), 0);
    }

    static Slice ofCategory(String category) {
        return new Slice("query_category=" + category, 0);
    }

    static Slice of(EventCategory category) {
        return new Slice("event_category=" + word(category), 0);
    }

    /** Memories of a layer, or queries whose evidence was shown to the reader by such a memory; {@code null} for none. */
    static Slice of(@Nullable Layer layer) {
        return new Slice("layer=" + (layer == null ? "none" : word(layer)), layer == null ? -1 : layer.ordinal());
    }

    /** Queries whose evidence is of the age of a bin of {@link EvidenceAge}, or not arrived for a negative one. */
    static Slice ofEvidenceAge(int bin) {
        if (bin < 0) {
            return new Slice("evidence_age=not_arrived", bin);
        }
        Long to = EvidenceAge.toMs(bin);
        return new Slice("evidence_age=" + EvidenceAge.fromMs(bin) + ".." + (to == null ? "" : to) + "ms", bin);
    }

    /** The whole run first, then its kinds of queries, then the rest by name. */
    @Override
    public int compareTo(Slice other) {
        int byRank = Integer.compare(rank(), other.rank());
        int byDimension = dimension().compareTo(other.dimension());
        int byOrder = Integer.compare(order, other.order);
        return byRank != 0
                ? byRank
                : byDimension != 0 ? byDimension : byOrder != 0 ? byOrder : name.compareTo(other.name);
    }

    private int rank() {
        return equals(ALL) ? 0 : equals(ANSWERABLE) ? 1 : equals(ABSTAIN) ? 2 : 3;
    }

    private String dimension() {
        return name.substring(0, Math.max(0, name.indexOf('=')));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
