package io.fastmemory.model.scoring;

import io.fastmemory.model.Fact;
import io.fastmemory.model.scoring.NormalText.Token;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a free-text answer holds a free-text gold value; for asks without an attribute, whose verdicts are labelled textual.
 *
 * <p>An equivalent value satisfies. Otherwise only the answer's first 60 tokens count. Where the gold value is a date, they must hold a
 * date that is the same or more precise; where it is a number or a quantity, an equal one. Otherwise at least 65 % of the gold
 * value's different content words must be among them; a date inside the gold value counts as one word, and any spelling of it will do.
 */
public final class TextEquivalence {
    private static final int ANSWER_TOKENS = 60;
    private static final double SHARE = 0.65;
    private static final Set<String> STOP_WORDS = Set.of(
            "a", "an", "the", "and", "or", "but", "of", "in", "on", "at", "to", "for", "from", "by", "with", "as",
            "into", "about", "before", "after", "during", "over", "is", "are", "was", "were", "be", "been", "being",
            "am", "do", "does", "did", "has", "have", "had", "will", "would", "can", "could", "should", "may", "might",
            "it", "its", "this", "that", "these", "those", "there", "he", "she", "they", "we", "i", "you", "him", "her",
            "them", "his", "their", "our", "my", "your", "hers", "theirs", "who", "which", "what", "when", "where",
            "so", "than", "then", "also", "s");

    private TextEquivalence() {}

    /** Whether {@code answer} holds the gold fact's value, or one of its aliases. */
    public static boolean satisfied(Fact gold, String answer) {
        if (ValueEquivalence.equivalent(gold, answer)) {
            return true;
        }
        NormalText given = NormalText.of(answer);
        return ValueEquivalence.spellings(gold).stream().anyMatch(value -> satisfied(NormalText.of(value), given));
    }

    private static boolean satisfied(NormalText gold, NormalText answer) {
        List<Token> first = answer.tokens()
                .subList(0, Math.min(ANSWER_TOKENS, answer.tokens().size()));
        String firstText = answer.folded(first.size());
        if (!WrittenDate.of(gold).isEmpty()) {
            return ValueEquivalence.holdsDate(NormalText.of(firstText), gold);
        }
        Quantity quantity = Quantity.of(gold);
        if (quantity != null) {
            return Quantity.in(first).stream().anyMatch(quantity::same)
                    || (quantity.bare() && first.stream().anyMatch(gold.tokens().get(0)::matches));
        }
        return share(gold, first, firstText) >= SHARE;
    }

    private static double share(NormalText gold, List<Token> first, String firstText) {
        String words = gold.folded();
        List<WrittenDate.Mention> dates = WrittenDate.mentions(words);
        Collection<WrittenDate> given = new ArrayList<>();
        WrittenDate.mentions(firstText).forEach(mention -> given.addAll(mention.readings()));
        int found = 0;
        for (WrittenDate.Mention date : dates) {
            boolean there =
                    given.stream().anyMatch(g -> date.readings().stream().anyMatch(g::refines));
            found += there ? 1 : 0;
            words = words.substring(0, date.start())
                    + " ".repeat(date.end() - date.start())
                    + words.substring(date.end());
        }
        List<Token> content = contentWords(NormalText.of(words).tokens());
        if (content.isEmpty() && dates.isEmpty()) {
            content = gold.tokens();
        }
        for (Token word : content) {
            found += first.stream().anyMatch(word::matches) ? 1 : 0;
        }
        int all = content.size() + dates.size();
        return all == 0 ? 0 : (double) found / all;
    }

    private static List<Token> contentWords(List<Token> tokens) {
        List<Token> words = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Token token : tokens) {
            if (!STOP_WORDS.contains(token.text()) && seen.add(token.base())) {
                words.add(token);
            }
        }
        return words;
    }
}
