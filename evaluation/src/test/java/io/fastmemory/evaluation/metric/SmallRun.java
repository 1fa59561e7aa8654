package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.hit;
import static io.fastmemory.evaluation.metric.RecordedRun.query;

import io.fastmemory.evaluation.reward.RewardWeights;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.DigestLine.MemoryRef;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A run in which a bike turns from red to blue, told to a policy that keeps up, late for the first question. */
public final class SmallRun {
    /** The top-level keys of a summary, in their order. */
    static final List<String> KEYS = List.of(
            "run_id",
            "policy",
            "reader",
            "llm",
            "dataset",
            "headline",
            "time",
            "quality",
            "cost",
            "failures",
            "fallbacks",
            "budget",
            "reconciliation",
            "config",
            "versions",
            "started_at",
            "wall_s");

    static final Fact RED = Fact.of("bike", "colour", "red");
    static final Fact BLUE = Fact.of("bike", "colour", "blue");

    private SmallRun() {}

    /** Its summary. */
    public static EvalSummary summary() {
        return summary(recorded("r1").rewarded(RewardWeights.DEFAULTS));
    }

    /** The summary of a run that recorded nothing but its configuration. */
    public static EvalSummary emptySummary() {
        return summary(new RecordedRun().add(RecordedRun.run("r1", 0, 0)));
    }

    private static EvalSummary summary(RecordedRun run) {
        return Summaries.of(RunMetrics.of(run.rollouts(), EvaluationSettings.DEFAULTS));
    }

    static RecordedRun recorded(String runId) {
        RecordedRun.Query stale = query("q3", "updated", 1200)
                .requires(BLUE, "e2")
                .forbids(RED)
                .hits(hit("m1", 1, RED, "e1"))
                .answers("red", "m1");
        return new RecordedRun()
                .add(RecordedRun.run(runId, 3, 5))
                .label("e1", EventCategory.USEFUL_FACT, List.of(RED))
                .label("e2", EventCategory.STALE_UPDATE, List.of(BLUE), "e1")
                .event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e2", Urgency.URGENT, 1000, 1012, 1300, 1)
                .call(0, 200, "e1")
                .call(1, 1300, "e2")
                .version("m1", 1, 0, 300, RED, "e1")
                .version("m1", 2, 1, 1400, BLUE, "e1", "e2")
                .upsert("m1", 1, 0, 200, 350L)
                .upsert("m1", 2, 1, 1300, 1500L)
                .input(3, "redelivered", null)
                .query(query("q1", "current", 100).requires(RED, "e1").fails(CauseOfFailure.IN_FLIGHT))
                .query(query("q2", "current", 600)
                        .requires(RED, "e1")
                        .hits(hit("m1", 1, RED, "e1"))
                        .answers("red", "m1")
                        .succeeds())
                .query(stale.judged(stale.verdict(false, false, true, 0.0, 0.0), CauseOfFailure.IN_FLIGHT))
                .query(query("q4", "updated", 3000)
                        .requires(BLUE, "e2")
                        .forbids(RED)
                        .hits(hit("m1", 2, BLUE, "e1", "e2"))
                        .answers("Blue", "m1")
                        .succeeds())
                .query(query("q5", "unknown", 4000).asks("lamp", "colour").succeeds())
                .digests(List.of(new MemoryRef("m1", 2)), List.of(new MemoryRef("m1", 2)), 2)
                .add(RecordedRun.end(runId, 10_000));
    }

    public static List<RolloutLine> lines(String runId) {
        return recorded(runId).lines;
    }

    /** The same run with other options in its record. */
    public static RunLine configured(RunLine run, Map<String, String> config) {
        return changed(run, run.startedAt(), config);
    }

    /** The same run with another start and other options in its record. */
    static RunLine changed(RunLine run, Instant startedAt, Map<String, String> config) {
        return new RunLine(
                run.runId(),
                startedAt,
                run.speed(),
                run.queries(),
                run.policy(),
                run.reader(),
                run.llm(),
                run.dataset(),
                run.index(),
                run.embedding(),
                run.promptHash(),
                run.temperature(),
                run.seed(),
                config,
                run.versions());
    }
}
