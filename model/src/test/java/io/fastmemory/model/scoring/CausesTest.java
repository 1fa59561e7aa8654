package io.fastmemory.model.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.Scope;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.QueryLine.Hit;
import io.fastmemory.model.scoring.EvidenceLife.EventLife;
import io.fastmemory.model.scoring.EvidenceLife.IndexStep;
import io.fastmemory.model.scoring.EvidenceLife.MemoryLife;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Retrieval is at second 10; each test moves one stage of an otherwise perfect life past it. */
class CausesTest {
    private static final GoldQuery.Required CITY =
            new GoldQuery.Required("a", Fact.of("Ann", "city", "Berlin"), List.of("e1"));
    private static final GoldQuery.Forbidden OLD = new GoldQuery.Forbidden("a", Fact.of("Ann", "city", "Paris"));
    private static final MemoryVersion BERLIN = version("m1", 1, "Ann lives in Berlin", MemoryStatus.ACTIVE, 4, "e1");
    private static final MemoryVersion PARIS = version("m0", 1, "Ann lives in Paris", MemoryStatus.ACTIVE, 1, "e0");
    private static final Hit PARIS_HIT = hit(PARIS);
    private static final Hit BERLIN_HIT = hit(BERLIN);

    private final Map<String, EventLife> events = new HashMap<>();
    private final Map<String, MemoryLife> memories = new HashMap<>();

    @Test
    void successHasNoCause() {
        assertThat(cause(giving("Berlin", "m1"), BERLIN_HIT)).isNull();
    }

    @Test
    void notArrived() {
        assertThat(missed()).isEqualTo(CauseOfFailure.NOT_ARRIVED);

        events.put("e1", event(11, 12, 13, 14, stored(step(15, 16))));
        assertThat(missed()).isEqualTo(CauseOfFailure.NOT_ARRIVED);
    }

    @Test
    void rawWriteLate() {
        events.put("e1", event(1, 11, 12, 13));

        assertThat(missed()).isEqualTo(CauseOfFailure.RAW_WRITE_LATE);
    }

    @Test
    void queued() {
        events.put("e1", event(1, 2, 11, 12));

        assertThat(missed()).isEqualTo(CauseOfFailure.QUEUED);
    }

    @Test
    void inFlight() {
        events.put("e1", event(1, 2, 3, 11, stored(step(12, 13))));
        assertThat(missed()).isEqualTo(CauseOfFailure.IN_FLIGHT);

        events.put("e1", new EventLife(at(1), at(2), at(3), null, false, false, List.of(), List.of()));
        assertThat(missed()).isEqualTo(CauseOfFailure.IN_FLIGHT);
    }

    @Test
    void parked() {
        events.put("e1", new EventLife(at(1), at(2), at(3), at(4), true, false, List.of(), List.of()));

        assertThat(missed()).isEqualTo(CauseOfFailure.PARKED);
    }

    @Test
    void ignored() {
        events.put("e1", new EventLife(at(1), at(2), at(3), at(4), false, true, List.of(), List.of()));

        assertThat(missed()).isEqualTo(CauseOfFailure.IGNORED);
    }

    @Test
    void rejectedOnlyIfTheActionWouldHaveAssertedTheFact() {
        events.put("e1", rejecting(write("Ann lives in Berlin", "e1")));
        assertThat(missed()).isEqualTo(CauseOfFailure.REJECTED);

        events.put("e1", rejecting(write("Ann moved", "e1")));
        assertThat(missed()).isEqualTo(CauseOfFailure.WRONG);

        events.put("e1", rejecting(write("Ann lives in Berlin", "e9")));
        assertThat(missed()).isEqualTo(CauseOfFailure.WRONG);

        events.put("e1", rejecting(new MemoryAction.IndexNow("m1", "r")));
        assertThat(missed()).isEqualTo(CauseOfFailure.WRONG);
    }

    @Test
    void wrongIfNoActiveMemoryAssertsTheFact() {
        events.put("e1", event(1, 2, 3, 4));
        assertThat(missed()).isEqualTo(CauseOfFailure.WRONG);

        events.put("e1", event(1, 2, 3, 4, life(version("m1", 1, "Ann moved", MemoryStatus.ACTIVE, 4, "e1"))));
        assertThat(missed()).isEqualTo(CauseOfFailure.WRONG);

        events.put("e1", event(1, 2, 3, 4, life(BERLIN, version("m1", 2, "Ann moved", MemoryStatus.ACTIVE, 9, "e1"))));
        assertThat(missed()).isEqualTo(CauseOfFailure.WRONG);

        events.put(
                "e1",
                event(1, 2, 3, 4, life(BERLIN, version("m1", 2, "Ann lives in Berlin", MemoryStatus.STALE, 9, "e1"))));
        assertThat(missed()).isEqualTo(CauseOfFailure.WRONG);
    }

