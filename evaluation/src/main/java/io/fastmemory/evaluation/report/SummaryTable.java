package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvalSummary.Difference;
import io.fastmemory.evaluation.metric.EvalSummary.LlmCost;
import io.fastmemory.evaluation.metric.EvalSummary.QueryQuality;
import io.fastmemory.evaluation.metric.TimeStat;
import io.fastmemory.evaluation.reward.RewardWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The plain table printed at the end of a run: at most {@value #WIDTH} columns, no colours. */
public final class SummaryTable {
    /** Longest line. */
    public static final int WIDTH = 100;

    private static final int DIFFERENCES_SHOWN = 5;
    private static final String NOT_REACHED = "not reached";

    private final TableText text = new TableText();

    private SummaryTable() {}

    /** The table of {@code summary}, ending in a line break. */
    public static String render(EvalSummary summary) {
        SummaryTable table = new SummaryTable();
        table.run(summary);
        table.headline(summary);
        table.times(summary.time());
        table.quality(summary.quality());
        table.failures(summary);
        table.cost(summary);
        table.fallbacks(summary);
        table.reconciliation(summary);
        return table.text.toString();
    }

    private void run(EvalSummary summary) {
        EvalSummary.DatasetUsed dataset = summary.dataset();
        String seed = dataset.seed() == null ? "" : ", seed " + dataset.seed();
        text.line(
                "run",
                summary.runId()
                        + (summary.wallS() == null ? ", not finished" : ", " + Figures.seconds(summary.wallS())));
        text.line(
                "dataset",
                dataset.name() + " (" + dataset.mode() + seed + "): " + Figures.count(dataset.events()) + " events, "
                        + Figures.count(dataset.queries()) + " queries");
        text.line("policy", summary.policy() + bound(isBoundPolicy(summary.policy())));
        text.line("reader", summary.reader() + bound(!summary.reader().equals("llm")));
        EvalSummary.LlmUsed llm = summary.llm();
        text.line(
                "llm",
                llm.client() + " / " + llm.model()
                        + (llm.mock() ? "  [MOCK: a stand-in model; quality says nothing about an LLM]" : ""));
        EvalSummary.RunConfig config = summary.config();
        text.line("index, embedding", config.index() + ", " + config.embedding());
        String speed = config.speed() == 0 ? "max" : Figures.decimals(config.speed()) + "x";
        boolean throughputOnly = config.speed() == 0 && !config.queries().equals("settled");
        text.line(
                "speed, queries",
                speed + ", served on " + config.queries() + (throughputOnly ? "  [THROUGHPUT ONLY]" : ""));
    }

    private void headline(EvalSummary summary) {
        EvalSummary.Quality quality = summary.quality();
        EvalSummary.ScoreParts parts = quality.scoreParts();
        EvalSummary.Interval interval = quality.confidence().intervals().get("score");
        text.blank();
        if (parts == null) {
            text.line("score", "none: no answerable query, or no budgets recorded");
        } else {
            text.line(
                    "score",
                    Figures.amount(parts.points()) + " of 100"
                            + (interval == null || interval.low() == null
                                    ? ""
                                    : ", 95 % of resamples from " + Figures.amount(interval.low()) + " to "
                                            + Figures.amount(interval.high())));
            text.line("  earned by", earned(parts));
            text.line("  reduced by", reduced(parts));
        }
        reward(summary);
    }

    private static String earned(EvalSummary.ScoreParts parts) {
        return "correct " + Figures.percent(parts.answerCorrect()) + ", evidence "
                + Figures.percent(parts.evidenceCorrect()) + ", recall " + Figures.percent(parts.evidenceRecall())
                + ", citations " + Figures.percent(parts.citationPrecision()) + ", freshness "
                + Figures.percent(parts.freshness());
    }

    private static String reduced(EvalSummary.ScoreParts parts) {
        return "late decisions " + Figures.percent(parts.lateDecisions()) + ", storage used "
                + Figures.percent(parts.storageUsed()) + ", stale answers " + Figures.percent(parts.staleAnswers())
                + ", duplicates " + Figures.percent(parts.duplicates());
    }

    private void reward(EvalSummary summary) {
        EvalSummary.EpisodeReward reward = summary.quality().reward();
        if (reward == null) {
            text.line("reward", "none: no budgets recorded");
            return;
        }
        RewardWeights weights = summary.config().evaluation().reward();
        text.line(
                "reward",
                Figures.amount(reward.episode()) + " = queries " + Figures.amount(reward.queries()) + " − storage "
                        + Figures.amount(reward.storage()) + " − index " + Figures.amount(reward.index())
                        + " − rejected " + Figures.amount(reward.rejected()));
        text.line(
                "  weights",
                "freshness " + weights.freshness() + ", storage " + weights.storage() + ", index " + weights.index()
                        + ", rejected " + weights.rejected());
    }

    private static boolean isBoundPolicy(String policy) {
        return !policy.equals("llm");
    }

    private static String bound(boolean isBound) {
        return isBound ? "  [BOUND: not the thing under test]" : "";
    }

    private void times(Map<String, TimeStat> times) {
        text.heading("time from intended arrival", "count", "censored", "p50", "p90", "p95", "max");
        times.forEach((name, stat) -> text.row(
                name,
                Figures.count(stat.count()),
                Figures.count(stat.censored()),
                quantile(stat, stat.p50()),
                quantile(stat, stat.p90()),
                quantile(stat, stat.p95()),
                stat.max() == null ? Figures.NONE : Figures.millis(stat.max())));
    }

    private static String quantile(TimeStat stat, @Nullable Double millis) {
        return millis != null ? Figures.millis(millis) : stat.count() == 0 ? Figures.NONE : NOT_REACHED;
    }

    private void quality(EvalSummary.Quality quality) {
        text.heading("quality", "queries", "success", "correct", "evidence", "stale", "cited");
        rates("answerable", quality.answerable());
        rates("all", quality.overall());
        quality.byCategory().forEach((category, rates) -> rates("  " + category, rates));
        QueryQuality answerable = quality.answerable();
        text.line(
                "evidence recall",
                "@5 " + Figures.percent(answerable.recallAt5()) + ", @10 " + Figures.percent(answerable.recallAt10())
                        + ", @25 " + Figures.percent(answerable.recallAt25()));
        text.line(
                "nDCG of evidence",
                "@5 " + Figures.percent(answerable.ndcgAt5()) + ", @10 " + Figures.percent(answerable.ndcgAt10())
                        + ", @25 " + Figures.percent(answerable.ndcgAt25()));
        confidence(quality);
        text.line(
                "judged by words",
                Figures.percent(answerable.textual()) + " of the answerable, because their gold is free text");
        EvalSummary.Abstention abstention = quality.abstention();
        text.line(
                "abstention",
                Figures.percent(abstention.correct()) + " of " + Figures.count(abstention.queries())
                        + " without an answer, answered "
                        + Figures.percent(abstention.falseAnswer()) + "; falsely "
                        + Figures.percent(abstention.falseAbstention()) + " of the answerable");
        freshness(quality.freshnessCurve());
        memory(quality.memory());
    }

    private void confidence(EvalSummary.Quality quality) {
        Map<String, EvalSummary.Interval> intervals = quality.confidence().intervals();
        text.line(
                "95 % confidence",
                "success " + Figures.percent(quality.answerable().answerSuccess(), intervals.get("answer_success"))
                        + ", correct "
                        + Figures.percent(quality.answerable().answerCorrect(), intervals.get("answer_correct"))
                        + ", evidence "
                        + Figures.percent(quality.answerable().evidenceCorrect(), intervals.get("evidence_correct")));
    }

    private void memory(EvalSummary.@Nullable MemoryQuality memory) {
        if (memory == null) {
            text.line("memory", "not judged: no labels or state digests recorded");
            return;
        }
        text.line(
                "memory",
                "precision " + Figures.percent(memory.precision()) + " of "
                        + Figures.count(memory.statements()) + " statements, recall "
                        + Figures.percent(memory.recall()) + " of " + Figures.count(memory.facts())
                        + " facts");
        text.line(
                "",
                "updates done " + Figures.percent(memory.updateAccuracy()) + " of "
                        + Figures.count(memory.updates()) + ", duplicates "
                        + Figures.percent(memory.duplicateRate()) + " of " + Figures.count(memory.active())
                        + ", noise stored " + Figures.percent(memory.noiseStored()));
    }

    private void freshness(List<EvalSummary.FreshnessBin> curve) {
        String points = curve.stream()
                .filter(bin -> bin.queries() > 0)
                .map(bin -> "<"
                        + (bin.toMs() == null ? " ∞" : " " + Figures.millis(bin.toMs())) + ": "
                        + Figures.percent(bin.success()))
                .collect(Collectors.joining(", "));
        text.line("success by evidence age", points.isEmpty() ? Figures.NONE : points);
    }

    private void rates(String name, QueryQuality rates) {
        text.row(
                name,
                Figures.count(rates.queries()),
                Figures.percent(rates.answerSuccess()),
                Figures.percent(rates.answerCorrect()),
                Figures.percent(rates.evidenceCorrect()),
                Figures.percent(rates.staleAnswer()),
                Figures.percent(rates.citationPrecision()));
    }

    private void failures(EvalSummary summary) {
        text.blank();
        text.line("causes of failure", counts(summary.failures()));
    }

    private void cost(EvalSummary summary) {
        EvalSummary.Cost cost = summary.cost();
        text.heading("cost", "decisions", "llm calls", "per event", "prompt", "completion", "repairs");
        llm("policy", cost.policy());
        llm("reader", cost.reader());
        text.line(
                "index",
                Figures.count(cost.index().operations()) + " operations, "
                        + Figures.count(cost.index().vectors()) + " vectors");
        text.line(
                "storage",
                Figures.count(cost.storage().tokensActive()) + " tokens active of "
                        + Figures.count(cost.storage().tokensTotal()) + " written, "
                        + Figures.count(cost.storage().memories()) + " memories, " + Figures.bytes(cost.storeBytes()));
        money(cost.money());
    }

    private void money(EvalSummary.@Nullable Money money) {
        if (money != null) {
            text.line(
                    "money",
                    Figures.amount(money.total()) + ": policy " + Figures.amount(money.policy()) + ", reader "
                            + Figures.amount(money.reader()));
        }
    }

    private void llm(String name, LlmCost cost) {
        text.row(
                name,
                Figures.count(cost.decisions()),
                Figures.count(cost.llmCalls()),
                cost.llmCallsPerEvent() == null
                        ? Figures.NONE
                        : String.format(Locale.ROOT, "%.2f", cost.llmCallsPerEvent()),
                Figures.count(cost.promptTokens()),
                Figures.count(cost.completionTokens()),
                Figures.count(cost.repairs()));
    }

    private void fallbacks(EvalSummary summary) {
        EvalSummary.Fallbacks fallbacks = summary.fallbacks();
        List<String> parts = new ArrayList<>();
        addCount(parts, "parked", fallbacks.parked());
        addCount(parts, "stored verbatim", fallbacks.fallbackStored());
        addCount(parts, "redelivered", fallbacks.redelivered());
        fallbacks.deadLetters().forEach((code, count) -> addCount(parts, "dead letter " + code, count));
        addCount(parts, "reasked", fallbacks.reasked());
        addCount(parts, "content cut", fallbacks.contentCut());
        addCount(parts, "index errors", fallbacks.indexErrors());
        addCount(parts, "index superseded", fallbacks.indexSuperseded());
        addCount(parts, "never visible", fallbacks.indexNotVisible());
        addCount(
                parts,
                "http retries",
                summary.cost().policy().httpRetries() + summary.cost().reader().httpRetries());
        addCount(parts, "restarts", fallbacks.restarts());
        addCount(parts, "queries without label", fallbacks.unlabelledQueries());
        addCount(parts, "events without label", fallbacks.unlabelledEvents());
        text.blank();
        text.line("fallbacks", parts.isEmpty() ? "none" : String.join(", ", parts));
        text.line("rejected actions", counts(summary.budget().rejected()));
        if (summary.budget().lateDecisions() != null && summary.budget().limits() != null) {
            text.line(
                    "late decisions",
                    Figures.count(summary.budget().lateDecisions()) + " events decided after "
                            + Figures.millis(summary.budget().limits().latencyMs()));
        }
    }

    private void reconciliation(EvalSummary summary) {
        List<Difference> differences = summary.reconciliation().differences();
        text.line(
                "reconciliation",
                differences.isEmpty()
                        ? "state, store, index and outcomes agree"
                        : Figures.count((long) differences.size()) + " DIFFERENCES");
        differences.stream().limit(DIFFERENCES_SHOWN).forEach(difference -> text.line("", sentence(difference)));
        if (differences.size() > DIFFERENCES_SHOWN) {
            text.line("", "… and " + (differences.size() - DIFFERENCES_SHOWN) + " more in " + EvalSummary.FILE);
        }
    }

    private static String sentence(Difference difference) {
        StringBuilder sentence = new StringBuilder(difference.place() + " " + difference.kind());
        if (difference.entityId() != null) {
            sentence.append(", entity ").append(difference.entityId());
        }
        if (difference.id() != null) {
            sentence.append(", ").append(difference.id());
        }
        return sentence.append(": ").append(difference.message()).toString();
    }

    private static void addCount(List<String> parts, String name, @Nullable Long count) {
        if (count != null && count > 0) {
            parts.add(Figures.count(count) + " " + name);
        }
    }

    private static String counts(Map<String, Long> counts) {
        String listed = counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> Figures.count(entry.getValue()) + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return listed.isEmpty() ? "none" : listed;
    }
}
