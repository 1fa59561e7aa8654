package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.reward.RewardWeights;

/** Score and reward of a run, with what they are made of. */
final class HeadlineRows {
    private final TableText text;

    private HeadlineRows(TableText text) {
        this.text = text;
    }

    /** Writes the rows. */
    static void write(TableText text, EvalSummary summary) {
        HeadlineRows rows = new HeadlineRows(text);
        rows.score(summary.quality());
        rows.reward(summary);
    }

    private void score(EvalSummary.Quality quality) {
        EvalSummary.ScoreParts parts = quality.scoreParts();
        EvalSummary.Interval interval = quality.confidence().intervals().get("score");
        text.blank();
        if (parts == null) {
            text.line("score", "none: no answerable query, or budgets or the end of the run not recorded");
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
}
