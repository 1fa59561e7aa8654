package io.fastmemory.evaluation.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.model.rollout.CallReward;
import io.fastmemory.model.rollout.QueryReward;
import io.fastmemory.model.rollout.QueryReward.Credit;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewardFunctionTest {
    private final RewardFunction function =
            new RewardFunction(new RewardWeights(0.5, 0.1, 0.2, 0.05), 5_000, 2_000, 20);

    @Test
    void losesFreshnessInProportionToTheTargetAndAllOfItWhenNeverReady() {
        assertThat(function.freshnessLoss(0.0)).isZero();
        assertThat(function.freshnessLoss(1_250.0)).isEqualTo(0.25);
        assertThat(function.freshnessLoss(5_000.0)).isEqualTo(1);
        assertThat(function.freshnessLoss(60_000.0)).isEqualTo(1);
        assertThat(function.freshnessLoss(null)).isEqualTo(1);
    }

    @Test
    void rewardsSuccessLessFreshnessAndSharesItEqually() {
        CallRef first = new CallRef("ent-1", 1);
        CallRef second = new CallRef("ent-2", 7);

        assertThat(function.ofQuery(true, 0.25, List.of(first, second)))
                .as("1 − 0.5 · 0.25 = 0.875, half of it each")
                .isEqualTo(new QueryReward(
                        1, 0.25, 0.875, List.of(new Credit("ent-1", 1, 0.4375), new Credit("ent-2", 7, 0.4375))));
        assertThat(function.ofQuery(false, 1, List.of(first)))
                .as("0 − 0.5 · 1")
                .isEqualTo(new QueryReward(0, 1, -0.5, List.of(new Credit("ent-1", 1, -0.5))));
        assertThat(function.ofQuery(true, 0, List.of())).isEqualTo(new QueryReward(1, 0, 1, List.of()));
    }

    @Test
    void chargesACallForTokensIndexOperationsAndRejectedActions() {
        assertThat(function.ofCall(new CallUse(100, 3, 2), 0.5))
                .as("0.1 · 100/2000 = 0.005; 0.2 · 3/20 = 0.03; 0.05 · 2 = 0.1")
                .isEqualTo(new CallReward(0.005, 0.03, 0.1, 0.5, 0.365));
    }

    @Test
    void givesNothingForTokensThatWereFreed() {
        assertThat(function.ofCall(new CallUse(-100, 0, 0), 0)).isEqualTo(new CallReward(0, 0, 0, 0, 0));
    }

    @Test
    void takesABudgetOfNothingForOne() {
        assertThat(new RewardFunction(RewardWeights.DEFAULTS, 0, 0, 0)
                        .ofCall(new CallUse(2, 1, 0), 0)
                        .total())
                .isEqualTo(-0.3);
    }

    @Test
    void refusesWeightsThatAreNoWeights() {
        assertThatThrownBy(() -> new RewardWeights(0.5, -0.1, 0, 0))
                .hasMessage("expected a reward weight 'storage' of at least 0: -0.1");
        assertThatThrownBy(() -> new RewardWeights(Double.NaN, 0, 0, 0)).hasMessageContaining("'freshness'");
    }
}
