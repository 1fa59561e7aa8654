package io.fastmemory.datagen;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * JSON text on its way to a stream, gathered in one large buffer.
 *
 * <p>Nearly every text of a dataset is ASCII without anything to escape, and is copied as it is. The rest goes through
 * Jackson's encoder, which also refuses half a surrogate pair.
 */
final class JsonBytes implements Closeable {
    private static final int CAPACITY = 1 << 16;
    private static final int MOST_DIGITS = 20;
    private static final boolean[] NEEDS_CARE = needsCare();

    private final OutputStream out;
    private final byte[] buffer = new byte[CAPACITY];
    private int size;
    private boolean closed;

    JsonBytes(OutputStream out) {
        this.out = out;
    }

    /** Bytes that do not stand for themselves: a question mark may be what became of half a surrogate pair. */
    private static boolean[] needsCare() {
        boolean[] care = new boolean[256];
        for (int b = 0; b < care.length; b++) {
            care[b] = b < ' ' || b > '~' || b == '"' || b == '\\' || b == '?';
        }
        return care;
    }

    /** Adds JSON that is ready, e.g. punctuation and the name of a field. */
    void raw(byte[] json) throws IOException {
        if (json.length > CAPACITY - size) {
            flush();
            if (json.length > CAPACITY) {
                out.write(json);
                return;
            }
        }
        System.arraycopy(json, 0, buffer, size, json.length);
        size += json.length;
    }

    /** Adds a string with its quotes. */
    void string(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        single('"');
        raw(isPlain(bytes) ? bytes : JsonStringEncoder.getInstance().quoteAsUTF8(text));
        single('"');
    }

    private static boolean isPlain(byte[] bytes) {
        boolean care = false;
        for (byte b : bytes) {
            care |= NEEDS_CARE[b & 0xFF];
        }
        return !care;
    }

    /** Adds a whole number. */
    void number(long number) throws IOException {
        if (number < 0) {
            raw(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
            return;
        }
        if (MOST_DIGITS > CAPACITY - size) {
            flush();
        }
        int end = size + 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            end++;
        }
        long rest = number;
        for (int at = end - 1; at >= size; at--) {
            buffer[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size = end;
    }

    /** Adds one ASCII character as it is. */
    void single(char ascii) throws IOException {
        if (size == CAPACITY) {
            flush();
        }
        buffer[size++] = (byte) ascii;
    }

    private void flush() throws IOException {
        out.write(buffer, 0, size);
        size = 0;
    }

    /** Writes what is left and closes the stream. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            try (out) {
                flush();
            }
        }
    }
}
