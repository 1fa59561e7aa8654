package io.fastmemory.datagen.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value that knows where it stands, so that an error can say so.
 *
 * @param file name of the file
 * @param pointer JSON pointer within the file
 * @param node the value, a missing node if there is none
 */
public record JsonAt(String file, String pointer, JsonNode node) {
    private static final int LONGEST_EXCERPT = 60;
    private static final char REPLACEMENT = '\uFFFD';

    /** The root of {@code file}. */
    public static JsonAt read(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        try {
            JsonNode node = Json.MAPPER.readTree(Files.readAllBytes(file));
            return new JsonAt(name, "", node == null ? MissingNode.getInstance() : node);
        } catch (JsonProcessingException e) {
            String at = e.getLocation() == null
                    ? ""
                    : " line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new ImportException(name + at + ": expected JSON: " + e.getOriginalMessage());
        }
    }

    /** File and pointer in one. */
    public String place() {
        return file + "#" + pointer;
    }

    /** The value of a field, absent or not. */
    public JsonAt field(String name) {
        return new JsonAt(file, pointer + "/" + name.replace("~", "~0").replace("/", "~1"), node.path(name));
    }

    /** Whether it is missing or null. */
    public boolean isAbsent() {
        return node.isMissingNode() || node.isNull();
    }

    /** A text that is not blank; what is not Unicode in it is replaced. */
    public String text() throws ImportException {
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw wrong("a text that is not blank");
        }
        return wellFormed(node.textValue());
    }

    /** A text or a number as text, or {@code null} if absent. */
    public @Nullable String optionalScalar() throws ImportException {
        if (isAbsent()) {
            return null;
        }
        if (node.isNumber() || node.isTextual() && !node.textValue().isBlank()) {
            return wellFormed(node.asText());
        }
        throw wrong("a text that is not blank or a number");
    }

    /** A whole number within bounds. */
    public int integer(int least, int most) throws ImportException {
        if (!node.isInt() || node.intValue() < least || node.intValue() > most) {
            throw wrong("a whole number from " + least + " to " + most);
        }
        return node.intValue();
    }

    /** The elements of an array. */
    public List<JsonAt> elements() throws ImportException {
        if (!node.isArray()) {
            throw wrong("an array");
        }
        List<JsonAt> elements = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            elements.add(new JsonAt(file, pointer + "/" + i, node.path(i)));
        }
        return elements;
    }

    /** The same, which must be an object. */
    public JsonAt object() throws ImportException {
        if (!node.isObject()) {
            throw wrong("an object");
        }
        return this;
    }

    /** What to throw when something else was expected. */
    public ImportException wrong(String expected) {
        return new ImportException(place() + ": expected " + expected + ": found " + found());
    }

    /** The text with U+FFFD for every half of a surrogate pair that stands alone, which no file can hold. */
    static String wellFormed(String text) {
        StringBuilder repaired = null;
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) {
                continue;
            }
            if (Character.isSurrogate(text.charAt(i)) && Character.charCount(text.codePointAt(i)) == 2) {
                i++;
                continue;
            }
            repaired = repaired == null ? new StringBuilder(text) : repaired;
            repaired.setCharAt(i, REPLACEMENT);
        }
        return repaired == null ? text : repaired.toString();
    }

    private String found() {
        if (node.isMissingNode()) {
            return "nothing";
        }
        if (node.isContainerNode()) {
            return node.isArray() ? "an array" : "an object";
        }
        String text = node.toString();
        return text.length() <= LONGEST_EXCERPT ? text : text.substring(0, LONGEST_EXCERPT) + "…";
    }
}
