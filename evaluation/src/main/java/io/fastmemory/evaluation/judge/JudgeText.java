package io.fastmemory.evaluation.judge;

import io.fastmemory.evaluation.report.TerminalText;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The figures of a judgement as a small table for people. */
public final class JudgeText {
    private JudgeText() {}

    /** The table. */
    public static String render(JudgeSummary summary) {
        StringBuilder text = new StringBuilder();
        Agreement agreement = summary.agreement();
        JudgeSummary.Controls controls = summary.controls();
        line(text, "run", summary.runId() + " on " + summary.dataset().name());
        line(
                text,
                "judge",
                summary.judge().model() + (summary.judge().mock() ? "  [MOCK: its opinion says nothing]" : ""));
        line(
                text,
                "answers judged",
                summary.answers().judged() + " of " + summary.answers().asked() + " asked"
                        + counts("; not asked: ", summary.answers().notAsked()));
        line(text, "judge failed", summary.failures().isEmpty() ? "never" : counts("", summary.failures()));
        text.append('\n');
        row(text, "", "judge: right", "judge: wrong");
        row(text, "verdict: right", agreement.bothRight(), agreement.onlyDeterministic());
        row(text, "verdict: wrong", agreement.onlyJudge(), agreement.bothWrong());
        text.append('\n');
        line(
                text,
                "agreement",
                percent(agreement.agreement()) + ", Cohen's kappa "
                        + (agreement.kappa() == null ? "undefined" : decimals(agreement.kappa())));
        line(
                text,
                "wrong answers accepted",
                share(controls.falseAccepts()) + "; no longer true: " + share(controls.falseAcceptsForbidden())
                        + "; another question's: " + share(controls.falseAcceptsOther()));
        line(text, "gold answers rejected", share(controls.falseRejects()));
        if (!controls.missing().isEmpty()) {
            line(text, "controls not made", counts("", controls.missing()));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String label, String sentence) {
        text.append(String.format(Locale.ROOT, "%-26s%s%n", label, TerminalText.line(sentence)));
    }

    private static void row(StringBuilder text, String label, Object right, Object wrong) {
        text.append(String.format(Locale.ROOT, "%-26s%14s%14s%n", label, right, wrong));
    }

    private static String share(Share share) {
        return share.rate() == null
                ? "none judged"
                : share.count() + " of " + share.of() + " (" + percent(share.rate()) + ")";
    }

    private static String percent(@Nullable Double rate) {
        return rate == null ? "none judged" : String.format(Locale.ROOT, "%.1f %%", 100 * rate);
    }

    private static String decimals(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }

    private static String counts(String before, Map<String, Long> counts) {
        return counts.isEmpty()
                ? ""
                : before
                        + counts.entrySet().stream()
                                .map(entry -> entry.getValue() + " " + entry.getKey())
                                .collect(Collectors.joining(", "));
    }
}
