package io.fastmemory.datagen.table;

import io.fastmemory.datagen.imports.ImportException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The text of a file that must be UTF-8; where it is not, an {@link ImportException} names the line. A byte order mark at its
 * beginning is no part of the text.
 *
 * <p>A decoder reads ahead of the rows, so that the line is looked for in the file once more, when it is needed.
 */
final class Utf8Reader extends Reader {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Path file;
    private final Reader text;

    Utf8Reader(Path file) throws IOException {
        this.file = file;
        this.text = new InputStreamReader(withoutMark(Files.newInputStream(file)), StandardCharsets.UTF_8.newDecoder());
    }

    private static InputStream withoutMark(InputStream file) throws IOException {
        PushbackInputStream bytes = new PushbackInputStream(file, BYTE_ORDER_MARK.length);
        byte[] first = bytes.readNBytes(BYTE_ORDER_MARK.length);
        if (!Arrays.equals(first, BYTE_ORDER_MARK)) {
            bytes.unread(first);
        }
        return bytes;
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
        try {
            return text.read(into, offset, length);
        } catch (CharacterCodingException e) {
            throw notUtf8();
        }
    }

    private ImportException notUtf8() throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            long number = 1;
            int next;
            do {
                next = in.read();
                if (next >= 0 && next != '\n') {
                    line.write(next);
                    continue;
                }
                String bad = firstBad(line.toByteArray());
                if (bad != null) {
                    return new ImportException(file.getFileName() + " line " + number + ": expected UTF-8, found " + bad
                            + "; save the table as UTF-8 and import it again");
                }
                line.reset();
                number++;
            } while (next >= 0);
        }
        return new ImportException(file.getFileName() + ": expected UTF-8, found other bytes while it was read");
    }

    /** The first byte of a line that begins no character, or {@code null}. */
    private static @Nullable String firstBad(byte[] line) {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
            return null;
        } catch (CharacterCodingException e) {
            return "byte 0x%02X at byte %d of the line".formatted(line[bytes.position()], bytes.position() + 1);
        }
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
