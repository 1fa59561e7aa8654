package io.fastmemory.datagen.locomo;

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

/** A JSON value that knows where it stands, so that an error can say so. */
record JsonAt(String file, String pointer, JsonNode node) {
    private static final int LONGEST_EXCERPT = 60;

    /** The root of {@code file}. */
    static JsonAt read(Path file) throws IOException {
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
    String place() {
        return file + "#" + pointer;
    }

    JsonAt field(String name) {
        return new JsonAt(file, pointer + "/" + name.replace("~", "~0").replace("/", "~1"), node.path(name));
    }

    boolean isAbsent() {
        return node.isMissingNode() || node.isNull();
    }

    String text() throws ImportException {
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw wrong("a text that is not blank");
        }
        return node.textValue();
    }

    /** A text or a number as text, or {@code null} if absent. */
    @Nullable
    String optionalScalar() throws ImportException {
        if (isAbsent()) {
            return null;
        }
        if (node.isNumber() || node.isTextual() && !node.textValue().isBlank()) {
            return node.asText();
        }
        throw wrong("a text that is not blank or a number");
    }

    int integer(int least, int most) throws ImportException {
        if (!node.isInt() || node.intValue() < least || node.intValue() > most) {
            throw wrong("a whole number from " + least + " to " + most);
        }
        return node.intValue();
    }

    List<JsonAt> elements() throws ImportException {
        if (!node.isArray()) {
            throw wrong("an array");
        }
        List<JsonAt> elements = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            elements.add(new JsonAt(file, pointer + "/" + i, node.path(i)));
        }
        return elements;
    }

    JsonAt object() throws ImportException {
        if (!node.isObject()) {
            throw wrong("an object");
        }
        return this;
    }

    ImportException wrong(String expected) {
        return new ImportException(place() + ": expected " + expected + ": found " + found());
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
