package io.fastmemory.job.source;

import io.fastmemory.model.LineReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file line by line and keeps the line numbers, so that every error can name its line.
 *
 * <p>Lines end with LF or CRLF; a byte order mark at the start is dropped, empty lines are passed over but counted. A file
 * is one split: numbers are exact after a restore, which reads again from the start and skips.
 */
public final class NumberedLineFormat extends SimpleStreamFormat<InputLine> {
    private static final long serialVersionUID = 1L;

    /** So much of a line is kept: one byte more than the parser looks into, so that it refuses the line as oversized. */
    static final int MAX_LINE_BYTES = (16 << 20) + 1;

    private final String file;
    private final @Nullable Duration maxAhead;

    /** @param file name of the file, for messages */
    public NumberedLineFormat(String file) {
        this(file, null);
    }

    /** @param maxAhead how far a line's offset may be ahead of the lines around it, or {@code null} if that is no matter */
    public NumberedLineFormat(String file, @Nullable Duration maxAhead) {
        this.file = file;
        this.maxAhead = maxAhead;
    }

    @Override
    public StreamFormat.Reader<InputLine> createReader(Configuration config, FSDataInputStream stream) {
        NumberedLines lines = new NumberedLines(file, stream);
        return maxAhead == null ? lines : new FarAheadLines(lines, maxAhead.toMillis());
    }

    @Override
    public TypeInformation<InputLine> getProducedType() {
        return Types.POJO(InputLine.class);
    }

    private static final class NumberedLines implements StreamFormat.Reader<InputLine> {
        private final String file;
        private final LineReader lines;
        private long number;

        NumberedLines(String file, FSDataInputStream stream) {
            this.file = file;
            this.lines = new LineReader(stream, MAX_LINE_BYTES);
        }

        @Override
        public @Nullable InputLine read() throws IOException {
            for (byte[] line = lines.read(); line != null; line = lines.read()) {
                number++;
                byte[] bytes = withoutEnds(line, number == 1);
                if (bytes.length > 0) {
                    return new InputLine(file, number, bytes);
                }
            }
            return null;
        }

        private static byte[] withoutEnds(byte[] bytes, boolean first) {
            int from = first && startsWithMark(bytes) ? 3 : 0;
            int to = bytes.length > from && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
            return from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
        }

        private static boolean startsWithMark(byte[] bytes) {
            return bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
