package io.fastmemory.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one estimate of size in tokens: a token for every four Unicode code points, rounded up.
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
        return rounded(codePoints(text));
    }

    /** Tokens of a memory: of its content and of every text in its facts together. */
    public static int tokens(String content, List<Fact> facts) {
        long codePoints = codePoints(content);
        for (Fact fact : facts) {
            codePoints += codePoints(fact.subject()) + codePoints(fact.attribute());
            codePoints += codePoints(fact.value()) + codePoints(fact.unit());
            for (String alias : fact.aliases()) {
                codePoints += codePoints(alias);
            }
        }
        return rounded(codePoints);
    }

    /** Tokens of an event: of its text, its source and its attributes together. */
    public static int tokens(Event event) {
        long codePoints = (long) codePoints(event.text()) + codePoints(event.source());
        for (Map.Entry<String, String> attribute : event.attributes().entrySet()) {
            codePoints += codePoints(attribute.getKey()) + codePoints(attribute.getValue());
        }
        return rounded(codePoints);
    }

    private static int codePoints(@Nullable String text) {
        return text == null ? 0 : text.codePointCount(0, text.length());
    }

    private static int rounded(long codePoints) {
        return Math.toIntExact((codePoints + CODE_POINTS_PER_TOKEN - 1) / CODE_POINTS_PER_TOKEN);
    }
}
