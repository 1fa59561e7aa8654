package io.fastmemory.connectors.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A short piece of what a service said, fit for a log: one line, without the key or a longer part of it. */
public final class SafeExcerpt {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_READ = 4_000;
    private static final int MAX_SHOWN = 200;
    /** As many characters of the key in a row are hidden; fewer may stand in any text by chance. */
    private static final int SHORTEST_LEAK = 6;

    private SafeExcerpt() {}

    /** The error message of a service's error body, or the beginning of the body if it has no such shape. */
    public static String ofErrorBody(@Nullable String key, String body) {
        JsonNode error = errorOf(body);
        JsonNode message = error.isTextual() ? error : error.path("message");
        return of(key, message.isTextual() ? message.asText() : body);
    }

    /** The error's {@code code} or {@code type} if it is one plain word, else an empty string. */
    static String errorCode(@Nullable String key, String body) {
        JsonNode error = errorOf(body);
        for (String field : new String[] {"code", "type"}) {
            String word = error.path(field).asText("");
            if (word.matches("[a-z_]{1,40}")) {
                return withoutKey(key, word);
            }
        }
        return "";
    }

    /** Which request field the error names as its cause, in lower case, or an empty string. */
    static String errorParam(String body) {
        return errorOf(body).path("param").asText("").toLowerCase(Locale.ROOT);
    }

    /** The beginning of {@code text} on one line, without the key. */
    public static String of(@Nullable String key, @Nullable String text) {
        if (text == null) {
            return "";
        }
        String begin = text.length() <= MAX_READ ? text : text.substring(0, MAX_READ);
        String line = withoutKey(key, begin).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "…";
    }

    private static JsonNode errorOf(String body) {
        try {
            JsonNode root = JSON.readTree(body);
            return root == null ? JSON.missingNode() : root.path("error");
        } catch (JsonProcessingException notJson) {
            return JSON.missingNode();
        }
    }

    private static String withoutKey(@Nullable String key, String text) {
        if (key == null) {
            return text;
        }
        int shortest = Math.min(SHORTEST_LEAK, key.length());
        StringBuilder shown = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); ) {
            int leak = longestPartOf(key, text, at);
            if (leak >= shortest) {
                shown.append("***");
                at += leak;
            } else {
                shown.append(text.charAt(at++));
            }
        }
        return shown.toString();
    }

    private static int longestPartOf(String key, String text, int at) {
        int longest = 0;
        for (int from = 0; from < key.length(); from++) {
            int length = 0;
            while (from + length < key.length()
                    && at + length < text.length()
                    && key.charAt(from + length) == text.charAt(at + length)) {
                length++;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }
}
