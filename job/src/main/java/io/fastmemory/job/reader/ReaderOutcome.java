package io.fastmemory.job.reader;

import io.fastmemory.model.Answer;
import org.jspecify.annotations.Nullable;

/**
 * What came of asking the reader.
 *
 * @param answer the valid answer, or {@code null} if there is none
 * @param failure why there is none, or {@code null}
 * @param repairs answers that were sent back
 */
public record ReaderOutcome(
        @Nullable Answer answer,
        @Nullable String failure,
        int repairs,
        long promptTokens,
        long completionTokens,
        int llmCalls,
        int httpRetries) {
    /** The outcome of a reader that is no language model. */
    public static ReaderOutcome of(Answer answer) {
        return new ReaderOutcome(answer, null, 0, 0, 0, 0, 0);
    }

    /** The outcome of a reader that brought nothing. */
    public static ReaderOutcome failed(String failure) {
        return new ReaderOutcome(null, failure, 0, 0, 0, 0, 0);
    }
}
