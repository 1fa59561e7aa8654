package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvalSummary.Difference;
import io.fastmemory.evaluation.metric.EvalSummary.LlmCost;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.metric.TimeStat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The plain table printed at the end of a run: at most {@value #WIDTH} columns, no colours. */
public final class SummaryTable {
    private static final Set<String> BOUNDS = Set.of("none", "store-everything", "oracle");

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
        HeadlineRows.write(table.text, summary);
        table.times(summary.time());
        QualityRows.write(table.text, summary.quality());
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
        text.line("reader", summary.reader() + bound(summary.reader().equals("oracle")));
        EvalSummary.LlmUsed llm = summary.llm();
        text.line(
                "llm",
                llm.client() + " / " + llm.model()
                        + (llm.mock() ? "  [MOCK: a stand-in model; quality says nothing about an LLM]" : ""));
        EvalSummary.RunConfig config = summary.config();
        text.line("index, embedding", config.index() + ", " + config.embedding());
        String speed = config.speed() == 0 ? "max" : Figures.decimals(config.speed()) + "x";
        boolean settled = config.queries().equals(Rollouts.SETTLED);
        boolean throughputOnly = config.speed() == 0 && !settled;
        text.line(
                "speed, queries",
                speed
                        + (settled ? ", settled: quality alone, the times say nothing" : ", served on arrival")
                        + (throughputOnly ? "  [THROUGHPUT ONLY]" : ""));
    }

    private static boolean isBoundPolicy(String policy) {
        return BOUNDS.contains(policy);
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
        addCount(parts, "redriven", fallbacks.redriven());
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
