package io.fastmemory.evaluation.judge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AgreementTest {
    @Test
    void kappaIsAgreementBeyondThatOfChance() {
        // Both 20, only the rule 5, only the judge 10, neither 15. They agree on 35 of 50. By chance: the rule finds
        // 25 of 50 right and the judge 30 of 50, so 0.5 * 0.6 + 0.5 * 0.4 = 0.5, and (0.7 - 0.5) / (1 - 0.5) = 0.4.
        Agreement agreement = Agreement.of(20, 5, 10, 15);

        assertThat(agreement.agreement()).isEqualTo(0.7);
        assertThat(agreement.kappa()).isEqualTo(0.4);
    }

    @Test
    void kappaIsBelowZeroWhenTheyAgreeLessThanByChance() {
        // Agreement 2 of 10; by chance 0.5 * 0.5 + 0.5 * 0.5 = 0.5; (0.2 - 0.5) / 0.5 = -0.6.
        assertThat(Agreement.of(1, 4, 4, 1).kappa()).isEqualTo(-0.6);
    }

    @Test
    void kappaIsNotDefinedWhenBothFindEverythingRight() {
        Agreement agreement = Agreement.of(9, 0, 0, 0);

        assertThat(agreement.agreement()).isEqualTo(1.0);
        assertThat(agreement.kappa()).isNull();
    }

    @Test
    void judgeThatAcceptsEverythingAgreesByChanceOnly() {
        assertThat(Agreement.of(6, 0, 4, 0).kappa()).isZero();
    }

    @Test
    void nothingJudgedIsNoFigure() {
        assertThat(Agreement.of(0, 0, 0, 0)).isEqualTo(new Agreement(0, 0, 0, 0, null, null));
    }
}
