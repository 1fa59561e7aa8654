package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvalSummary.QueryQuality;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How well queries were answered and what memory holds. */
final class QualityRows {
    private final TableText text;

    private QualityRows(TableText text) {
        this.text = text;
    }

    /** Writes the rows. */
    static void write(TableText text, EvalSummary.Quality quality) {
        new QualityRows(text).quality(quality);
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
}
