package io.fastmemory.datagen;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    /** A bit pattern in each of eight bytes. */
    private static final long LOWEST = 0x0101010101010101L;

    private static final long HIGHEST = 0x8080808080808080L;
    private static final long BLANKS = ' ' * LOWEST;

    private final OutputStream out;
    private final byte[] buffer = new byte[CAPACITY];
    private int size;
    private boolean closed;

    JsonBytes(OutputStream out) {
        this.out = out;
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

    /**
     * Whether all bytes stand for themselves. A question mark does not: it may be what became of half a surrogate pair.
     *
     * @see <a href="https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord">Anderson: Bit Twiddling Hacks,
     *     "Determine if a word has a byte less than n"</a>
     */
    private static boolean isPlain(byte[] bytes) {
        long care = 0;
        int at = 0;
        for (; at <= bytes.length - Long.BYTES; at += Long.BYTES) {
            care |= needsCare((long) EIGHT.get(bytes, at));
        }
        for (; at < bytes.length; at++) {
            care |= needsCare(BLANKS & ~0xFFL | bytes[at] & 0xFFL);
        }
        return care == 0;
    }

    /** Not 0 if one of eight bytes has to be escaped, is not ASCII or is a question mark. */
    private static long needsCare(long eight) {
        long control = eight - BLANKS;
        return (control | zero(eight, '"') | zero(eight, '\\') | zero(eight, '?') | eight) & HIGHEST;
    }

    /** Has the highest bit of a byte set if one of eight ASCII bytes is {@code ascii}. */
    private static long zero(long eight, int ascii) {
        return (eight ^ ascii * LOWEST) - LOWEST;
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
