package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvalSummary.Difference;
import io.fastmemory.evaluation.metric.EvalSummary.LlmCost;
import io.fastmemory.evaluation.metric.EvalSummary.QueryQuality;
import io.fastmemory.evaluation.metric.TimeStat;
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

    private static final int LABEL = 28;
    private static final int DIFFERENCES_SHOWN = 5;
    private static final String NOT_REACHED = "not reached";
    private static final String NONE = "–";

    private final StringBuilder text = new StringBuilder();

    private SummaryTable() {}

    /** The table of {@code summary}, ending in a line break. */
    public static String render(EvalSummary summary) {
        SummaryTable table = new SummaryTable();
        table.run(summary);
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
        line("run", summary.runId() + (summary.wallS() == null ? ", not finished" : ", " + seconds(summary.wallS())));
        line(
                "dataset",
                dataset.name() + " (" + dataset.mode() + seed + "): " + count(dataset.events()) + " events, "
                        + count(dataset.queries()) + " queries");
        line("policy", summary.policy() + bound(isBoundPolicy(summary.policy())));
        line("reader", summary.reader() + bound(!summary.reader().equals("llm")));
        EvalSummary.LlmUsed llm = summary.llm();
        line(
                "llm",
                llm.client() + " / " + llm.model()
                        + (llm.mock() ? "  [MOCK: a stand-in model; quality says nothing about an LLM]" : ""));
        EvalSummary.RunConfig config = summary.config();
        line("index, embedding", config.index() + ", " + config.embedding());
        String speed = config.speed() == 0 ? "max" : decimals(config.speed()) + "x";
        boolean settled = config.queries().equals("settled");
        boolean throughputOnly = config.speed() == 0 && !settled;
        line(
                "speed, queries",
                speed
                        + (settled ? ", settled" : ", served on arrival")
                        + (throughputOnly ? "  [THROUGHPUT ONLY]" : ""));
    }

    private static boolean isBoundPolicy(String policy) {
        return !policy.equals("llm");
    }

    private static String bound(boolean isBound) {
        return isBound ? "  [BOUND: not the thing under test]" : "";
    }

    private void times(Map<String, TimeStat> times) {
        heading("time from intended arrival", "count", "censored", "p50", "p90", "p95", "max");
        times.forEach((name, stat) -> row(
                name,
                count(stat.count()),
                count(stat.censored()),
                quantile(stat, stat.p50()),
                quantile(stat, stat.p90()),
                quantile(stat, stat.p95()),
                stat.max() == null ? NONE : millis(stat.max())));
    }

    private static String quantile(TimeStat stat, @Nullable Double millis) {
        return millis != null ? millis(millis) : stat.count() == 0 ? NONE : NOT_REACHED;
    }

    private void quality(EvalSummary.Quality quality) {
        heading("quality", "queries", "success", "correct", "evidence", "stale", "cited");
        rates("answerable", quality.answerable());
        rates("all", quality.overall());
        quality.byCategory().forEach((category, rates) -> rates("  " + category, rates));
        QueryQuality answerable = quality.answerable();
        line(
                "evidence recall",
                "@5 " + percent(answerable.recallAt5()) + ", @10 " + percent(answerable.recallAt10()) + ", @25 "
                        + percent(answerable.recallAt25()));
        line("judged by words", percent(answerable.textual()) + " of the answerable, because their gold is free text");
        EvalSummary.Abstention abstention = quality.abstention();
        line(
                "abstention",
                percent(abstention.correct()) + " of " + count(abstention.queries()) + " without an answer; falsely "
                        + percent(abstention.falseAbstention()) + " of the answerable");
    }

    private void rates(String name, QueryQuality rates) {
        row(
                name,
                count(rates.queries()),
                percent(rates.answerSuccess()),
                percent(rates.answerCorrect()),
                percent(rates.evidenceCorrect()),
                percent(rates.staleAnswer()),
                percent(rates.citationPrecision()));
    }

    private void failures(EvalSummary summary) {
        blank();
        line("causes of failure", counts(summary.failures()));
    }

    private void cost(EvalSummary summary) {
        EvalSummary.Cost cost = summary.cost();
        heading("cost", "decisions", "llm calls", "per event", "prompt", "completion", "repairs");
        llm("policy", cost.policy());
        llm("reader", cost.reader());
        line(
                "index",
                count(cost.index().operations()) + " operations, "
                        + count(cost.index().vectors()) + " vectors");
        line(
                "storage",
                count(cost.storage().tokensActive()) + " tokens active of "
                        + count(cost.storage().tokensTotal()) + " written, "
                        + count(cost.storage().memories()) + " memories, " + bytes(cost.storeBytes()));
    }

    private void llm(String name, LlmCost cost) {
        row(
                name,
                count(cost.decisions()),
                count(cost.llmCalls()),
                cost.llmCallsPerEvent() == null ? NONE : String.format(Locale.ROOT, "%.2f", cost.llmCallsPerEvent()),
                count(cost.promptTokens()),
                count(cost.completionTokens()),
                count(cost.repairs()));
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
        blank();
        line("fallbacks", parts.isEmpty() ? "none" : String.join(", ", parts));
        line("rejected actions", counts(summary.budget().rejected()));
        if (summary.budget().lateDecisions() != null && summary.budget().limits() != null) {
            line(
                    "late decisions",
                    count(summary.budget().lateDecisions()) + " events decided after "
                            + millis(summary.budget().limits().latencyMs()));
        }
    }

    private void reconciliation(EvalSummary summary) {
        List<Difference> differences = summary.reconciliation().differences();
        line(
                "reconciliation",
                differences.isEmpty()
                        ? "state, store, index and outcomes agree"
                        : count((long) differences.size()) + " DIFFERENCES");
        differences.stream().limit(DIFFERENCES_SHOWN).forEach(difference -> line("", sentence(difference)));
        if (differences.size() > DIFFERENCES_SHOWN) {
            line("", "… and " + (differences.size() - DIFFERENCES_SHOWN) + " more in " + EvalSummary.FILE);
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
            parts.add(count(count) + " " + name);
        }
    }

    private static String counts(Map<String, Long> counts) {
        String listed = counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> count(entry.getValue()) + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return listed.isEmpty() ? "none" : listed;
    }

    private void heading(String name, String... columns) {
        blank();
        row(name, columns);
        text.append("-".repeat(WIDTH)).append('\n');
    }

    /** A label and right-aligned columns of equal width. */
    private void row(String label, String... columns) {
        StringBuilder row = new StringBuilder(padded(cut(label, LABEL), LABEL));
        int width = (WIDTH - LABEL) / columns.length;
        for (String column : columns) {
            row.append(" ".repeat(Math.max(1, width - column.length()))).append(column);
        }
        text.append(row.toString().stripTrailing()).append('\n');
    }

    /** A label and a sentence, wrapped at spaces. */
    private void line(String label, String sentence) {
        int room = WIDTH - LABEL;
        String left = label;
        String rest = sentence;
        while (rest.length() > room) {
            int at = rest.lastIndexOf(' ', room);
            int end = at <= 0 ? room : at;
            text.append(padded(left, LABEL)).append(rest, 0, end).append('\n');
            rest = rest.substring(end).strip();
            left = "";
        }
        text.append((padded(left, LABEL) + rest).stripTrailing()).append('\n');
    }

    private void blank() {
        text.append('\n');
    }

    private static String padded(String label, int width) {
        return label + " ".repeat(Math.max(0, width - label.length()));
    }

    private static String cut(String label, int width) {
        return label.length() <= width ? label : label.substring(0, width - 1) + "…";
    }

    private static String percent(@Nullable Double rate) {
        return rate == null ? NONE : String.format(Locale.ROOT, "%.1f %%", rate * 100);
    }

    /** Milliseconds below a second, seconds from there. */
    static String millis(double millis) {
        if (millis < 10) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        return millis < 999.5 ? String.format(Locale.ROOT, "%.0f ms", millis) : seconds(millis / 1_000);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 99.95 ? "%.2f s" : "%.0f s", seconds);
    }

    private static String count(@Nullable Long count) {
        return count == null ? "?" : String.format(Locale.ROOT, "%,d", count);
    }

    private static String bytes(@Nullable Long bytes) {
        return bytes == null ? "size unknown" : String.format(Locale.ROOT, "%.1f MB on disk", bytes / 1e6);
    }

    private static String decimals(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
