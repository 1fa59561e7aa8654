package io.fastmemory.model.scoring;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The judgement of one answer.
 *
 * @param answerCorrect every required value given, no forbidden one
 * @param evidenceCorrect every required fact cited from a memory that rests on its evidence and asserts it
 * @param success both, in time; for an abstain query: abstained and cited nothing
 * @param late answered after the query's deadline
 * @param abstained the reader abstained
 * @param staleAnswer a forbidden value was given
 * @param textual judged by words because the gold is free text
 * @param asks one for each required fact, in their order
 * @param recallAt5 share of required facts with evidence among the first 5 hits' sources; null where nothing is required
 * @param recallAt10 the same for 10
 * @param recallAt25 the same for 25
 * @param citationPrecision share of citations that support a required fact; null without citations
 */
public record Verdict(
        boolean answerCorrect,
        boolean evidenceCorrect,
        boolean success,
        boolean late,
        boolean abstained,
        boolean staleAnswer,
        boolean textual,
        List<AskVerdict> asks,
        @Nullable Double recallAt5,
        @Nullable Double recallAt10,
        @Nullable Double recallAt25,
        @Nullable Double citationPrecision) {
    public Verdict {
        asks = List.copyOf(asks);
    }

    /**
     * The judgement of one required fact.
     *
     * @param valueCorrect the value given is equivalent
     * @param retrieved a hit shown to the reader rests on its evidence
     * @param supported a citation rests on its evidence and asserts the value
     */
    public record AskVerdict(String askId, boolean valueCorrect, boolean retrieved, boolean supported) {}
}
