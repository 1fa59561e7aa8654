package io.fastmemory.evaluation.judge;

import io.fastmemory.model.Answer;
import io.fastmemory.model.Answer.AskAnswer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.scoring.Verdicts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A query that has an answer, with its label and what the run answered; without what was retrieved.
 *
 * @param textual whether its gold is free text, so that the deterministic verdict goes by words
 * @param answer the reader's answer, or {@code null} if it failed
 * @param correct the deterministic verdict on the answer's values
 */
record JudgedQuery(
        String queryId,
        String question,
        List<Ask> asks,
        GoldQuery gold,
        boolean textual,
        @Nullable Answer answer,
        boolean correct) {

    /** What of a recorded query is judged. */
    static JudgedQuery of(QueryLine line) {
        return new JudgedQuery(
                line.queryId(),
                line.text(),
                line.asks(),
                line.gold(),
                line.verdict().textual(),
                line.answer(),
                line.verdict().answerCorrect());
    }

    /** Why the run's answer cannot be judged, in one word, or {@code null} if it can. */
    @Nullable
    String unanswered() {
        if (answer == null) {
            return "reader_failed";
        }
        if (answer.abstained()) {
            return "abstained";
        }
        return answer.answers().isEmpty() ? "no_value" : null;
    }

    /** The deterministic verdict on other values, by the rule that judged the run's own. */
    boolean correctWith(Map<String, String> values) {
        List<AskAnswer> given = values.entrySet().stream()
                .map(entry -> new AskAnswer(entry.getKey(), entry.getValue(), List.of()))
                .toList();
        return Verdicts.judge(
                        asks, null, Instant.EPOCH, Instant.EPOCH, gold, new Answer(given, "", false), List.of(), 0)
                .answerCorrect();
    }
}
