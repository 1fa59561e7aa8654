package io.fastmemory.model.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.rollout.QueryLine;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RankingTest {
    private static final Fact FACT = Fact.of("bike", "colour", "red");

    @Test
    void discountsOneFactByItsRank() {
        assertThat(Ranking.ndcg(requires("e1"), hits("e1", "x"), 10)).isEqualTo(1);
        assertThat(Ranking.ndcg(requires("e1"), hits("x", "x", "e1"), 10))
                .as("1 ÷ log₂ 4")
                .isEqualTo(0.5, within(1e-12));
        assertThat(Ranking.ndcg(requires("e1"), hits("x", "x"), 10)).isZero();
    }

    @Test
    void looksAtTheFirstHitsOnly() {
        assertThat(Ranking.ndcg(requires("e1"), hits("x", "x", "e1"), 2)).isZero();
    }

    @Test
    void countsEachFactOnceAgainstOneAtEachRank() {
        // Found at ranks 1 and 4: (1 + 1 ÷ log₂ 5) ÷ (1 + 1 ÷ log₂ 3)
        assertThat(Ranking.ndcg(requires("e1", "e2"), hits("e1", "e1", "x", "e2"), 10))
                .isEqualTo((1 + 0.430677) / (1 + 0.630930), within(1e-6));
    }

    @Test
    void takesOneHitWithSeveralFactsForNoMoreThanTheIdeal() {
        QueryLine.Hit both = new QueryLine.Hit("m1", 1, 0.9, "", List.of(), List.of("e1", "e2"), false, 0);

        assertThat(Ranking.ndcg(requires("e1", "e2"), List.of(both), 10)).isEqualTo(1);
    }

    @Test
    void hasNoValueWhereNothingIsRequired() {
        assertThat(Ranking.ndcg(new GoldQuery("q", "c", List.of(), List.of(), true), hits("e1"), 10))
                .isNull();
    }

    private static GoldQuery requires(String... evidence) {
        List<GoldQuery.Required> required = Stream.of(evidence)
                .map(id -> new GoldQuery.Required("a", FACT, List.of(id)))
                .toList();
        return new GoldQuery("q", "c", required, List.of(), false);
    }

    private static List<QueryLine.Hit> hits(String... sources) {
        return Stream.of(sources)
                .map(id -> new QueryLine.Hit("m-" + id, 1, 0.9, "", List.of(), List.of(id), false, 0))
                .toList();
    }
}
