package io.fastmemory.model.scoring;

import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.rollout.QueryLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A reader that knows the label, so that memory can be judged apart from the reader; a bound, never the thing under test.
 *
 * <p>Per ask it takes the hit with the newest source that asserts a required or a forbidden value, and answers that value: a memory that
 * still says the old thing makes it answer the old thing. An unchanged event text asserts a required fact when it is evidence of it,
 * and a forbidden one when it holds the value. It cites the hit taken and, where an ask has several required facts, the newest hit for
 * each of them. An ask for which nothing is asserted gets no value; with no value at all it abstains.
 */
public final class OracleReader {
    private OracleReader() {}

    /**
     * Answers from the hits shown.
     *
     * @param shown the hits a reader is shown, best first
     */
    public static Answer answer(List<Ask> asks, GoldQuery gold, List<QueryLine.Hit> shown) {
        List<Answer.AskAnswer> answers = new ArrayList<>();
        for (Ask ask : asks) {
            Answer.AskAnswer answer = answer(ask, gold, shown);
            if (answer != null) {
                answers.add(answer);
            }
        }
        if (answers.isEmpty()) {
            return Answer.abstention("Nothing retrieved says it.");
        }
        return new Answer(
                answers,
                String.join("; ", answers.stream().map(Answer.AskAnswer::value).toList()),
                false);
    }

    private static Answer.@Nullable AskAnswer answer(Ask ask, GoldQuery gold, List<QueryLine.Hit> shown) {
        QueryLine.Hit newest = null;
        Fact stale = null;
        Set<String> values = new LinkedHashSet<>();
        Set<String> citations = new LinkedHashSet<>();
        for (GoldQuery.Required required : gold.required()) {
            QueryLine.Hit hit =
                    required.askId().equals(ask.askId()) ? newest(shown, candidate -> says(candidate, required)) : null;
            if (hit != null) {
                newest = newest == null || hit.newestSourceMs() > newest.newestSourceMs() ? hit : newest;
                values.add(required.fact().value());
                citations.add(hit.memoryId());
            }
        }
        for (GoldQuery.Forbidden forbidden : gold.forbidden()) {
            QueryLine.Hit hit = forbidden.askId().equals(ask.askId())
                    ? newest(
                            shown,
                            candidate -> !saysRequired(candidate, ask, gold)
                                    && Assertion.states(candidate.content(), candidate.facts(), forbidden.fact()))
                    : null;
            if (hit != null && (newest == null || hit.newestSourceMs() > newest.newestSourceMs())) {
                newest = hit;
                stale = forbidden.fact();
            }
        }
        if (newest == null) {
            return null;
        }
        return stale == null
                ? new Answer.AskAnswer(ask.askId(), String.join("; ", values), List.copyOf(citations))
                : new Answer.AskAnswer(ask.askId(), stale.value(), List.of(newest.memoryId()));
    }

    private static QueryLine.@Nullable Hit newest(List<QueryLine.Hit> shown, Predicate<QueryLine.Hit> asserts) {
        return shown.stream()
                .filter(asserts)
                .max(Comparator.comparingLong(QueryLine.Hit::newestSourceMs))
                .orElse(null);
    }

    private static boolean saysRequired(QueryLine.Hit hit, Ask ask, GoldQuery gold) {
        return gold.required().stream()
                .anyMatch(required -> required.askId().equals(ask.askId()) && says(hit, required));
    }

    private static boolean says(QueryLine.Hit hit, GoldQuery.Required required) {
        return hit.verbatim() ? Assertion.restsOnEvidence(hit, required) : Assertion.asserts(hit, required);
    }
}
