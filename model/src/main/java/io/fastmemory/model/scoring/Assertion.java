package io.fastmemory.model.scoring;

import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.rollout.QueryLine;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** Whether a memory, as it stands, says what a gold label says. */
public final class Assertion {
    private Assertion() {}

    /**
     * Whether a memory asserts a required fact. One of these must hold:
     *
     * <ul>
     *   <li>one of its facts has an equivalent subject and an equivalent value (attribute names are free);
     *   <li>its content holds the value as a run of whole tokens, or as an equivalent date or quantity;
     *   <li>the fact is free text, without an attribute, and the content satisfies it as an answer would
     *       ({@link TextEquivalence});
     *   <li>it is the unchanged text of an event, and that event is evidence of the fact.
     * </ul>
     */
    public static boolean asserts(
            String content,
            List<Fact> facts,
            boolean verbatim,
            Collection<String> sourceEventIds,
            GoldQuery.Required required) {
        return (verbatim && !Collections.disjoint(sourceEventIds, required.evidence()))
                || wouldAssert(content, facts, required.fact());
    }

    /** Whether content and facts assert a required fact, whatever they rest on: all of {@link #asserts} but its last rule. */
    static boolean wouldAssert(String content, List<Fact> facts, Fact required) {
        return states(content, facts, required)
                || (required.attribute() == null && TextEquivalence.satisfied(required, content));
    }

    /** Whether a retrieved memory asserts a required fact. */
    public static boolean asserts(QueryLine.Hit hit, GoldQuery.Required required) {
        return asserts(hit.content(), hit.facts(), hit.verbatim(), hit.sourceEventIds(), required);
    }

    /** Whether a memory's facts or content state a gold fact; the first two rules of {@link #asserts}. */
    public static boolean states(String content, List<Fact> facts, Fact gold) {
        return facts.stream().anyMatch(fact -> isOf(fact, gold)) || holds(content, gold);
    }

    /** Whether a stated fact is the gold fact: of the same subject, with an equivalent value; attribute names are free. */
    public static boolean isOf(Fact stated, Fact gold) {
        return ValueEquivalence.sameSubject(gold.subject(), stated.subject())
                && ValueEquivalence.equivalent(gold, stated);
    }

    /** Whether a text holds the gold fact's value, whatever it says of it. */
    public static boolean holds(String content, Fact gold) {
        return ValueEquivalence.occursIn(gold, content);
    }

    /** Whether a retrieved memory rests on an event that is evidence of a required fact. */
    static boolean restsOnEvidence(QueryLine.Hit hit, GoldQuery.Required required) {
        return !Collections.disjoint(hit.sourceEventIds(), required.evidence());
    }

    /** Whether a retrieved memory rests on evidence of a required fact and asserts it. */
    static boolean supports(QueryLine.Hit hit, GoldQuery.Required required) {
        return restsOnEvidence(hit, required) && asserts(hit, required);
    }
}
