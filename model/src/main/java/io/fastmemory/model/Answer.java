package io.fastmemory.model;

import java.util.List;

/**
 * What the reader answers to one query.
 *
 * @param answers at most one value per ask
 * @param text the answer as a sentence
 * @param abstained whether the reader says that memory does not hold the answer
 */
public record Answer(List<AskAnswer> answers, String text, boolean abstained) {
    public Answer {
        answers = List.copyOf(answers);
    }

    /** The value for one ask and the memories it rests on. */
    public record AskAnswer(String askId, String value, List<String> citations) {
        public AskAnswer {
            citations = List.copyOf(citations);
        }
    }

    /** The answer of a reader that found nothing. */
    public static Answer abstention(String text) {
        return new Answer(List.of(), text, true);
    }
}
