package io.fastmemory.model.scoring;

import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.rollout.QueryLine;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Judges one answer against its gold label.
 *
 * <ul>
 *   <li><b>Value:</b> the value given for a required fact's ask is equivalent ({@link ValueEquivalence}; for an ask without an
 *       attribute {@link TextEquivalence}, and the verdict is marked textual), and is not a forbidden one too. A value that holds
 *       the required one whole is not taken for a forbidden one with which it shares words only. An ask answered twice is not
 *       answered.
 *   <li><b>Answer correct:</b> every required fact's value is, no forbidden value is given for its ask, and the reader did not
 *       abstain.
 *   <li><b>Evidence correct:</b> for every required fact, a memory cited for its ask rests on an event that is evidence of it and, as
 *       it was retrieved, asserts the value; and every citation is among the hits the reader was shown.
 *   <li><b>Success:</b> both, in time. For a query whose right answer is to abstain: abstained (counts as answer correct when no
 *       value is given), nothing cited (counts as evidence correct), in time.
 *   <li><b>Recall at k:</b> share of required facts with evidence among the sources of the first k hits.
 *   <li><b>Citation precision:</b> share of the different cited memories that support a required fact.
 * </ul>
 */
public final class Verdicts {
    private Verdicts() {}

    /**
     * Judges an answer.
     *
     * @param deadlineMs an answer later than this after arrival is late, or {@code null} for none
     * @param answer the reader's answer, or {@code null} if it failed
     * @param hits what was retrieved, best first
     * @param readerHits how many of the hits, from the best, the reader was shown
     */
    public static Verdict judge(
            List<Ask> asks,
            @Nullable Long deadlineMs,
            Instant arrivalAt,
            Instant answeredAt,
            GoldQuery gold,
            @Nullable Answer answer,
            List<QueryLine.Hit> hits,
            int readerHits) {
        List<QueryLine.Hit> shown = hits.subList(0, Math.min(readerHits, hits.size()));
        Given given = new Given(asks, gold, answer);
        List<Verdict.AskVerdict> facts = gold.required().stream()
                .map(required -> new Verdict.AskVerdict(
                        required.askId(),
                        given.hasValueOf(required),
                        shown.stream().anyMatch(hit -> Assertion.restsOnEvidence(hit, required)),
                        shown.stream()
                                .filter(hit ->
                                        given.citationsFor(required.askId()).contains(hit.memoryId()))
                                .anyMatch(hit -> Assertion.supports(hit, required))))
                .toList();

        Set<String> citations = given.citations();
        boolean abstained = answer != null && answer.abstained();
        boolean stale = given.hasForbidden();
        boolean answerCorrect = gold.abstain()
                ? abstained && given.nothing()
                : !abstained && !stale && facts.stream().allMatch(Verdict.AskVerdict::valueCorrect);
        boolean evidenceCorrect = gold.abstain()
                ? answer != null && citations.isEmpty()
                : answer != null
                        && facts.stream().allMatch(Verdict.AskVerdict::supported)
                        && allShown(citations, shown);
        boolean late = deadlineMs != null
                && Duration.between(arrivalAt, answeredAt).compareTo(Duration.ofMillis(deadlineMs)) > 0;
        return new Verdict(
                answerCorrect,
                evidenceCorrect,
                answerCorrect && evidenceCorrect && !late,
                late,
                abstained,
                stale,
                gold.required().stream().anyMatch(required -> given.isTextual(required.askId(), required.fact())),
                facts,
                recall(gold, hits, 5),
                recall(gold, hits, 10),
                recall(gold, hits, 25),
                precision(gold, citations, shown));
    }

    /** Whether every cited memory is among the hits the reader was shown. */
    static boolean allShown(Set<String> citations, List<QueryLine.Hit> shown) {
        return shown.stream()
                .map(QueryLine.Hit::memoryId)
                .collect(Collectors.toSet())
                .containsAll(citations);
    }

    private static @Nullable Double recall(GoldQuery gold, List<QueryLine.Hit> hits, int k) {
        if (gold.required().isEmpty()) {
            return null;
        }
        List<QueryLine.Hit> first = hits.subList(0, Math.min(k, hits.size()));
        long found = gold.required().stream()
                .filter(required -> first.stream().anyMatch(hit -> Assertion.restsOnEvidence(hit, required)))
                .count();
        return (double) found / gold.required().size();
    }

    private static @Nullable Double precision(GoldQuery gold, Set<String> citations, List<QueryLine.Hit> shown) {
        if (citations.isEmpty()) {
            return null;
        }
        long supporting = shown.stream()
                .filter(hit -> citations.contains(hit.memoryId()))
                .filter(hit -> gold.required().stream().anyMatch(required -> Assertion.supports(hit, required)))
                .map(QueryLine.Hit::memoryId)
                .distinct()
                .count();
        return (double) supporting / citations.size();
    }

    /** What an answer gives for each ask. */
    private record Given(
            List<Ask> asks, GoldQuery gold, @Nullable Answer answer) {
        private List<Answer.AskAnswer> answers() {
            return answer == null ? List.of() : answer.answers();
        }

        boolean nothing() {
            return answers().isEmpty();
        }

        Set<String> citations() {
            Set<String> citations = new LinkedHashSet<>();
            answers().forEach(given -> citations.addAll(given.citations()));
            return citations;
        }

        Set<String> citationsFor(String askId) {
            Set<String> citations = new HashSet<>();
            answers().stream()
                    .filter(given -> given.askId().equals(askId))
                    .forEach(given -> citations.addAll(given.citations()));
            return citations;
        }

        boolean isTextual(String askId, Fact fact) {
            return asks.stream()
                    .filter(ask -> ask.askId().equals(askId))
                    .findFirst()
                    .map(ask -> ask.attribute() == null)
                    .orElse(fact.attribute() == null);
        }

        boolean hasValueOf(GoldQuery.Required required) {
            List<String> values = valuesFor(required.askId());
            return values.size() == 1
                    && says(required.askId(), required.fact(), values.get(0))
                    && gold.forbidden().stream()
                            .noneMatch(forbidden -> forbidden.askId().equals(required.askId())
                                    && saysForbidden(forbidden, values.get(0)));
        }

        boolean hasForbidden() {
            return gold.forbidden().stream()
                    .anyMatch(forbidden ->
                            valuesFor(forbidden.askId()).stream().anyMatch(value -> saysForbidden(forbidden, value)));
        }

        /** Words that a forbidden value shares with the required one do not make an answer that gives the latter whole stale. */
        private boolean saysForbidden(GoldQuery.Forbidden forbidden, String value) {
            return says(forbidden.askId(), forbidden.fact(), value)
                    && (holdsWhole(forbidden.fact(), value)
                            || gold.required().stream()
                                    .filter(required -> required.askId().equals(forbidden.askId()))
                                    .noneMatch(required -> holdsWhole(required.fact(), value)));
        }

        private static boolean holdsWhole(Fact fact, String value) {
            return ValueEquivalence.equivalent(fact, value) || Assertion.holds(value, fact);
        }

        private List<String> valuesFor(String askId) {
            return answers().stream()
                    .filter(given -> given.askId().equals(askId))
                    .map(Answer.AskAnswer::value)
                    .toList();
        }

        private boolean says(String askId, Fact fact, String value) {
            return isTextual(askId, fact)
                    ? TextEquivalence.satisfied(fact, value)
                    : ValueEquivalence.equivalent(fact, value);
        }
    }
}
