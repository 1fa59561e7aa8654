package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.done;
import static io.fastmemory.evaluation.metric.RecordedRun.hit;
import static io.fastmemory.evaluation.metric.RecordedRun.query;
import static io.fastmemory.evaluation.metric.RecordedRun.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary.EpisodeReward;
import io.fastmemory.evaluation.reward.RewardWeights;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.RejectionCode;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.CallReward;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.QueryReward;
import io.fastmemory.model.rollout.QueryReward.Credit;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By hand: target 5,000 ms, storage budget 2,000 tokens, indexing budget 20 operations. */
class RunRewardsTest {
    private static final RewardWeights WEIGHTS = new RewardWeights(0.5, 0.1, 0.2, 0.05);
    private static final Fact RED = Fact.of("bike", "colour", "red");
    private static final Fact DOG = Fact.of("Ann", "pet", "dog");

    private final RecordedRun run = new RecordedRun().add(RecordedRun.run("r1", 3, 4));

    RunRewardsTest() {
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e2", Urgency.NORMAL, 1000, 1005, 1200, 1)
                .call(
                        RecordedRun.ENTITY,
                        0,
                        200,
                        List.of("e1"),
                        List.of(
                                new MemoryAction.WriteMemory("c", List.of(RED), List.of("e1"), Layer.FACT, null, "r"),
                                new MemoryAction.IndexNow("$0", "r")),
                        List.of(done(0, "write_memory", 40), done(1, "index_now", 0)))
                .call(
                        RecordedRun.ENTITY,
                        1,
                        1200,
                        List.of("e2"),
                        List.of(new MemoryAction.IgnoreEvent("e2", "r"), new MemoryAction.IndexNow("m9", "r")),
                        List.of(done(0, "ignore_event", 0), rejected(1, RejectionCode.UNKNOWN_MEMORY)))
                .version("m1", 1, 0, 300, RED, "e1")
                .upsert("m1", 1, 0, 200, 1000L);
    }

    @Test
    void sharesSuccessAmongTheCallsThatWroteWhatIsCited() {
        run.query(query("q1", "current", 2000)
                .requires(RED, "e1")
                .hits(hit("m1", 1, RED, "e1"), hit("m7", 1, RED, "e1"))
                .answers("red", "m1")
                .succeeds());

        assertThat(reward("q1"))
                .as("ready after 1,000 of 5,000 ms: 1 − 0.5 · 0.2")
                .isEqualTo(new QueryReward(1, 0.2, 0.9, List.of(new Credit("ent-1", 0, 0.9))));
        assertThat(call(0)).as("0.1 · 40/2000 and 0.2 · 1/20").isEqualTo(new CallReward(0.002, 0.01, 0, 0.9, 0.888));
        assertThat(call(1)).as("one action rejected").isEqualTo(new CallReward(0, 0, 0.05, 0, -0.05));
    }

    @Test
    void losesNoFreshnessToTimeWhereQueriesAreSettled() {
        run.lines.set(0, RecordedRun.run("r1", "settled", 3, 4));
        run.query(query("q1", "current", 2000)
                        .requires(RED, "e1")
                        .hits(hit("m1", 1, RED, "e1"))
                        .answers("red", "m1")
                        .succeeds())
                .query(query("q2", "current", 2000).requires(DOG, "e2").fails(CauseOfFailure.IGNORED));

        assertThat(reward("q1").freshnessLoss()).as("visible after 1,000 ms").isZero();
        assertThat(reward("q2").freshnessLoss()).as("never ready").isEqualTo(1);
    }

    @Test
    void countsWhatASettledQueryCouldSeeAndNotWhenItWasSuperseded() {
        run.lines.set(0, RecordedRun.run("r1", "settled", 3, 4));
        run.query(query("early", "current", 400).requires(RED, "e1").fails(CauseOfFailure.INDEX_DELAYED))
                .query(query("q1", "current", 2000)
                        .requires(RED, "e1")
                        .hits(hit("m1", 1, RED, "e1"))
                        .answers("red", "m1")
                        .succeeds())
                .query(query("q2", "updated", 700)
                        .requires(DOG, "e2")
                        .forbids(RED)
                        .fails(CauseOfFailure.IGNORED));

        assertThat(reward("early").freshnessLoss()).as("visible only after it").isEqualTo(1);
        assertThat(reward("q1").freshnessLoss())
                .as("superseded at 700 ms by arrival, visible at 1,000 ms")
                .isZero();
    }

