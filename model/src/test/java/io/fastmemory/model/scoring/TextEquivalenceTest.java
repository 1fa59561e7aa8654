package io.fastmemory.model.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Fact;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextEquivalenceTest {
    /** Shares by hand: content words of the gold value that are among the answer's, over all of them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        Fantasy stories with plot twists   | He writes fantasy stories that have plot twists     | true   # 4/4
        Fantasy stories with plot twists   | fantasy stories full of plot                        | true   # 3/4
        Fantasy stories with plot twists   | fantasy stories                                     | false  # 2/4
        Oliver, Luna, Bailey               | Luna and Oliver                                     | true   # 2/3
        Oliver, Luna, Bailey               | Luna                                                | false  # 1/3
        German                             | Tim is learning German                              | true   # 1/1
        German                             | Tim is learning Spanish                             | false  # 0/1
        2022                               | She painted it in 2022.                             | true   # equal number
        2022                               | On 3 June 2022.                                     | true   # more precise
        2022                               | She painted it in 2021.                             | false
        24 August 2023                     | It was on August 24th, 2023                         | true   # equal date
        24 August 2023                     | It was on August 23rd, 2023                         | false  # two of three words are not enough
        24 August 2023                     | It was in August 2023                               | false  # less precise
        September 2023                     | on 3 September 2023                                 | true   # more precise
        The Friday before 14 August 2023   | on 11 August 2023                                   | true   # the day it means
        The Friday before 14 August 2023   | on 14 August 2023                                   | false
        The week before 9 June 2023        | in the week before June 9, 2023                     | true   # week and the date
        The week before 9 June 2023        | in the week before June 16, 2023                    | false  # 1/2
        5 km                               | about 5000 m in all                                 | true   # equal quantity
        3                                  | she has three cats                                  | true
        3                                  | she has 13 cats                                     | false
        the                                | the                                                 | true   # equal
        yes                                | no                                                  | false
        """)
    void satisfied(String gold, String answer, String expected) {
        assertThat(TextEquivalence.satisfied(Fact.of("Ann", null, gold), answer))
                .isEqualTo(expected.startsWith("true"));
    }

    @Test
    void onlyTheFirstSixtyTokensCount() {
        Fact gold = Fact.of("Ann", null, "purple bicycle");

        assertThat(TextEquivalence.satisfied(gold, "word ".repeat(58) + "purple bicycle"))
                .isTrue();
        assertThat(TextEquivalence.satisfied(gold, "word ".repeat(59) + "purple bicycle"))
                .isFalse();
        assertThat(TextEquivalence.satisfied(Fact.of("Ann", null, "8 May 2023"), "word ".repeat(60) + "8 May 2023"))
                .isFalse();
    }

    @Test
    void anEmptyAnswerSatisfiesNothing() {
        assertThat(TextEquivalence.satisfied(Fact.of("Ann", null, "purple bicycle"), ""))
                .isFalse();
    }
}
