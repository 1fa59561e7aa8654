package io.fastmemory.connectors.llm.stub;

import io.fastmemory.model.Fact;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The naive reading of English text behind {@link NaiveModel}: sentences, words, and {@code subject verb value}. */
final class Statements {
    private static final int MIN_WORDS = 4;
    private static final int MAX_SUBJECT_WORDS = 6;
    private static final int MAX_SENTENCE_CHARACTERS = 500;
    private static final int MAX_VALUE_CHARACTERS = 200;

    private static final Pattern SPEAKER = Pattern.compile("^(\\p{Lu}[\\p{L}\\p{N}.'_-]*(?: \\p{Lu}[\\p{L}.'-]*)?): +");
    private static final Pattern OPENING = Pattern.compile(
            "^(?:actually|correction|update|note|fyi|by the way|reminder|urgent|also|and|so|but|well|oh|hey|hi|ok|okay)\\b[,:!]* +",
            Pattern.CASE_INSENSITIVE);
    private static final String VERB =
            " (?<verb>is now|are now|is|are|was|were|has|have|prefers?|likes?|loves?|wants?|needs?|uses?"
                    + "|(?:has )?(?:changed|moved|switched) to|lives? in|works? (?:at|for|as|in)) ";
    private static final Pattern PROPERTY_OF_OWNER = Pattern.compile(
            "^(?<subject>.+?)(?:'s|’s) (?<attribute>[\\p{L}\\p{N} _-]{2,40}?)" + VERB + "(?<value>.+)$",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern OWN_PROPERTY = Pattern.compile(
            "^(?<subject>my|our) (?<attribute>[\\p{L}\\p{N} _-]{2,40}?)" + VERB + "(?<value>.+)$",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern PROPERTY_OF_SUBJECT = Pattern.compile(
            "^the (?<attribute>[\\p{L}\\p{N} _-]{2,40}?) (?:of|for) (?<subject>.+?)" + VERB + "(?<value>.+)$",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern PLAIN =
            Pattern.compile("^(?<subject>.+?)" + VERB + "(?<value>.+)$", Pattern.CASE_INSENSITIVE);
    private static final Set<String> STOP_WORDS =
            Set.of(("a an the is are was were be been of to in on at for with and or"
                            + " by from as it its this that these those do does did what which who whom whose when where why how"
                            + " now i my me we our us you your he she they his her their has have had")
                    .split(" "));

    private Statements() {}

    /** The statements of a text, in their order, without attribute where none is named; questions state nothing. */
    static List<Fact> of(String text) {
        Matcher label = SPEAKER.matcher(text);
        String speaker = label.find() && !OPENING.matcher(text).find() ? label.group(1) : "user";
        List<Fact> found = new ArrayList<>();
        for (String sentence : sentences(text)) {
            boolean readable = !sentence.endsWith("?") && sentence.length() <= MAX_SENTENCE_CHARACTERS;
            Fact statement = !readable ? null : statement(bare(sentence), speaker);
            if (statement != null) {
                found.add(statement);
            }
        }
        return found;
    }

    /** Whether a text holds at least one sentence of some length that is no question. */
    static boolean saysSomething(String text) {
        return sentences(text).stream()
                .anyMatch(sentence -> !sentence.endsWith("?") && bare(sentence).split("\\s+").length >= MIN_WORDS);
    }

    /** The sentences of a text, in their order, none blank. */
    static List<String> sentences(String text) {
        List<String> sentences = new ArrayList<>();
        for (String sentence : text.split("(?<=[.!?])\\s+|\\R+")) {
            if (!sentence.isBlank()) {
                sentences.add(sentence.strip());
            }
        }
        return sentences;
    }

    /** The words of a text that carry meaning, in lower case. */
    static Set<String> words(String text) {
        Set<String> words = new LinkedHashSet<>();
        for (String word : normalised(text).split(" ")) {
            if (!word.isEmpty() && !STOP_WORDS.contains(word)) {
                words.add(word);
            }
        }
        return words;
    }

    /**
     * What a hurried reader would take for the answer: the last run of capitalised words and numbers that the question does
     * not hold, one with a number before one without; the sentence itself if there is none.
     */
    static String nameOrNumber(String sentence, Set<String> asked) {
        String name = sentence;
        String number = "";
        StringBuilder run = new StringBuilder();
        for (String token : (bare(sentence) + " .").split("\\s+")) {
            String word = token.replaceAll("^[^\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+$", "");
            boolean counts = !word.isEmpty()
                    && (Character.isUpperCase(word.charAt(0)) || word.chars().anyMatch(Character::isDigit))
                    && !asked.contains(normalised(word));
            if (counts) {
                run.append(run.length() == 0 ? "" : " ").append(word);
            } else if (run.length() > 0) {
                number = run.chars().anyMatch(Character::isDigit) ? run.toString() : number;
                name = run.toString();
                run.setLength(0);
            }
        }
        return number.isEmpty() ? name : number;
    }

    /** A text's letters and digits in lower case, everything else as one blank. */
    static String normalised(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("['’]s\\b", "")
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
    }

    /** A sentence without its speaker and the words it opens with. */
    private static String bare(String sentence) {
        String rest = OPENING.matcher(sentence).replaceFirst("");
        rest = SPEAKER.matcher(rest).replaceFirst("");
        return OPENING.matcher(rest).replaceFirst("");
    }

    private static @Nullable Fact statement(String sentence, String speaker) {
        for (Pattern pattern : List.of(OWN_PROPERTY, PROPERTY_OF_SUBJECT, PROPERTY_OF_OWNER, PLAIN)) {
            Matcher matcher = pattern.matcher(sentence);
            if (matcher.matches() && matcher.group("subject").split(" ").length <= MAX_SUBJECT_WORDS) {
                String attribute = pattern == PLAIN
                        ? propertyOf(matcher.group("verb"))
                        : matcher.group("attribute").strip();
                String value = matcher.group("value").replaceAll("[.!\\s]+$", "");
                if (value.isBlank() || value.length() > MAX_VALUE_CHARACTERS) {
                    return null;
                }
                return Fact.of(named(matcher.group("subject"), speaker), attribute, value);
            }
        }
        return null;
    }

    /** The property a verb alone speaks of; forms of "be" and "have" speak of none in particular. */
    private static @Nullable String propertyOf(String verb) {
        String lower = verb.toLowerCase(Locale.ROOT);
        if (lower.matches("(is|are|was|were|has|have|is now|are now)")) {
            return null;
        }
        return lower.endsWith("moved to") || lower.startsWith("live") ? "lives in" : lower;
    }

    private static String named(String subject, String speaker) {
        return subject.matches("(?i)(i|we|my|our|me)") ? speaker : subject.strip();
    }
}
