package io.fastmemory.model.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerdictsTest {
    private static final Instant ARRIVAL = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<Ask> ASKS = List.of(new Ask("city", "Ann", "city"), new Ask("pet", "Ann", "pet"));
    private static final GoldQuery.Required CITY =
            new GoldQuery.Required("city", Fact.of("Ann", "city", "Berlin"), List.of("e1", "e2"));
    private static final GoldQuery.Required PET =
            new GoldQuery.Required("pet", Fact.of("Ann", "pet", "a cat"), List.of("e3"));
    private static final GoldQuery.Forbidden OLD_CITY =
            new GoldQuery.Forbidden("city", Fact.of("Ann", "city", "Paris"));
    private static final GoldQuery BOTH = new GoldQuery("q", "update", List.of(CITY, PET), List.of(OLD_CITY), false);
    private static final GoldQuery ABSTAIN = new GoldQuery("q", "unknown", List.of(), List.of(OLD_CITY), true);

    private static final Hit BERLIN = hit("m1", "Ann lives in Berlin", "e2");
    private static final Hit CAT = hit("m2", "Ann has a cat", "e3");
    private static final Hit PARIS = hit("m3", "Ann lives in Paris", "e0");

    @Test
    void succeedsWithBothValuesAndTheirEvidence() {
        Verdict verdict = judge(BOTH, answer("city", "berlin", "m1", "pet", "A cat!", "m2"), BERLIN, CAT);

        assertThat(verdict)
                .isEqualTo(new Verdict(
                        true,
                        true,
                        true,
                        false,
                        false,
                        false,
                        false,
                        List.of(
                                new Verdict.AskVerdict("city", true, true, true),
                                new Verdict.AskVerdict("pet", true, true, true)),
                        1.0,
                        1.0,
                        1.0,
                        1.0));
    }

    @Test
    void aMissingValueIsNotCorrect() {
        Verdict verdict = judge(BOTH, answer("city", "Berlin", "m1"), BERLIN, CAT);

        assertThat(verdict.answerCorrect()).isFalse();
        assertThat(verdict.asks().get(0).valueCorrect()).isTrue();
        assertThat(verdict.asks().get(1)).isEqualTo(new Verdict.AskVerdict("pet", false, true, false));
        assertThat(verdict.success()).isFalse();
    }

    @Test
    void twoValuesForOneAskAreNoAnswer() {
        Verdict verdict =
                judge(BOTH, answer("city", "Berlin", "m1", "city", "Berlin", "m1", "pet", "a cat", "m2"), BERLIN, CAT);

        assertThat(verdict.asks().get(0).valueCorrect()).isFalse();
    }

    @Test
    void aForbiddenValueIsStaleAndNotCorrect() {
        Verdict verdict = judge(BOTH, answer("city", "Paris", "m3", "pet", "a cat", "m2"), PARIS, CAT);

        assertThat(verdict.staleAnswer()).isTrue();
        assertThat(verdict.answerCorrect()).isFalse();
        assertThat(verdict.evidenceCorrect()).isFalse();
        assertThat(verdict.recallAt5()).isEqualTo(0.5);
        assertThat(verdict.citationPrecision()).isEqualTo(0.5);
    }

    @Test
    void aForbiddenValueOfAnotherAskIsNotStale() {
        GoldQuery gold = new GoldQuery(
                "q", "c", List.of(CITY), List.of(new GoldQuery.Forbidden("pet", Fact.of("Ann", "x", "Berlin"))), false);

        assertThat(judge(gold, answer("city", "Berlin", "m1"), BERLIN).success())
                .isTrue();
    }

    @Test
    void aCitationThatWasNotShownMakesEvidenceFalse() {
        Verdict verdict = Verdicts.judge(
                ASKS,
                null,
                ARRIVAL,
                ARRIVAL,
                BOTH,
                answer("city", "Berlin", "m1", "pet", "a cat", "m2"),
                List.of(BERLIN, CAT),
                1);

        assertThat(verdict.answerCorrect()).isTrue();
        assertThat(verdict.evidenceCorrect()).isFalse();
        assertThat(verdict.asks().get(1)).isEqualTo(new Verdict.AskVerdict("pet", true, false, false));
        assertThat(verdict.recallAt5()).isEqualTo(1.0);
        assertThat(verdict.citationPrecision()).isEqualTo(0.5);
    }

    @Test
    void anInventedCitationMakesEvidenceFalseEvenBesideGoodOnes() {
        Answer answer = new Answer(
                List.of(
                        new Answer.AskAnswer("city", "Berlin", List.of("m1", "m99")),
                        new Answer.AskAnswer("pet", "a cat", List.of("m2"))),
                "",
                false);

        Verdict verdict = judge(BOTH, answer, BERLIN, CAT);

        assertThat(verdict.asks()).allMatch(Verdict.AskVerdict::supported);
        assertThat(verdict.evidenceCorrect()).isFalse();
        assertThat(verdict.citationPrecision()).isEqualTo(2.0 / 3);
    }

    @Test
    void aCitationOfAnotherAskDoesNotSupport() {
        Verdict verdict = judge(BOTH, answer("city", "Berlin", "m2", "pet", "a cat", "m1"), BERLIN, CAT);

        assertThat(verdict.asks()).noneMatch(Verdict.AskVerdict::supported);
    }

    @Test
    void evidenceMustAssertTheValueAsRetrieved() {
        Hit rightSourceWrongContent = hit("m1", "Ann lives in Bonn", "e1");
        Hit rightContentWrongSource = hit("m1", "Ann lives in Berlin", "e9");

        assertThat(judge(only(CITY), answer("city", "Berlin", "m1"), rightSourceWrongContent)
                        .evidenceCorrect())
                .isFalse();
        assertThat(judge(only(CITY), answer("city", "Berlin", "m1"), rightContentWrongSource)
                        .evidenceCorrect())
                .isFalse();
    }

    @Test
    void anUnchangedEventTextAssertsWhatTheEventIsEvidenceOf() {
        Hit verbatim = new Hit("m1", 1, 0.5, "We moved to the capital", List.of(), List.of("e1"), true, 0);

        assertThat(judge(only(CITY), answer("city", "Berlin", "m1"), verbatim).success())
                .isTrue();
    }

    @Test
    void aFactOfTheMemoryAssertsUnderAnyAttributeName() {
        Hit hit =
                new Hit("m1", 1, 0.5, "moved", List.of(Fact.of("ann", "residence", "BERLIN")), List.of("e1"), false, 0);
        Hit other =
                new Hit("m1", 1, 0.5, "moved", List.of(Fact.of("Bob", "residence", "Berlin")), List.of("e1"), false, 0);

        assertThat(judge(only(CITY), answer("city", "Berlin", "m1"), hit).evidenceCorrect())
                .isTrue();
        assertThat(judge(only(CITY), answer("city", "Berlin", "m1"), other).evidenceCorrect())
                .isFalse();
    }

    @Test
    void anAnswerAtTheDeadlineIsInTimeAndAfterItLate() {
        Answer answer = answer("city", "Berlin", "m1");

        Verdict inTime = Verdicts.judge(
                ASKS, 2_000L, ARRIVAL, ARRIVAL.plusMillis(2_000), only(CITY), answer, List.of(BERLIN), 10);
        Verdict late = Verdicts.judge(
                ASKS, 2_000L, ARRIVAL, ARRIVAL.plusMillis(2_001), only(CITY), answer, List.of(BERLIN), 10);

        assertThat(inTime.success()).isTrue();
        assertThat(late.late()).isTrue();
        assertThat(late.answerCorrect() && late.evidenceCorrect()).isTrue();
        assertThat(late.success()).isFalse();
    }

    @Test
    void aFailedReaderIsNeitherCorrectNorSupported() {
        Verdict verdict = judge(only(CITY), null, BERLIN);

        assertThat(verdict.answerCorrect() || verdict.evidenceCorrect() || verdict.success())
                .isFalse();
        assertThat(verdict.asks()).containsExactly(new Verdict.AskVerdict("city", false, true, false));
        assertThat(verdict.citationPrecision()).isNull();
    }

    @Test
    void abstainingWhereTheAnswerIsKnownFails() {
        Verdict verdict = judge(only(CITY), Answer.abstention("?"), BERLIN);

        assertThat(verdict.abstained()).isTrue();
        assertThat(verdict.answerCorrect() || verdict.success()).isFalse();
    }

    @Test
    void abstainingSucceedsWhereNothingIsKnown() {
        Verdict verdict = judge(ABSTAIN, Answer.abstention("I do not know."), BERLIN);

        assertThat(verdict.success()).isTrue();
        assertThat(verdict.recallAt5()).isNull();
        assertThat(verdict.asks()).isEmpty();
    }

    @Test
    void abstainingWithAValueOrACitationFails() {
        Answer withCitation = new Answer(List.of(new Answer.AskAnswer("city", "unknown", List.of("m1"))), "", true);
        Answer withValue = new Answer(List.of(new Answer.AskAnswer("city", "unknown", List.of())), "", true);

        assertThat(judge(ABSTAIN, withCitation, BERLIN).evidenceCorrect()).isFalse();
        assertThat(judge(ABSTAIN, withCitation, BERLIN).citationPrecision()).isZero();
        assertThat(judge(ABSTAIN, withValue, BERLIN).success()).isFalse();
        assertThat(judge(ABSTAIN, answer("city", "Rome", "m1"), BERLIN).success())
                .isFalse();
        assertThat(judge(ABSTAIN, null, BERLIN).success()).isFalse();
    }

    @Test
    void anAskWithoutAttributeIsJudgedByWordsAndLabelled() {
        List<Ask> asks = List.of(new Ask("a", "Tim", null));
        GoldQuery gold = only(
                new GoldQuery.Required("a", Fact.of("Tim", null, "Fantasy stories with plot twists"), List.of("e1")));
        Hit hit = new Hit("m1", 1, 0.5, "I write", List.of(), List.of("e1"), true, 0);
        Answer answer = answer("a", "He writes fantasy stories full of plot", "m1");

        Verdict verdict = Verdicts.judge(asks, null, ARRIVAL, ARRIVAL, gold, answer, List.of(hit), 10);

        assertThat(verdict.textual()).isTrue();
        assertThat(verdict.success()).isTrue();
    }

    @Test
    void aMemoryInOtherWordsAssertsAFreeTextButNotTheValueOfAnAttribute() {
        String rewritten = "Her bike has a basket; it is a mountain bike, and blue.";
        Fact text = Fact.of("bike", null, "a blue mountain bike with basket");
        Fact value = Fact.of("bike", "looks", "a blue mountain bike with basket");

        assertThat(Assertion.asserts(rewritten, List.of(), false, List.of("e1"), required(text)))
                .isTrue();
        assertThat(Assertion.asserts("Her bike is green.", List.of(), false, List.of("e1"), required(text)))
                .isFalse();
        assertThat(Assertion.asserts(rewritten, List.of(), false, List.of("e1"), required(value)))
                .isFalse();
    }

    private static GoldQuery.Required required(Fact fact) {
        return new GoldQuery.Required("a1", fact, List.of("e1"));
    }

    @Test
    void sharingWordsWithAForbiddenTextIsNotStaleWhereTheRequiredOneIsGivenWhole() {
        assertThat(bikeGiven("blue mountain bike with basket").staleAnswer()).isFalse();
        assertThat(bikeGiven("blue mountain bike with basket").answerCorrect()).isTrue();
        assertThat(bikeGiven("It is a blue mountain bike with basket.").answerCorrect())
                .isTrue();

        assertThat(bikeGiven("red mountain bike with basket").staleAnswer()).isTrue();
        assertThat(bikeGiven("a red mountain bike").staleAnswer())
                .as("of both by words only")
                .isTrue();
        assertThat(bikeGiven("red mountain bike with basket, or blue mountain bike with basket")
                        .answerCorrect())
                .as("both whole")
                .isFalse();
    }

    private static Verdict bikeGiven(String value) {
        GoldQuery gold = new GoldQuery(
                "q",
                "update",
                List.of(new GoldQuery.Required(
                        "bike", Fact.of("Ann", null, "blue mountain bike with basket"), List.of("e2"))),
                List.of(new GoldQuery.Forbidden("bike", Fact.of("Ann", null, "red mountain bike with basket"))),
                false);
        return Verdicts.judge(
                List.of(new Ask("bike", "Ann", null)),
                null,
                ARRIVAL,
                ARRIVAL,
                gold,
                answer("bike", value, "m1"),
                List.of(hit("m1", value, "e2")),
                10);
    }

    @Test
    void recallCountsFactsWithEvidenceAmongTheFirstHits() {
        Hit other = hit("x", "noise", "e8");
        List<Hit> hits = List.of(other, other, other, other, BERLIN, other, other, other, other, other, CAT);

        Verdict verdict = Verdicts.judge(ASKS, null, ARRIVAL, ARRIVAL, BOTH, null, hits, 10);

        assertThat(verdict.recallAt5()).isEqualTo(0.5);
        assertThat(verdict.recallAt10()).isEqualTo(0.5);
        assertThat(verdict.recallAt25()).isEqualTo(1.0);
        assertThat(verdict.asks().get(1).retrieved()).isFalse();
    }

    @Test
    void severalEvidencesOfOneAskNeedACitationEach() {
        GoldQuery gold = new GoldQuery(
                "q",
                "c",
                List.of(
                        new GoldQuery.Required("city", CITY.fact(), List.of("e1")),
                        new GoldQuery.Required("city", CITY.fact(), List.of("e2"))),
                List.of(),
                false);
        Hit first = new Hit("m1", 1, 0.5, "x", List.of(), List.of("e1"), true, 0);
        Hit second = new Hit("m2", 1, 0.5, "y", List.of(), List.of("e2"), true, 0);
        Answer one = new Answer(List.of(new Answer.AskAnswer("city", "Berlin", List.of("m1"))), "", false);
        Answer two = new Answer(List.of(new Answer.AskAnswer("city", "Berlin", List.of("m1", "m2"))), "", false);

        assertThat(judge(gold, one, first, second).evidenceCorrect()).isFalse();
        assertThat(judge(gold, two, first, second).success()).isTrue();
    }

    static GoldQuery only(GoldQuery.Required required) {
        return new GoldQuery("q", "c", List.of(required), List.of(OLD_CITY), false);
    }

    static Hit hit(String memoryId, String content, String... sources) {
        return new Hit(memoryId, 1, 0.5, content, List.of(), List.of(sources), false, 0);
    }

    /** Triples of ask, value and cited memory. */
    static Answer answer(String... triples) {
        List<Answer.AskAnswer> answers = new java.util.ArrayList<>();
        for (int i = 0; i < triples.length; i += 3) {
            answers.add(new Answer.AskAnswer(triples[i], triples[i + 1], List.of(triples[i + 2])));
        }
        return new Answer(answers, "", false);
    }

    private static Verdict judge(GoldQuery gold, @Nullable Answer answer, Hit... hits) {
        return Verdicts.judge(ASKS, null, ARRIVAL, ARRIVAL, gold, answer, List.of(hits), 10);
    }
}
