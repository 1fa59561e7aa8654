package io.fastmemory.model;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a stream as they are, in bytes. A line ends with LF, which is left out, or with the stream. */
public final class LineReader implements Closeable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int maxLineBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private int from;
    private int to;

    /** @param maxLineBytes so much of a line is kept; the rest of a longer one is passed over */
    public LineReader(InputStream in, int maxLineBytes) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
    }

    /** The next line, or {@code null} at the end of the stream. */
    public byte @Nullable [] read() throws IOException {
        line.reset();
        if (!fill()) {
            return null;
        }
        do {
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, from, Math.min(end - from, maxLineBytes - line.size()));
            from = end + 1;
            if (end < to) {
                break;
            }
        } while (fill());
        return line.toByteArray();
    }

    /** Whether there is a byte left. */
    private boolean fill() throws IOException {
        if (from < to) {
            return true;
        }
        from = 0;
        to = in.read(buffer);
        return to > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
