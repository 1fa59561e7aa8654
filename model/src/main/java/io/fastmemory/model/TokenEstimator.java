package io.fastmemory.model;

/**
 * The one estimate of a text's size in tokens: a token for every four Unicode code points, rounded up.
 *
 * <p>Model tokenizers differ; budgets need one measure that is the same everywhere, cheap and free of any model.
 *
 * @see <a href="https://platform.openai.com/tokenizer">the rule of thumb of four characters a token</a>
 */
public final class TokenEstimator {
    private static final int CODE_POINTS_PER_TOKEN = 4;

    private TokenEstimator() {}

    /** Tokens of {@code text}: 0 for the empty text, else at least 1. */
    public static int tokens(String text) {
        int codePoints = text.codePointCount(0, text.length());
        return (codePoints + CODE_POINTS_PER_TOKEN - 1) / CODE_POINTS_PER_TOKEN;
    }
}
