package io.fastmemory.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Finds the JSON object in a language model's reply. Lenient only about its dress: code fences, prose before and after it, a byte order
 * mark, trailing commas. What is inside is left as it is, to be validated strictly; a duplicate key, a NaN or an unclosed
 * bracket is an error.
 */
public final class ReplyText {
    /** Longest reply that is looked at, in characters. */
    public static final int MAX_CHARACTERS = 2 * 1024 * 1024;

    private static final int MAX_CANDIDATES = 16;
    private static final JsonMapper LENIENT =
            Json.MAPPER.rebuild().enable(JsonReadFeature.ALLOW_TRAILING_COMMA).build();

    private ReplyText() {}

    /**
     * What was found.
     *
     * @param json the object, or {@code null} if there is none
     * @param error why there is none, as a plain sentence, or {@code null}
     * @param lenient whether the reply was more than the bare object, or had trailing commas
     */
    public record Extracted(
            @Nullable ObjectNode json, @Nullable String error, boolean lenient) {}

    /** The first complete JSON object of {@code reply}; later ones are taken for examples and passed over. */
    public static Extracted extractJson(String reply) {
        if (reply.length() > MAX_CHARACTERS) {
            return failed("the reply must have at most " + MAX_CHARACTERS + " characters: " + reply.length());
        }
        ObjectNode bare = object(Json.MAPPER, reply);
        if (bare != null) {
            return new Extracted(bare, null, false);
        }
        String error = null;
        int start = reply.indexOf('{');
        for (int tried = 0; start >= 0 && tried < MAX_CANDIDATES; tried++) {
            int end = endOfObject(reply, start);
            if (end < 0) {
                error = error == null ? "the JSON object of the reply must be closed: it ends within it" : error;
                start = reply.indexOf('{', start + 1);
                continue;
            }
            try {
                if (LENIENT.readTree(reply.substring(start, end)) instanceof ObjectNode object) {
                    return new Extracted(object, null, true);
                }
            } catch (JsonProcessingException e) {
                error = error == null ? "the reply must hold one valid JSON object: " + e.getOriginalMessage() : error;
            }
            start = reply.indexOf('{', end);
        }
        return failed(error == null ? "the reply must hold a JSON object: it holds none" : error);
    }

    private static Extracted failed(String error) {
        return new Extracted(null, error, false);
    }

    private static @Nullable ObjectNode object(JsonMapper mapper, String text) {
        try {
            JsonNode node = mapper.readTree(text);
            return node instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException e) {
            return null; // not bare JSON: it is looked for inside
        }
    }

    /** The place after the brace that closes the one at {@code start}, strings passed over; -1 if none does. */
    private static int endOfObject(String text, int start) {
        int depth = 0;
        boolean inString = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inString) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c == '"') {
                inString = true;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i + 1;
            }
        }
        return -1;
    }
}
