package io.fastmemory.evaluation.judge;

import io.fastmemory.model.rollout.RunLine;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a judge said of a run, in figures: {@value RunJudge#SUMMARY_FILE}. None of them enters {@code eval_summary.json}.
 *
 * @param dataset the run's dataset
 * @param judge who judged
 * @param scope {@code free_text} or {@code all}
 * @param answers the run's own answers
 * @param agreement how the judge agrees with the evaluation's rule on the run's own answers
 * @param controls how it did on answers of known truth
 * @param failures what it gave no opinion on, by why; controls included
 * @param cost what the judging took
 */
public record JudgeSummary(
        String runId,
        RunLine.DatasetRef dataset,
        JudgeRef judge,
        String scope,
        long seed,
        Answers answers,
        Agreement agreement,
        Controls controls,
        Map<String, Long> failures,
        Cost cost) {

    /**
     * Who judged.
     *
     * @param mock whether it was a stand-in, whose opinion says nothing
     * @param promptHash SHA-256 of what it is told
     */
    public record JudgeRef(String model, boolean mock, String promptHash) {}

    /**
     * The run's own answers.
     *
     * @param asked those put before the judge
     * @param judged those it gave an opinion on
     * @param notAsked queries whose answer was not put before it, by why
     */
    public record Answers(long asked, long judged, Map<String, Long> notAsked) {}

    /**
     * Answers of known truth. Shares are of those the judge gave an opinion on.
     *
     * @param asked how many were put before it
     * @param missing how many could not be made, by kind
     * @param falseAccepts wrong ones it found right
     * @param falseAcceptsForbidden those of them that give a value no longer true
     * @param falseAcceptsOther those of them that give another question's value
     * @param falseRejects gold values it found wrong
     */
    public record Controls(
            long asked,
            Map<String, Long> missing,
            Share falseAccepts,
            Share falseAcceptsForbidden,
            Share falseAcceptsOther,
            Share falseRejects) {}

    /**
     * What the judging took.
     *
     * @param repairs answers of the judge that were sent back as invalid
     */
    public record Cost(long llmCalls, long promptTokens, long completionTokens, long repairs, long httpRetries) {}

    /** The summary of what was heard. */
    static JudgeSummary of(
            RunLine run, JudgeRef judge, JudgeSettings settings, Docket docket, List<JudgeLine> lines, Cost cost) {
        Map<String, Long> failures = new TreeMap<>();
        lines.stream().map(JudgeLine::failure).forEach(failure -> {
            if (failure != null) {
                failures.merge(failure, 1L, Long::sum);
            }
        });
        long own = lines.stream().filter(line -> line.control() == Control.NONE).count();
        return new JudgeSummary(
                run.runId(),
                run.dataset(),
                judge,
                settings.all() ? "all" : "free_text",
                settings.seed(),
                new Answers(own, opinions(lines, Control.NONE::equals, true).of(), docket.notJudged()),
                Agreement.of(lines),
                new Controls(
                        docket.controls(),
                        docket.controlsMissing(),
                        opinions(lines, Control::wrong, true),
                        opinions(lines, Control.WRONG_FORBIDDEN::equals, true),
                        opinions(lines, Control.WRONG_OTHER::equals, true),
                        opinions(lines, Control.GOLD::equals, false)),
                failures,
                cost);
    }

    /** Of the opinions on some controls, the share that are {@code counted}. */
    private static Share opinions(List<JudgeLine> lines, Predicate<Control> which, boolean counted) {
        List<Boolean> opinions = lines.stream()
                .filter(line -> which.test(line.control()) && line.judge() != null)
                .map(line -> Boolean.TRUE.equals(line.judge()))
                .toList();
        return Share.of(opinions.stream().filter(opinion -> opinion == counted).count(), opinions.size());
    }
}
