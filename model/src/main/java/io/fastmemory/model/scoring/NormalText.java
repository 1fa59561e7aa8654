package io.fastmemory.model.scoring;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text as it is compared: Unicode NFKC, folded case, cut into tokens without punctuation, numbers in one spelling.
 *
 * <ul>
 *   <li>A word is a run of letters; apostrophes inside are dropped, and {@code Ann's} also counts as {@code Ann}. A
 *       {@code +} or {@code #} that ends a word belongs to it ({@code C++}, {@code Disney+}), so does a minus after one or
 *       two letters ({@code A-}). Each Chinese, Japanese or Thai letter is a token of its own.
 *   <li>A number loses thousands separators ({@code 1,425}, {@code 1'425}, {@code 1.234.567}, {@code 1.234,5}) and trailing
 *       zeros of its fraction; digits with a leading zero ({@code 007}) are a word. A single dot is a decimal point.
 *   <li>Number words become numbers ({@code twenty-one}, {@code two hundred and five}, {@code 1.2 million}, {@code a dozen}),
 *       ordinals become one spelling ({@code 3rd}, {@code third}).
 * </ul>
 */
final class NormalText {
    private static final String NUMBER = "(?:(?<![\\p{L}\\p{N}])-)?(?:"
            + "\\d{1,3}(?:,\\d{3}){1,9}(?!\\d)(?:\\.\\d+)?"
            + "|\\d{1,3}(?:'\\d{3}){1,9}(?!\\d)(?:\\.\\d+)?"
            + "|\\d{1,3}(?:\\.\\d{3}){1,9},\\d+"
            + "|\\d{1,3}(?:\\.\\d{3}){2,9}(?!\\d)"
            + "|\\d+\\.\\d+|\\d+|(?<![\\p{L}\\p{N}])\\.\\d+)";
    private static final String SINGLE = "[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}]\\p{M}*";
    private static final String LETTERS = "[\\p{L}\\p{M}&&[^\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}]]+";
    private static final Pattern TOKEN = Pattern.compile("(?<ordinal>\\d+(?:st|nd|rd|th)(?!\\p{L}))"
            + "|(?<number>" + NUMBER + ")"
            + "|(?<single>" + SINGLE + ")"
            + "|(?<word>" + LETTERS + "(?:'" + LETTERS + "){0,3}"
            + "(?:[+#]+(?![\\p{L}\\p{N}])|(?<=(?<!\\p{L})\\p{L}{1,2})-(?![\\p{L}\\p{N}\\-]))?)"
            + "|(?<symbol>[%°€$£¥₹&\\p{So}])");
    /** Longer runs of digits are names, not amounts. */
    private static final int MAX_DIGITS = 40;

    private static final Pattern DROPPED = Pattern.compile("['’]");

    private static final Map<String, Integer> SMALL = Map.ofEntries(
            Map.entry("zero", 0),
            Map.entry("one", 1),
            Map.entry("two", 2),
            Map.entry("three", 3),
            Map.entry("four", 4),
            Map.entry("five", 5),
            Map.entry("six", 6),
            Map.entry("seven", 7),
            Map.entry("eight", 8),
            Map.entry("nine", 9),
            Map.entry("ten", 10),
            Map.entry("eleven", 11),
            Map.entry("twelve", 12),
            Map.entry("thirteen", 13),
            Map.entry("fourteen", 14),
            Map.entry("fifteen", 15),
            Map.entry("sixteen", 16),
            Map.entry("seventeen", 17),
            Map.entry("eighteen", 18),
            Map.entry("nineteen", 19));
    private static final Map<String, Integer> TENS = Map.of(
            "twenty", 20, "thirty", 30, "forty", 40, "fourty", 40, "fifty", 50, "sixty", 60, "seventy", 70, "eighty",
            80, "ninety", 90);
    private static final Map<String, BigDecimal> SCALES = Map.of(
            "dozen", BigDecimal.valueOf(12),
            "hundred", BigDecimal.valueOf(100),
            "thousand", BigDecimal.valueOf(1_000),
            "million", BigDecimal.valueOf(1_000_000),
            "billion", BigDecimal.valueOf(1_000_000_000L));
    private static final Map<String, Integer> ORDINALS = Map.ofEntries(
            Map.entry("first", 1),
            Map.entry("second", 2),
            Map.entry("third", 3),
            Map.entry("fourth", 4),
            Map.entry("fifth", 5),
            Map.entry("sixth", 6),
            Map.entry("seventh", 7),
            Map.entry("eighth", 8),
            Map.entry("ninth", 9),
            Map.entry("tenth", 10),
            Map.entry("eleventh", 11),
            Map.entry("twelfth", 12),
            Map.entry("thirteenth", 13),
            Map.entry("fourteenth", 14),
            Map.entry("fifteenth", 15),
            Map.entry("sixteenth", 16),
            Map.entry("seventeenth", 17),
            Map.entry("eighteenth", 18),
            Map.entry("nineteenth", 19),
            Map.entry("twentieth", 20),
            Map.entry("thirtieth", 30));

    private final String folded;
    private final List<Token> tokens;

    private NormalText(String folded, List<Token> tokens) {
        this.folded = folded;
        this.tokens = tokens;
    }

    /**
     * One token.
     *
     * @param text its one spelling
     * @param base the same without a possessive {@code 's}
     * @param number its value if it is a number
     * @param glued whether it follows the previous token without anything between, so that no run may begin here
     * @param spaced whether white space comes before it
     * @param end where it ends in the folded text
     */
    record Token(String text, String base, @Nullable BigDecimal number, boolean glued, boolean spaced, int end) {
        boolean matches(Token other) {
            return text.equals(other.text) || base.equals(other.base);
        }

        private Token withNumber(BigDecimal value, int lastEnd) {
            String spelling = spelling(value);
            return new Token(spelling, spelling, value, glued, spaced, lastEnd);
        }

        private Token ordinal(int value, int lastEnd) {
            return new Token("#" + value, "#" + value, null, glued, spaced, lastEnd);
        }
    }

    static NormalText of(String text) {
        String folded = fold(text);
        return new NormalText(folded, withNumberWords(tokenised(folded)));
    }

    /** The text in NFKC and folded case, with one spelling of apostrophe and minus. */
    String folded() {
        return folded;
    }

    /** The folded text up to the end of its token {@code count}. */
    String folded(int count) {
        return count == 0 ? "" : folded.substring(0, tokens.get(count - 1).end());
    }

    List<Token> tokens() {
        return tokens;
    }

    /** The tokens without a leading {@code the}. */
    List<Token> withoutArticle() {
        return tokens.size() > 1 && tokens.get(0).text().equals("the") ? tokens.subList(1, tokens.size()) : tokens;
    }

    /** Whether the two say the same, but for case, punctuation, and the spelling of numbers. */
    boolean same(NormalText other) {
        List<Token> mine = withoutArticle();
        List<Token> theirs = other.withoutArticle();
        if (mine.isEmpty() || theirs.isEmpty()) {
            return mine.isEmpty() && theirs.isEmpty() && folded.strip().equals(other.folded.strip());
        }
        return (mine.size() == theirs.size() && matchesAt(theirs, 0, mine))
                || squashed(mine).equals(squashed(theirs));
    }

    /**
     * The same for every text that is {@link #same}: its tokens without spaces and without the letter s, in which a word and
     * its possessive differ.
     */
    String key() {
        List<Token> mine = withoutArticle();
        if (mine.isEmpty()) {
            return folded.strip();
        }
        StringBuilder key = new StringBuilder();
        mine.forEach(token -> key.append(token.text().replace("s", "")));
        return key.toString();
    }

    /** Whether the tokens of {@code run} stand in this text one after the other, as whole words. */
    boolean contains(NormalText run) {
        List<Token> sought = run.withoutArticle();
        if (sought.isEmpty()) {
            return false;
        }
        for (int i = 0; i + sought.size() <= tokens.size(); i++) {
            int end = i + sought.size();
            boolean whole = !tokens.get(i).glued()
                    && (end == tokens.size() || !tokens.get(end).glued());
            if (whole && matchesAt(tokens, i, sought)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matchesAt(List<Token> tokens, int at, List<Token> sought) {
        for (int i = 0; i < sought.size(); i++) {
            if (!tokens.get(at + i).matches(sought.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** {@code e-mail} and {@code email}, {@code AB-123} and {@code ab 123}; words keep the white space between them. */
    private static String squashed(List<Token> tokens) {
        StringBuilder text = new StringBuilder();
        Token before = null;
        for (Token token : tokens) {
            if (before != null) {
                boolean digits = endsInDigit(before.text())
                        && Character.isDigit(token.text().codePointAt(0));
                boolean words = token.spaced()
                        && !endsInDigit(before.text())
                        && !Character.isDigit(token.text().codePointAt(0));
                text.append(digits || words ? " " : "");
            }
            text.append(token.text());
            before = token;
        }
        return text.toString();
    }

    private static boolean endsInDigit(String text) {
        return Character.isDigit(text.charAt(text.length() - 1));
    }

    private static String fold(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC)
                .replace('’', '\'')
                .replace('‘', '\'')
                .replace('\u2212', '-')
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    private static List<Token> tokenised(String folded) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(folded);
        int end = 0;
        while (matcher.find()) {
            boolean single = matcher.group("single") != null;
            boolean glued = matcher.start() == end
                    && end > 0
                    && !single
                    && isAlphanumericBefore(folded, end)
                    && matcher.group("symbol") == null;
            boolean spaced = folded.substring(end, matcher.start()).chars().anyMatch(Character::isWhitespace);
            tokens.add(token(matcher, glued, spaced));
            end = matcher.end();
        }
        return tokens;
    }

    private static boolean isAlphanumericBefore(String text, int end) {
        int before = text.codePointBefore(end);
        Character.UnicodeScript script = Character.UnicodeScript.of(before);
        return Character.isLetterOrDigit(before)
                && script != Character.UnicodeScript.HAN
                && script != Character.UnicodeScript.HIRAGANA
                && script != Character.UnicodeScript.KATAKANA
                && script != Character.UnicodeScript.THAI;
    }

    private static Token token(Matcher matcher, boolean glued, boolean spaced) {
        String text = matcher.group();
        if (matcher.group("ordinal") != null) {
            String digits = text.substring(0, text.length() - 2).replaceFirst("^0+(?=.)", "");
            return new Token("#" + digits, "#" + digits, null, glued, spaced, matcher.end());
        }
        if (matcher.group("number") != null) {
            BigDecimal number = number(text);
            String spelling = number == null ? text : spelling(number);
            return new Token(spelling, spelling, number, glued, spaced, matcher.end());
        }
        if (text.equals("&")) {
            return new Token("and", "and", null, glued, spaced, matcher.end());
        }
        String whole = DROPPED.matcher(text).replaceAll("");
        String base = text.endsWith("'s")
                ? DROPPED.matcher(text.substring(0, text.length() - 2)).replaceAll("")
                : whole;
        return new Token(whole, base, null, glued, spaced, matcher.end());
    }

    private static @Nullable BigDecimal number(String text) {
        String digits = text.replace("'", "");
        int comma = digits.indexOf(',');
        int dot = digits.indexOf('.');
        if (comma >= 0 && dot >= 0 && dot < comma) {
            digits = digits.replace(".", "").replace(',', '.');
        } else if (dot >= 0 && digits.indexOf('.', dot + 1) > 0) {
            digits = digits.replace(".", "");
        } else {
            digits = digits.replace(",", "");
        }
        boolean leadingZero = digits.matches("-?0\\d.*");
        return leadingZero || digits.length() > MAX_DIGITS ? null : new BigDecimal(digits);
    }

    private static String spelling(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static List<Token> withNumberWords(List<Token> tokens) {
        List<Token> merged = new ArrayList<>(tokens.size());
        int i = 0;
        while (i < tokens.size()) {
            Spoken spoken = Spoken.at(tokens, i);
            Token token = tokens.get(i);
            if (spoken != null) {
                int lastEnd = tokens.get(spoken.end() - 1).end();
                merged.add(
                        spoken.ordinal()
                                ? token.ordinal(spoken.value().intValueExact(), lastEnd)
                                : token.withNumber(spoken.value(), lastEnd));
                i = spoken.end();
            } else {
                merged.add(token);
                i++;
            }
        }
        return List.copyOf(merged);
    }

    /** A number in words (or digits with a scale in words) that ends before token {@code end}. */
    private record Spoken(BigDecimal value, boolean ordinal, int end) {
        static @Nullable Spoken at(List<Token> tokens, int start) {
            BigDecimal total = BigDecimal.ZERO;
            BigDecimal part = null;
            int i = start;
            if (tokens.get(i).text().equals("a")
                    && i + 1 < tokens.size()
                    && SCALES.containsKey(tokens.get(i + 1).text())) {
                part = BigDecimal.ONE;
                i++;
            }
            BigDecimal lastScale = null;
            BigDecimal limit =
                    BigDecimal.TEN.pow(MAX_DIGITS); // thousands come after millions, never the other way round
            while (i < tokens.size()) {
                int next = lastScale != null && tokens.get(i).text().equals("and") && i + 1 < tokens.size() ? i + 1 : i;
                Spoken below = underHundred(tokens, next, start);
                BigDecimal scale = SCALES.get(tokens.get(next).text());
                if (below != null && (part == null || (lastScale != null && fits(part, below.value())))) {
                    part = Objects.requireNonNullElse(part, BigDecimal.ZERO).add(below.value());
                    i = below.end();
                    lastScale = null;
                    if (below.ordinal()) {
                        return new Spoken(total.add(part), true, i);
                    }
                } else if (scale != null
                        && next == i
                        && (part != null || tokens.get(i).text().equals("dozen"))
                        && (lastScale == null || scale.compareTo(lastScale) > 0)
                        && (part == null || part.compareTo(scale) < 0 || i == start + 1)
                        && scale.compareTo(limit) < 0) {
                    part = Objects.requireNonNullElse(part, BigDecimal.ONE).multiply(scale);
                    i++;
                    lastScale = scale;
                    if (scale.compareTo(BigDecimal.valueOf(1_000)) >= 0) {
                        total = total.add(part);
                        part = null;
                        limit = scale;
                    }
                } else {
                    break;
                }
            }
            boolean words = i > start + 1
                    || SMALL.containsKey(tokens.get(start).text())
                    || TENS.containsKey(tokens.get(start).text())
                    || tokens.get(start).text().equals("dozen");
            return i == start || !words
                    ? null
                    : new Spoken(total.add(Objects.requireNonNullElse(part, BigDecimal.ZERO)), false, i);
        }

        private static boolean fits(BigDecimal hundreds, BigDecimal below) {
            return hundreds.remainder(BigDecimal.valueOf(100)).signum() == 0 && below.scale() <= 0;
        }

        /** A number below a hundred in words, digits, or an ordinal in words. */
        private static @Nullable Spoken underHundred(List<Token> tokens, int i, int start) {
            Token token = tokens.get(i);
            Integer tens = TENS.get(token.text());
            if (tens != null) {
                String next = i + 1 < tokens.size() ? tokens.get(i + 1).text() : "";
                Integer unit = SMALL.get(next);
                if (unit != null && unit > 0 && unit < 10) {
                    return new Spoken(BigDecimal.valueOf(tens + unit), false, i + 2);
                }
                Integer last = ORDINALS.get(next);
                if (last != null && last < 10) {
                    return new Spoken(BigDecimal.valueOf(tens + last), true, i + 2);
                }
                return new Spoken(BigDecimal.valueOf(tens), false, i + 1);
            }
            Integer small = SMALL.get(token.text());
            if (small != null) {
                return new Spoken(BigDecimal.valueOf(small), false, i + 1);
            }
            Integer ordinal = ORDINALS.get(token.text());
            boolean unitOfTime =
                    token.text().equals("second") && i > 0 && tokens.get(i - 1).number() != null;
            if (ordinal != null && i == start && !unitOfTime) {
                return new Spoken(BigDecimal.valueOf(ordinal), true, i + 1);
            }
            return token.number() != null && i == start ? new Spoken(token.number(), false, i + 1) : null;
        }
    }
}
