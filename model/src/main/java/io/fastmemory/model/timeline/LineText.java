package io.fastmemory.model.timeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Turns the bytes of one line into one JSON object, or says exactly why it is none. */
final class LineText {
    /** Longest line that is looked into; no valid event comes near it, even with every character escaped. */
    static final int MAX_LINE_BYTES = 16 * 1024 * 1024;

    private static final int EXCERPT_BYTES = 1024;

    /** Numbers keep their digits; NaN and Infinity are read so that the field that holds them can be named. */
    static final JsonMapper MAPPER = Json.MAPPER
            .rebuild()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private LineText() {}

    static ObjectNode object(byte[] line) {
        if (line.length > MAX_LINE_BYTES) {
            throw new Defect(
                    DeadLetterCode.OVERSIZED, null, "at most " + MAX_LINE_BYTES + " bytes", line.length + " bytes");
        }
        JsonNode node = parsed(decoded(line));
        if (!(node instanceof ObjectNode object)) {
            throw malformed("a JSON object", node.isMissingNode() ? "an empty line" : Fields.describe(node));
        }
        return object;
    }

    /** The first 1 KiB of the line, never ending inside a character. */
    static String excerpt(byte[] line) {
        int end = Math.min(line.length, EXCERPT_BYTES);
        while (end > 0 && end < line.length && (line[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(line, 0, end, StandardCharsets.UTF_8);
    }

    private static String decoded(byte[] line) {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new Defect(
                    DeadLetterCode.INVALID_UTF8,
                    null,
                    "UTF-8",
                    "byte 0x%02X at byte %d".formatted(line[bytes.position()], bytes.position() + 1));
        }
    }

    private static JsonNode parsed(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (StreamConstraintsException e) {
            throw malformed("JSON within the limits of the parser", e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw malformed(
                    "one valid JSON object",
                    e.getOriginalMessage()
                            + (e.getLocation() == null
                                    ? ""
                                    : " (column " + e.getLocation().getColumnNr() + ")"));
        }
    }

    private static Defect malformed(String expected, String found) {
        return new Defect(DeadLetterCode.MALFORMED_JSON, null, expected, found);
    }
}
