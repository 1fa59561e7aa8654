package io.fastmemory.job.source;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.apache.flink.core.fs.Path;

/**
 * What one pass over a timeline's offsets shows, before any of it is released.
 *
 * @param longestMs the largest offset, 0 for an empty timeline
 * @param jumps the first lines whose offset is followed by a smaller one, at most {@link #SHOWN_JUMPS}
 * @param jumpCount how many such lines there are
 * @param farAhead the first lines that are too far ahead to be waited for, at most {@link #SHOWN_JUMPS}; they are in no other
 *     figure
 */
public record TimelineScan(String file, long longestMs, List<Jump> jumps, long jumpCount, List<Jump> farAhead) {
    /** So many lines out of order are named. */
    static final int SHOWN_JUMPS = 3;

    public TimelineScan {
        jumps = List.copyOf(jumps);
        farAhead = List.copyOf(farAhead);
    }

    /** A line that is ahead of what follows it. */
    public record Jump(long line, long offsetMs) {}

    /**
     * Reads a {@code stream.jsonl} line by line; lines without a valid offset are passed over.
     *
     * @param maxAhead how far a line's offset may be ahead of the lines around it
     * @throws IOException if the file cannot be read
     */
    public static TimelineScan of(String file, Duration maxAhead) throws IOException {
        Path path = new Path(file);
        NumberedLineFormat format = new NumberedLineFormat(path.getName(), maxAhead);
        List<Jump> jumps = new ArrayList<>();
        List<Jump> farAhead = new ArrayList<>();
        long jumpCount = 0;
        Jump ahead = new Jump(0, 0);
        boolean told = false;
        try (StreamFormat.Reader<InputLine> lines =
                format.createReader(new Configuration(), path.getFileSystem().open(path))) {
            for (InputLine line = lines.read(); line != null; line = lines.read()) {
                long offsetMs = IntendedArrival.offsetMs(line);
                if (line.farAhead()) {
                    if (farAhead.size() < SHOWN_JUMPS) {
                        farAhead.add(new Jump(line.line(), offsetMs));
                    }
                } else if (offsetMs >= ahead.offsetMs()) {
                    ahead = new Jump(line.line(), offsetMs);
                    told = false;
                } else if (offsetMs != IntendedArrival.NO_OFFSET && !told) {
                    told = true;
                    if (jumpCount++ < SHOWN_JUMPS) {
                        jumps.add(ahead);
                    }
                }
            }
        }
        return new TimelineScan(path.getName(), ahead.offsetMs(), jumps, jumpCount, farAhead);
    }

    /** What someone should look at, a sentence each. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        for (Jump line : farAhead) {
            notes.add(file + " line " + line.line() + ": offset_ms " + line.offsetMs()
                    + " is far ahead of the lines around it, which will not wait for it: it becomes a dead letter");
        }
        for (Jump jump : jumps) {
            notes.add(file + " line " + jump.line() + ": offset_ms " + jump.offsetMs()
                    + " is followed by smaller offsets, which wait for it");
        }
        if (jumpCount > jumps.size()) {
            notes.add(file + ": " + (jumpCount - jumps.size()) + " more lines are ahead of what follows them");
        }
        return notes;
    }
}
