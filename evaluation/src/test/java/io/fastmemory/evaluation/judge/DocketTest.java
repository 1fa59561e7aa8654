package io.fastmemory.evaluation.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DocketTest {
    private static final List<String> PLACES = List.of(
            "the harbour of Lisbon", "a mill near Utrecht", "Kyoto", "two weeks in June", "her sister Ada", "42");

    @Test
    void answersToFreeTextAreJudgedAndTheOthersAreCounted() {
        JudgedRun run = new JudgedRun()
                .text("q1", "Lisbon", "in Lisbon")
                .text("q2", "Oslo", null)
                .updated("q3", "blue", "red", "blue")
                .add("q4", null, List.of(), List.of(), List.of());

        Docket text = Docket.of(run.queries(), settings(false, 0, 7));
        Docket all = Docket.of(run.queries(), settings(true, 0, 7));

        assertThat(text.cases()).extracting(one -> one.query().queryId()).containsExactly("q1");
        assertThat(text.notJudged()).isEqualTo(Map.of("unanswerable", 1L, "not_free_text", 1L, "abstained", 1L));
        assertThat(all.cases()).extracting(one -> one.query().queryId()).containsExactlyInAnyOrder("q1", "q3");
        assertThat(all.notJudged()).isEqualTo(Map.of("unanswerable", 1L, "abstained", 1L));
    }

    @Test
    void wrongAnswersAreWrongByTheEvaluationsOwnRule() {
        for (long seed = 1; seed <= 20; seed++) {
            Docket docket = Docket.of(places().queries(), settings(false, 100, seed));

            List<JudgeCase> wrong =
                    docket.cases().stream().filter(one -> one.control().wrong()).toList();
            assertThat(wrong).hasSize(6).allSatisfy(one -> {
                String value = one.answer().get(0).value();
                assertThat(PLACES).contains(value);
                assertThat(value)
                        .isNotEqualTo(
                                one.query().gold().required().get(0).fact().value());
                assertThat(one.correct()).isFalse();
                assertThat(one.query().correctWith(Map.of("a0", value))).isFalse();
            });
            assertThat(docket.controls()).isEqualTo(12);
        }
    }

    @Test
    void anotherSpellingOrAPartOfTheRightValueIsNotTakenForWrong() {
        JudgedRun run = new JudgedRun()
                .text("q1", "8 May 2023", null)
                .text("q2", "May 8th, 2023", null)
                .text("q3", "Sweden and Norway", null)
                .text("q4", "Sweden", null);

        for (long seed = 1; seed <= 20; seed++) {
            for (JudgeCase one :
                    Docket.of(run.queries(), settings(false, 100, seed)).cases()) {
                String id = one.query().queryId();
                String value = one.answer().get(0).value();
                if (one.control().wrong()) {
                    assertThat(value.contains("2023")).isEqualTo(id.equals("q3") || id.equals("q4"));
                }
            }
        }
    }

    @Test
    void outdatedValuesAreAmongTheWrongOnes() {
        JudgedRun run = new JudgedRun();
        IntStream.range(0, 40).forEach(i -> run.updated("q" + i, "blue " + i, "red " + i, "blue " + i));

        List<JudgeCase> cases = Docket.of(run.queries(), settings(true, 40, 7)).cases();

        assertThat(cases)
                .filteredOn(one -> one.control() == Control.WRONG_FORBIDDEN)
                .hasSizeBetween(10, 30)
                .allSatisfy(one -> assertThat(one.answer().get(0).value())
                        .isEqualTo("red " + one.query().queryId().substring(1)));
        assertThat(cases)
                .filteredOn(one -> one.control() == Control.WRONG_OTHER)
                .hasSizeBetween(10, 30)
                .allSatisfy(one -> assertThat(one.answer().get(0).value()).startsWith("blue "));
    }

    @Test
    void oneValueOfSeveralIsWrong() {
        JudgedRun run = new JudgedRun().add("q1", null, List.of("Kyoto", "in June"), List.of(), List.of());
        places().queries();
        run.text("q2", "a grey cat", null);

        JudgeCase wrong = Docket.of(run.queries(), settings(false, 100, 7)).cases().stream()
                .filter(one -> one.control().wrong() && one.query().queryId().equals("q1"))
                .findFirst()
                .orElseThrow();

        List<String> values =
                wrong.answer().stream().map(JudgeLine.Given::value).toList();
        assertThat(values).hasSize(2).contains("a grey cat").containsAnyOf("Kyoto", "in June");
    }

    @Test
    void controlThatCannotBeMadeIsCounted() {
        JudgedRun run = new JudgedRun().text("q1", "Kyoto", "Kyoto").text("q2", "kyoto!", null);

        Docket docket = Docket.of(run.queries(), settings(false, 100, 7));

        assertThat(docket.controlsMissing()).isEqualTo(Map.of("wrong", 2L));
        assertThat(docket.controls()).isEqualTo(2);
    }

    @Test
    void sameSeedGivesTheSameInTheSameOrderAndControlsStandAmongTheRest() {
        JudgedRun run = new JudgedRun();
        IntStream.range(0, 60).forEach(i -> run.text("q" + i, "value of " + "abcdefghij".charAt(i % 10) + i, "x"));

        Docket first = Docket.of(run.queries(), settings(false, 30, 7));

        assertThat(Docket.of(run.queries(), settings(false, 30, 7))).isEqualTo(first);
        assertThat(Docket.of(run.queries(), settings(false, 30, 8))).isNotEqualTo(first);
        assertThat(first.controls()).isEqualTo(60);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < first.cases().size(); i++) {
            if (first.cases().get(i).control() != Control.NONE) {
                places.add(i);
            }
        }
        assertThat(places.get(0)).isLessThan(20);
        assertThat(places.get(59)).isGreaterThan(100);
    }

    private static JudgedRun places() {
        JudgedRun run = new JudgedRun();
        IntStream.range(0, PLACES.size()).forEach(i -> run.text("q" + i, PLACES.get(i), "no idea"));
        return run;
    }

    private static JudgeSettings settings(boolean all, int controls, long seed) {
        return new JudgeSettings(all, controls, seed, 2, Duration.ofSeconds(5), 1);
    }
}
