package io.fastmemory.model;

import java.util.List;

/**
 * The label of one query; only scoring and the oracle read it.
 *
 * @param category of the query, a word of the dataset's own
 * @param required what each ask must be answered with
 * @param forbidden values that were told before, are not true at the time, and must not be given
 * @param abstain whether the right answer is to abstain
 */
public record GoldQuery(
        String queryId, String category, List<Required> required, List<Forbidden> forbidden, boolean abstain) {
    public GoldQuery {
        required = List.copyOf(required);
        forbidden = List.copyOf(forbidden);
    }

    /**
     * A fact an ask must be answered with.
     *
     * @param evidence events any one of which supports the fact, never empty
     */
    public record Required(String askId, Fact fact, List<String> evidence) {
        public Required {
            evidence = List.copyOf(evidence);
        }
    }

    /** A fact an ask must not be answered with. */
    public record Forbidden(String askId, Fact fact) {}
}