    @Test
    void whatHappensAfterRetrievalDoesNotCount() {
        events.put("e1", event(1, 2, 3, 4, life(BERLIN, version("m1", 2, "Ann moved", MemoryStatus.ACTIVE, 11, "e1"))));

        assertThat(missed()).isEqualTo(CauseOfFailure.NOT_INDEXED);
    }

    @Test
    void notUpdatedIfTheOldMemoryIsStillActiveAndWasShown() {
        events.put("e1", event(1, 2, 3, 4, life(BERLIN)));
        memories.put("m0", life(PARIS));

        assertThat(cause(giving("Paris", "m0"), PARIS_HIT)).isEqualTo(CauseOfFailure.NOT_UPDATED);
        assertThat(cause(giving("Paris", "m0"), BERLIN_HIT, PARIS_HIT)).isEqualTo(CauseOfFailure.NOT_UPDATED);
    }

    @Test
    void notIndexed() {
        events.put("e1", event(1, 2, 3, 4, life(BERLIN)));
        assertThat(missed()).isEqualTo(CauseOfFailure.NOT_INDEXED);

        events.put("e1", event(1, 2, 3, 4, stored(new IndexStep(1, true, false, at(11), at(11), at(12)))));
        assertThat(missed()).isEqualTo(CauseOfFailure.NOT_INDEXED);
    }

    @Test
    void indexDelayed() {
        events.put("e1", event(1, 2, 3, 4, stored(new IndexStep(1, true, true, at(4), at(11), at(12)))));
        assertThat(missed()).isEqualTo(CauseOfFailure.INDEX_DELAYED);

        events.put("e1", event(1, 2, 3, 4, stored(new IndexStep(1, true, true, at(4), null, null))));
        assertThat(missed()).isEqualTo(CauseOfFailure.INDEX_DELAYED);
    }

    @Test
    void indexLag() {
        events.put("e1", event(1, 2, 3, 4, stored(step(5, 11))));
        assertThat(missed()).isEqualTo(CauseOfFailure.INDEX_LAG);

        events.put("e1", event(1, 2, 3, 4, stored(new IndexStep(1, true, true, at(4), at(9), null))));
        assertThat(missed()).isEqualTo(CauseOfFailure.INDEX_LAG);

        events.put("e1", event(1, 2, 3, 4, stored(new IndexStep(1, true, false, at(4), at(11), null))));
        assertThat(missed()).isEqualTo(CauseOfFailure.INDEX_LAG);
    }

    @Test
    void staleInIndexIfTheOldMemoryIsGoneButItsVectorWasShown() {
        perfect();
        memories.put("m0", life(PARIS, version("m0", 2, "Ann lives in Paris", MemoryStatus.STALE, 4, "e0")));
        assertThat(cause(giving("Paris", "m0"), PARIS_HIT)).isEqualTo(CauseOfFailure.STALE_IN_INDEX);

        memories.put("m0", life(PARIS, version("m0", 2, "Ann lives in Berlin", MemoryStatus.ACTIVE, 4, "e1")));
        assertThat(cause(giving("Paris", "m0"), PARIS_HIT)).isEqualTo(CauseOfFailure.STALE_IN_INDEX);
    }

    @Test
    void retrievalFailed() {
        perfect();

        assertThat(Causes.causeOf(query(gold(CITY), null, null, null), lives()))
                .isEqualTo(CauseOfFailure.RETRIEVAL_FAILED);
    }

    @Test
    void notRetrieved() {
        perfect();

        assertThat(missed()).isEqualTo(CauseOfFailure.NOT_RETRIEVED);
    }

    @Test
    void readerFailed() {
        perfect();

        assertThat(cause(null, BERLIN_HIT)).isEqualTo(CauseOfFailure.READER_FAILED);
    }

    @Test
    void readerWrong() {
        perfect();

        assertThat(cause(giving("Bonn", "m1"), BERLIN_HIT)).isEqualTo(CauseOfFailure.READER_WRONG);
        assertThat(cause(Answer.abstention("?"), BERLIN_HIT)).isEqualTo(CauseOfFailure.READER_WRONG);
    }

    @Test
    void citationWrong() {
        perfect();
        Answer alsoInvented = new Answer(List.of(new Answer.AskAnswer("a", "Berlin", List.of("m1", "m9"))), "", false);

        assertThat(cause(giving("Berlin", "m9"), BERLIN_HIT)).isEqualTo(CauseOfFailure.CITATION_WRONG);
        assertThat(cause(alsoInvented, BERLIN_HIT)).isEqualTo(CauseOfFailure.CITATION_WRONG);
    }

