package io.fastmemory.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedsTest {
    @Test
    void areRangesAndNumbers() {
        assertThat(Seeds.parse("1..5")).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(Seeds.parse("1,2,7")).containsExactly(1L, 2L, 7L);
        assertThat(Seeds.parse("7, 1..2,9..9")).containsExactly(7L, 1L, 2L, 9L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1..|expected seeds such as 1..5 or 1,2,7: 1..",
                "''|expected seeds such as",
                "-1|expected seeds such as",
                "1;2|expected seeds such as",
                "5..1|expected a range of seeds to rise: 5..1",
                "1..3,2|expected each seed once, found 2 again",
                "0..1000|expected at most 1000 seeds",
                "1..9999999999999999999|expected seeds such as",
                "0..999999999999999999|expected at most 1000 seeds"
            })
    void textThatNamesNoSeedsIsRefused(String text, String message) {
        assertThatThrownBy(() -> Seeds.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
