package io.fastmemory.datagen.imports;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.fastmemory.model.Json;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The elements of a JSON array that is a whole file, one in memory at a time. */
public final class JsonElements implements Closeable {
    private static final ObjectReader READER =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String file;
    private final JsonParser parser;
    private int index;
    private boolean atEnd;

    private JsonElements(String file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * Opens a file.
     *
     * @throws ImportException if it does not begin with an array of at least one element
     */
    public static JsonElements open(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        JsonParser parser = Json.MAPPER.createParser(new BufferedInputStream(Files.newInputStream(file)));
        JsonElements elements = new JsonElements(name, parser);
        try {
            if (elements.token() != JsonToken.START_ARRAY) {
                throw new ImportException(name + "#: expected an array: found "
                        + (parser.currentToken() == null ? "nothing" : parser.currentToken()));
            }
            if (elements.token() == JsonToken.END_ARRAY) {
                throw new ImportException(name + "#: expected an array of at least one element: found an empty one");
            }
        } catch (IOException e) {
            parser.close();
            throw e;
        }
        return elements;
    }

    /** The next element, or {@code null} after the last. */
    public @Nullable JsonAt next() throws IOException {
        // the first element has been looked at; reading one leaves no current token
        if (atEnd || (parser.hasCurrentToken() ? parser.currentToken() : token()) == JsonToken.END_ARRAY) {
            atEnd = true;
            return null;
        }
        try {
            JsonNode node = READER.readTree(parser);
            return new JsonAt(file, "/" + index++, node);
        } catch (JsonProcessingException e) {
            throw notJson(e);
        }
    }

    private @Nullable JsonToken token() throws IOException {
        try {
            return parser.nextToken();
        } catch (JsonProcessingException e) {
            throw notJson(e);
        }
    }

    private ImportException notJson(JsonProcessingException e) {
        String at = e.getLocation() == null
                ? ""
                : " line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return new ImportException(file + at + ": expected JSON: " + e.getOriginalMessage());
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