    @Test
    void late() {
        perfect();

        assertThat(Causes.causeOf(query(gold(CITY), giving("Berlin", "m1"), 10, 1L, BERLIN_HIT), lives()))
                .isEqualTo(CauseOfFailure.LATE);
    }

    @Test
    void anAbstainQueryFailsByFalseAnswerLatenessOrFailure() {
        GoldQuery abstain = new GoldQuery("q", "c", List.of(), List.of(), true);

        assertThat(Causes.causeOf(query(abstain, giving("Rome", "m1"), 10, null, BERLIN_HIT), lives()))
                .isEqualTo(CauseOfFailure.FALSE_ANSWER);
        assertThat(Causes.causeOf(query(abstain, Answer.abstention(""), 10, 1L), lives()))
                .isEqualTo(CauseOfFailure.LATE);
        assertThat(Causes.causeOf(query(abstain, null, 10, null), lives())).isEqualTo(CauseOfFailure.READER_FAILED);
        assertThat(Causes.causeOf(query(abstain, null, null, null), lives()))
                .isEqualTo(CauseOfFailure.RETRIEVAL_FAILED);
        assertThat(Causes.causeOf(query(abstain, Answer.abstention(""), 10, null), lives()))
                .isNull();
    }

    @Test
    void theFirstRequiredFactThatFailsDecides() {
        perfect();
        GoldQuery.Required pet = new GoldQuery.Required("b", Fact.of("Ann", "pet", "cat"), List.of("e5"));

        assertThat(Causes.causeOf(query(gold(CITY, pet), giving("Berlin", "m1"), 10, null, BERLIN_HIT), lives()))
                .isEqualTo(CauseOfFailure.NOT_ARRIVED);
        assertThat(Causes.causeOf(query(gold(CITY, pet), null, 10, null, BERLIN_HIT), lives()))
                .isEqualTo(CauseOfFailure.READER_FAILED);
    }

    @Test
    void ofSeveralEvidencesTheOneThatCameFurthestSpeaks() {
        GoldQuery.Required either = new GoldQuery.Required("a", CITY.fact(), List.of("e9", "e1", "e8"));
        events.put("e1", event(1, 2, 3, 4, life(BERLIN)));
        events.put("e8", event(1, 2, 11, 12));

        assertThat(Causes.causeOf(query(gold(either), Answer.abstention(""), 10, null), lives()))
                .isEqualTo(CauseOfFailure.NOT_INDEXED);
    }

    @Test
    void blamesTheEvidenceAtWhichTheCauseShowsAndNoneForTheReader() {
        GoldQuery.Required either = new GoldQuery.Required("a", CITY.fact(), List.of("e1", "e2", "e3"));
        events.put("e1", event(1, 2, 11, 12));
        events.put("e2", new EventLife(at(1), at(2), at(3), at(4), false, true, List.of(), List.of()));
        events.put("e3", new EventLife(at(1), at(2), at(3), at(4), false, true, List.of(), List.of()));
        assertThat(Causes.blame(query(gold(either), Answer.abstention(""), 10, null), lives()))
                .isEqualTo(new Causes.Blame(CauseOfFailure.IGNORED, List.of("e2", "e3")));

        events.clear();
        assertThat(Causes.blame(query(gold(CITY), Answer.abstention(""), 10, null), lives()))
                .isEqualTo(new Causes.Blame(CauseOfFailure.NOT_ARRIVED, List.of()));

        perfect();
        assertThat(Causes.blame(query(gold(CITY), Answer.abstention(""), 10, null), lives()))
                .isEqualTo(new Causes.Blame(CauseOfFailure.NOT_RETRIEVED, List.of("e1")));
        assertThat(Causes.blame(query(gold(CITY), giving("Rome", "m1"), 10, null, BERLIN_HIT), lives()))
                .isEqualTo(new Causes.Blame(CauseOfFailure.READER_WRONG, List.of()));
        assertThat(Causes.blame(query(gold(CITY), giving("Berlin", "m1"), 10, null, BERLIN_HIT), lives()))
                .isNull();
    }

