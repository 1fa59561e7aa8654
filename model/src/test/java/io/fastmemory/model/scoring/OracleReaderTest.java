package io.fastmemory.model.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.util.List;
import org.junit.jupiter.api.Test;

class OracleReaderTest {
    private static final List<Ask> ASKS = List.of(new Ask("a", "Ann", "city"));
    private static final GoldQuery GOLD = new GoldQuery(
            "q",
            "c",
            List.of(new GoldQuery.Required("a", Fact.of("Ann", "city", "Berlin"), List.of("e2"))),
            List.of(new GoldQuery.Forbidden("a", Fact.of("Ann", "city", "Paris"))),
            false);

    @Test
    void takesTheNewestSourcedOfTheOldAndTheNewValue() {
        Hit old = hit("m1", "Ann lives in Paris", false, 10, "e1");
        Hit current = hit("m2", "Ann lives in Berlin", false, 20, "e2");
        Hit repeated = hit("m3", "Ann lives in Paris", false, 30, "e3");

        assertThat(OracleReader.answer(ASKS, GOLD, List.of(old, current))).isEqualTo(giving("Berlin", "m2"));
        assertThat(OracleReader.answer(ASKS, GOLD, List.of(old))).isEqualTo(giving("Paris", "m1"));
        assertThat(OracleReader.answer(ASKS, GOLD, List.of(current, repeated))).isEqualTo(giving("Paris", "m3"));
    }

    @Test
    void takesAnUnchangedTextByItsEvidenceNotByItsWords() {
        Hit mention = hit("m1", "Berlin is in the news", true, 30, "e7");
        Hit evidence = hit("m2", "We moved from Paris", true, 20, "e2");

        assertThat(OracleReader.answer(ASKS, GOLD, List.of(mention, evidence))).isEqualTo(giving("Berlin", "m2"));
        assertThat(OracleReader.answer(ASKS, GOLD, List.of(mention)).abstained())
                .isTrue();
    }

    @Test
    void abstainsWhereNothingIsAsserted() {
        Answer answer = OracleReader.answer(ASKS, GOLD, List.of(hit("m1", "Ann likes tea", false, 1, "e9")));

        assertThat(answer.abstained()).isTrue();
        assertThat(answer.answers()).isEmpty();
    }

    @Test
    void leavesOutTheAskForWhichNothingIsAsserted() {
        List<Ask> asks = List.of(new Ask("b", "Ann", "pet"), ASKS.get(0));

        Answer answer = OracleReader.answer(asks, GOLD, List.of(hit("m2", "Ann lives in Berlin", false, 20, "e2")));

        assertThat(answer).isEqualTo(giving("Berlin", "m2"));
    }

    @Test
    void citesAMemoryForEveryEvidenceAnAskNeeds() {
        Fact fact = Fact.of("Ann", null, "Rome and Oslo");
        GoldQuery gold = new GoldQuery(
                "q",
                "c",
                List.of(
                        new GoldQuery.Required("a", fact, List.of("e1")),
                        new GoldQuery.Required("a", fact, List.of("e2"))),
                List.of(),
                false);

        Answer answer = OracleReader.answer(
                ASKS,
                gold,
                List.of(hit("m1", "Oslo was cold", true, 1, "e1"), hit("m2", "Rome was hot", true, 2, "e2")));

        assertThat(answer.answers()).containsExactly(new Answer.AskAnswer("a", "Rome and Oslo", List.of("m1", "m2")));
    }

    private static Answer giving(String value, String memoryId) {
        return new Answer(List.of(new Answer.AskAnswer("a", value, List.of(memoryId))), value, false);
    }

    private static Hit hit(String memoryId, String content, boolean verbatim, long newest, String source) {
        return new Hit(memoryId, 1, 0.5, content, List.of(), List.of(source), verbatim, newest);
    }
}
