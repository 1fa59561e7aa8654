package io.fastmemory.evaluation.judge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer and both opinions of it: a line of {@value RunJudge#LINES_FILE}.
 *
 * @param control {@code none} for the run's own answer
 * @param textual whether the query's gold is free text
 * @param answer the values that were judged
 * @param deterministic the verdict of the evaluation's own rule on these values
 * @param judge the judge's opinion, or {@code null} if it gave none
 * @param reason the judge's sentence for it, cut at 1,000 characters, or {@code null}
 * @param failure one word why it gave none, or {@code null}
 * @param message a sentence for {@code failure}, or {@code null}
 * @param repairs answers of the judge that were sent back as invalid
 */
public record JudgeLine(
        String queryId,
        Control control,
        boolean textual,
        List<Given> answer,
        boolean deterministic,
        @Nullable Boolean judge,
        @Nullable String reason,
        @Nullable String failure,
        @Nullable String message,
        int repairs) {
    public JudgeLine {
        answer = List.copyOf(answer);
    }

    /** The value given for one ask. */
    public record Given(String askId, String value) {}
}
