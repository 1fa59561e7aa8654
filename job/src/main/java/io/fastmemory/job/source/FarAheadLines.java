package io.fastmemory.job.source;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.jspecify.annotations.Nullable;

/**
 * Marks the lines of a recorded timeline whose offset is far ahead of where the timeline is: of the line before, and of most
 * of the {@value #LOOKED_AT} that follow. Such a line would hold up the rest, or move stream time to where nothing else is. A
 * pause is none, as what follows it is ahead too; nor is a line that comes late, nor what stands around one.
 */
final class FarAheadLines implements StreamFormat.Reader<InputLine> {
    private static final int LOOKED_AT = 100;
    /** Long lines are not kept in such numbers. */
    private static final int MAX_BYTES_AHEAD = 1 << 20;

    private final StreamFormat.Reader<InputLine> lines;
    private final long maxAheadMs;
    private final Deque<Read> following = new ArrayDeque<>(LOOKED_AT);
    private long bytesAhead;
    private long reachedMs;

    private record Read(InputLine line, long offsetMs) {}

    FarAheadLines(StreamFormat.Reader<InputLine> lines, long maxAheadMs) {
        this.lines = lines;
        this.maxAheadMs = maxAheadMs;
    }

    @Override
    public @Nullable InputLine read() throws IOException {
        Read next = following.isEmpty() ? readOne() : following.remove();
        if (next == null) {
            return null;
        }
        bytesAhead = following.isEmpty() ? 0 : bytesAhead - next.line().bytes().length;
        if (next.offsetMs() - reachedMs > maxAheadMs && isAheadOfMostThatFollow(next.offsetMs())) {
            return next.line().thatIsFarAhead();
        }
        if (next.offsetMs() != IntendedArrival.NO_OFFSET) {
            reachedMs = next.offsetMs();
        }
        return next.line();
    }

    private boolean isAheadOfMostThatFollow(long offsetMs) throws IOException {
        while (following.size() < LOOKED_AT && bytesAhead < MAX_BYTES_AHEAD) {
            Read read = readOne();
            if (read == null) {
                break;
            }
            bytesAhead += read.line().bytes().length;
            following.add(read);
        }
        int behind = 0;
        int dated = 0;
        for (Read read : following) {
            if (read.offsetMs() != IntendedArrival.NO_OFFSET) {
                dated++;
                behind += offsetMs - read.offsetMs() > maxAheadMs ? 1 : 0;
            }
        }
        return 2 * behind > dated;
    }

    private @Nullable Read readOne() throws IOException {
        InputLine line = lines.read();
        return line == null ? null : new Read(line, IntendedArrival.offsetMs(line));
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
