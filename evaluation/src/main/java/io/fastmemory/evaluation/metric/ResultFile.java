package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fastmemory.model.Json;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;

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

    /**
     * Puts a text in place of a file, or makes it; a reader sees the old one or the new one.
     *
     * @throws java.nio.charset.CharacterCodingException if the text holds half a surrogate pair
     */
    public static void replace(Path target, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        replace(target, Arrays.copyOf(bytes.array(), bytes.limit()));
    }

    /** Puts bytes in place of a file likewise. */
    public static void replace(Path target, byte[] bytes) throws IOException {
        try (Draft draft = draft(target)) {
            draft.out().write(bytes);
            draft.putInPlace();
        }
    }

    /** Begins what is to be put in place of a file, or to make it. */
    public static Draft draft(Path target) throws IOException {
        return new Draft(target, unforeseen(target, ".tmp"));
    }

    /**
     * A name beside a file that nobody can foresee. A folder may come from anyone: a link that lies in wait under a known
     * name would have something else overwritten, and two writers at once would write into one file.
     */
    static Path unforeseen(Path target, String ending) {
        return target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ending);
    }

    /** What is written beside a file until it is complete; closed before it is in place, it is gone. */
    public static final class Draft implements Closeable {
        private final Path target;
        private final Path temporary;
        private final OutputStream out;

        private Draft(Path target, Path temporary) throws IOException {
            this.target = target;
            this.temporary = temporary;
            this.out = new BufferedOutputStream(
                    Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        }

        /** Where to write it. */
        public OutputStream out() {
            return out;
        }

        /** Puts it in place of the file: of a link itself, not of what the link leads to. */
        public void putInPlace() throws IOException {
            out.close();
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void close() throws IOException {
            try {
                out.close();
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
    }
}