    @Test
    void blamesWhatUndidAFactThatAMemoryOnceAsserted() {
        MemoryVersion moved = version("m1", 2, "Ann moved", MemoryStatus.ACTIVE, 6, "e1");
        MemoryVersion again = version("m1", 3, "Ann moved house", MemoryStatus.ACTIVE, 7, "e1");
        assertThat(blameWith(BERLIN, moved)).isEqualTo(undoneBy(moved));
        assertThat(blameWith(BERLIN, moved, again)).isEqualTo(undoneBy(moved));

        MemoryVersion stale = version("m1", 2, "Ann lives in Berlin", MemoryStatus.STALE, 6, "e1");
        assertThat(blameWith(BERLIN, stale)).isEqualTo(undoneBy(stale));

        MemoryVersion expired = version("m1", 2, "Ann lives in Berlin", MemoryStatus.EXPIRED, 6, "e1");
        assertThat(blameWith(BERLIN, expired))
                .as("no call ended it but the one that gave it its time to live")
                .isEqualTo(new Causes.Blame(CauseOfFailure.WRONG, List.of("e1")));
        assertThat(blameWith(moved)).isEqualTo(new Causes.Blame(CauseOfFailure.WRONG, List.of("e1")));
    }

    private Causes.@Nullable Blame blameWith(MemoryVersion... versions) {
        events.put("e1", event(1, 2, 3, 4, life(versions)));
        return Causes.blame(query(gold(CITY), Answer.abstention("?"), 10, null), lives());
    }

    private static Causes.Blame undoneBy(MemoryVersion version) {
        return new Causes.Blame(CauseOfFailure.WRONG, List.of(), List.of(version));
    }

    private void perfect() {
        events.put("e1", event(1, 2, 3, 4, stored(step(5, 6))));
    }

    private @Nullable CauseOfFailure missed() {
        return cause(Answer.abstention("?"));
    }

    private @Nullable CauseOfFailure cause(@Nullable Answer answer, Hit... hits) {
        return Causes.causeOf(query(gold(CITY), answer, 10, null, hits), lives());
    }

    private EvidenceLife lives() {
        return new EvidenceLife() {
            @Override
            public EventLife event(String eventId) {
                return events.getOrDefault(eventId, EventLife.UNKNOWN);
            }

            @Override
            public MemoryLife memory(String memoryId) {
                return memories.getOrDefault(memoryId, MemoryLife.UNKNOWN);
            }
        };
    }

    private static QueryLine query(
            GoldQuery gold,
            @Nullable Answer answer,
            @Nullable Integer retrieved,
            @Nullable Long deadline,
            Hit... hits) {
        List<Ask> asks = List.of(new Ask("a", "Ann", "city"), new Ask("b", "Ann", "pet"));
        Instant retrievedAt = retrieved == null ? null : at(retrieved);
        Verdict verdict = Verdicts.judge(asks, deadline, at(10), at(11), gold, answer, List.of(hits), 10);
        return new QueryLine(
                "q",
                List.of("n"),
                0,
                deadline,
                "?",
                asks,
                at(10),
                retrievedAt,
                at(11),
                10,
                List.of(hits),
                answer,
                null,
                0,
                0,
                0,
                0,
                0,
                gold,
                verdict,
                null,
                null);
    }

    private static GoldQuery gold(GoldQuery.Required... required) {
        return new GoldQuery("q", "c", List.of(required), List.of(OLD), false);
    }

    private static Answer giving(String value, String memoryId) {
        return new Answer(List.of(new Answer.AskAnswer("a", value, List.of(memoryId))), value, false);
    }

    private static EventLife event(int arrival, int raw, int called, int decided, MemoryLife... memories) {
        return new EventLife(at(arrival), at(raw), at(called), at(decided), false, false, List.of(), List.of(memories));
    }

    private static EventLife rejecting(MemoryAction action) {
        return new EventLife(at(1), at(2), at(3), at(4), false, false, List.of(action), List.of());
    }

    private static MemoryAction write(String content, String source) {
        return new MemoryAction.WriteMemory(content, List.of(), List.of(source), Layer.FACT, null, "r");
    }

    private static MemoryLife stored(IndexStep step) {
        return new MemoryLife(List.of(BERLIN), List.of(step));
    }

    private static MemoryLife life(MemoryVersion... versions) {
        return new MemoryLife(List.of(versions), List.of());
    }

    private static IndexStep step(int submitted, int visible) {
        return new IndexStep(1, true, false, at(4), at(submitted), at(visible));
    }

    private static MemoryVersion version(
            String memoryId, int version, String content, MemoryStatus status, int decided, String source) {
        return new MemoryVersion(
                memoryId,
                version,
                "n",
                Scope.USER,
                null,
                1,
                status,
                Layer.FACT,
                content,
                List.of(),
                5,
                List.of(source),
                false,
                false,
                null,
                0,
                0,
                0,
                null,
                null,
                at(decided));
    }

    private static Hit hit(MemoryVersion version) {
        return new Hit(
                version.memoryId(),
                version.version(),
                0.5,
                version.content(),
                version.facts(),
                version.sourceEventIds(),
                false,
                0);
    }

    private static Instant at(int second) {
        return Instant.ofEpochSecond(second);
    }
}
