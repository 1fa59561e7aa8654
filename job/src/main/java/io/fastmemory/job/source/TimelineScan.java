package io.fastmemory.job.source;

import java.io.IOException;
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
 */
public record TimelineScan(String file, long longestMs, List<Jump> jumps, long jumpCount) {
    /** So many lines out of order are named. */
    static final int SHOWN_JUMPS = 3;

    public TimelineScan {
        jumps = List.copyOf(jumps);
    }

    /** A line that is ahead of what follows it. */
    public record Jump(long line, long offsetMs) {}

    /**
     * Reads a {@code stream.jsonl} line by line; lines without a valid offset are passed over.
     *
     * @throws IOException if the file cannot be read
     */
    public static TimelineScan of(String file) throws IOException {
        Path path = new Path(file);
        NumberedLineFormat format = new NumberedLineFormat(path.getName());
        List<Jump> jumps = new ArrayList<>();
        long jumpCount = 0;
        Jump ahead = new Jump(0, 0);
        boolean told = false;
        try (StreamFormat.Reader<InputLine> lines =
                format.createReader(new Configuration(), path.getFileSystem().open(path))) {
            for (InputLine line = lines.read(); line != null; line = lines.read()) {
                long offsetMs = IntendedArrival.offsetMs(line);
                if (offsetMs >= ahead.offsetMs()) {
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
        return new TimelineScan(path.getName(), ahead.offsetMs(), jumps, jumpCount);
    }

    /** What someone should look at, a sentence each. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
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
