package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** How files of results are written: whole or not at all, and the same bytes for the same figures. */
public final class ResultFile {
    private static final JsonMapper MAPPER = Json.MAPPER
            .rebuild()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS))
            .build();

    private ResultFile() {}

    /** A record as JSON: indented, every key present, lines ending in LF. */
    public static String json(Object contents) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        try {
            return MAPPER.writer(printer).writeValueAsString(contents) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(
                    "cannot be written as JSON: " + contents.getClass().getName(), e);
        }
    }

    /** Puts a text in place of a file, or makes it; a reader sees the old one or the new one. */
    public static void replace(Path target, String text) throws IOException {
        put(target, temporary -> Files.writeString(temporary, text));
    }

    /** Puts bytes in place of a file likewise. */
    public static void replace(Path target, byte[] bytes) throws IOException {
        put(target, temporary -> Files.write(temporary, bytes));
    }

    private interface Writing {
        void to(Path temporary) throws IOException;
    }

    private static void put(Path target, Writing writing) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        writing.to(temporary);
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