    @Test
    void blamesTheCallThatTheCauseNames() {
        run.query(query("q2", "current", 2000).requires(DOG, "e2").fails(CauseOfFailure.IGNORED));

        assertThat(reward("q2"))
                .as("never ready: 0 − 0.5")
                .isEqualTo(new QueryReward(0, 1, -0.5, List.of(new Credit("ent-1", 1, -0.5))));
        assertThat(call(1)).isEqualTo(new CallReward(0, 0, 0.05, -0.5, -0.55));
    }

    @Test
    void blamesTheCallThatOverwroteTheFact() {
        run.version("m1", 2, 1, 1300, DOG, "e1", "e2")
                .query(query("q1", "current", 2000).requires(RED, "e1").fails(CauseOfFailure.WRONG));

        assertThat(reward("q1"))
                .as("call 0 wrote red, ready after 1,000 of 5,000 ms; call 1 wrote the dog over it")
                .isEqualTo(new QueryReward(0, 0.2, -0.1, List.of(new Credit("ent-1", 1, -0.1))));
    }

    @Test
    void blamesNoCallForWhatTheReaderDidOrWhatHadNotArrived() {
        run.query(query("q3", "current", 2000)
                        .requires(RED, "e1")
                        .hits(hit("m1", 1, RED, "e1"))
                        .answers("green", "m1")
                        .fails(CauseOfFailure.READER_WRONG))
                .query(query("q4", "current", 500).requires(DOG, "e2").fails(CauseOfFailure.NOT_ARRIVED));

        assertThat(reward("q3")).isEqualTo(new QueryReward(0, 0.2, -0.1, List.of()));
        assertThat(reward("q4")).isEqualTo(new QueryReward(0, 1, -0.5, List.of()));
        assertThat(call(0).credit()).isZero();
    }

    @Test
    void losesFreshnessByTheFactThatWasReadyLast() {
        run.query(query("q5", "both", 2000)
                .requires(RED, "e1")
                .requires(DOG, "e2")
                .fails(CauseOfFailure.IGNORED));

        assertThat(reward("q5").freshnessLoss()).isEqualTo(1);
    }

    @Test
    void losesNoFreshnessWhereNothingIsRequired() {
        run.query(query("q6", "unknown", 2000).asks("lamp", "colour").succeeds());

        assertThat(reward("q6")).isEqualTo(new QueryReward(1, 0, 1, List.of()));
    }

    @Test
    void addsUpToTheEpisode() {
        run.query(query("q1", "current", 2000)
                        .requires(RED, "e1")
                        .hits(hit("m1", 1, RED, "e1"))
                        .answers("red", "m1")
                        .succeeds())
                .query(query("q2", "current", 2000).requires(DOG, "e2").fails(CauseOfFailure.IGNORED))
                .query(query("q6", "unknown", 2000).asks("lamp", "colour").succeeds())
                .rewarded(WEIGHTS);

        assertThat(Summaries.of(RunMetrics.of(run.rollouts(), EvaluationSettings.DEFAULTS))
                        .quality()
                        .reward())
                .as("0.9 − 0.5 + 1 less 0.002 + 0.01 + 0.05; of the queries, 1 is nobody's")
                .isEqualTo(new EpisodeReward(1.338, 1.4, 0.002, 0.01, 0.05, 1));
    }

    @Test
    void rewardsNothingWithoutBudgetsToMeasureAgainst() {
        RecordedRun bare = new RecordedRun()
                .add(RecordedRun.run("r1", 0, 1))
                .query(query("q6", "unknown", 2000).asks("lamp", "colour").succeeds())
                .rewarded(WEIGHTS);
        EvalSummary summary = Summaries.of(RunMetrics.of(bare.rollouts(), EvaluationSettings.DEFAULTS));

        assertThat(summary.quality().reward()).isNull();
        assertThat(summary.headline().score()).isNull();
    }

    private QueryReward reward(String queryId) {
        run.rewarded(WEIGHTS);
        for (RolloutLine line : run.lines) {
            if (line instanceof QueryLine query && query.queryId().equals(queryId) && query.reward() != null) {
                return query.reward();
            }
        }
        throw new AssertionError("no reward of " + queryId);
    }

    private CallReward call(long callSeq) {
        run.rewarded(WEIGHTS);
        return run.lines.stream()
                .filter(line -> line instanceof CallLine call && call.callSeq() == callSeq)
                .map(line -> ((CallLine) line).reward())
                .findFirst()
                .orElseThrow();
    }
}
