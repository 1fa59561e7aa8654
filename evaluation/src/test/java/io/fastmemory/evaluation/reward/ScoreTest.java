package io.fastmemory.evaluation.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreTest {
    @Test
    void weighsEachPartAsDefined() {
        List<Score> parts = List.of(
                new Score(1, 0, 0, 0, 0, 0, 0, 0, 0),
                new Score(0, 1, 0, 0, 0, 0, 0, 0, 0),
                new Score(0, 0, 1, 0, 0, 0, 0, 0, 0),
                new Score(0, 0, 0, 1, 0, 0, 0, 0, 0),
                new Score(0, 0, 0, 0, 1, 0, 0, 0, 0),
                new Score(1, 1, 1, 1, 1, 1, 0, 0, 0),
                new Score(1, 1, 1, 1, 1, 0, 1, 0, 0),
                new Score(1, 1, 1, 1, 1, 0, 0, 1, 0),
                new Score(1, 1, 1, 1, 1, 0, 0, 0, 1));

        assertThat(parts.stream().map(Score::points))
                .containsExactly(30.0, 25.0, 15.0, 10.0, 20.0, 75.0, 80.0, 80.0, 85.0);
    }

    @Test
    void addsUpAHandComputedExample() {
        // earned 0.24 + 0.175 + 0.135 + 0.08 + 0.1 = 0.73; lost 0.025 + 0.06 + 0.01 + 0.03 = 0.125
        assertThat(new Score(0.8, 0.7, 0.9, 0.8, 0.5, 0.1, 0.3, 0.05, 0.2).points())
                .isEqualTo(60.5);
    }

    @Test
    void staysBetweenNothingAndHundred() {
        assertThat(new Score(0, 0, 0, 0, 0, 1, 1, 1, 1).points()).isZero();
        assertThat(new Score(1, 1, 1, 1, 1, 0, 0, 0, 0).points()).isEqualTo(100);
    }
}
