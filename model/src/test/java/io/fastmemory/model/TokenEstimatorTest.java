package io.fastmemory.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenEstimatorTest {
    @Test
    void countsCodePointsAndRoundsUp() {
        assertThat(TokenEstimator.tokens("")).isZero();
        assertThat(TokenEstimator.tokens("abcd")).isEqualTo(1);
        assertThat(TokenEstimator.tokens("abcde")).isEqualTo(2);
        assertThat(TokenEstimator.tokens("😀😀😀😀")).isEqualTo(1);
    }

    @Test
    void countsEveryTextOfTheFactsOfAMemory() {
        Fact fact = new Fact("subj", "attr", "valu", List.of("alia", "alib"), "unit");

        assertThat(TokenEstimator.tokens("content!", List.of(fact, fact))).isEqualTo(2 + 2 * 6);
    }

    @Test
    void costsTheContentAloneWithoutFacts() {
        assertThat(TokenEstimator.tokens("abcde", List.of())).isEqualTo(TokenEstimator.tokens("abcde"));
    }

    @Test
    void countsTextSourceAndAttributesOfAnEvent() {
        Event event = new Event(
                "e1",
                "n1",
                Scope.USER,
                null,
                0,
                null,
                "chat",
                "text!",
                Urgency.NORMAL,
                Map.of("name", "val", "n", "v"));

        assertThat(TokenEstimator.tokens(event)).isEqualTo(5); // of 4 + 5 + 7 + 2
    }
}
