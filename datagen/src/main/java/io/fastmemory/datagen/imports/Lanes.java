package io.fastmemory.datagen.imports;

import io.fastmemory.datagen.DatasetSink;
import java.io.IOException;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lays episodes out on one timeline: a fixed number of lanes run side by side, and each takes the next episode when its last
 * one is over. Memory holds one episode for each lane, whatever the length of the source.
 */
public final class Lanes {
    private final int lanes;
    private final long pauseMs;

    /**
     * A layout.
     *
     * @param lanes how many episodes run at a time, at least 1
     * @param pauseMs time in a lane between the last line of an episode and the start of the next; lanes start as far apart
     */
    public Lanes(int lanes, long pauseMs) {
        if (lanes < 1) {
            throw new IllegalArgumentException("lanes must be at least 1: " + lanes);
        }
        this.lanes = lanes;
        this.pauseMs = pauseMs;
    }

    /** Where episodes come from. */
    public interface Source {
        /** The lines of the next episode in order, the first at {@code startMs} or later; {@code null} after the last. */
        @Nullable
        List<Moment> next(long startMs) throws IOException;
    }

    private static final class Running implements Comparable<Running> {
        private final int lane;
        private final List<Moment> lines;
        private int next;

        Running(int lane, List<Moment> lines) {
            this.lane = lane;
            this.lines = lines;
        }

        long offsetMs() {
            return lines.get(next).offsetMs();
        }

        @Override
        public int compareTo(Running other) {
            return offsetMs() == other.offsetMs()
                    ? Integer.compare(lane, other.lane)
                    : Long.compare(offsetMs(), other.offsetMs());
        }
    }

    /** Writes every episode. */
    public void writeTo(DatasetSink sink, Source source) throws IOException {
        PriorityQueue<Running> running = new PriorityQueue<>();
        for (int lane = 0; lane < lanes; lane++) {
            start(running, lane, lane * pauseMs, source);
        }
        for (Running first = running.poll(); first != null; first = running.poll()) {
            long offset = first.offsetMs();
            first.lines.get(first.next++).writeTo(sink);
            if (first.next < first.lines.size()) {
                running.add(first);
            } else {
                start(running, first.lane, offset + pauseMs, source);
            }
        }
    }

    private static void start(PriorityQueue<Running> running, int lane, long startMs, Source source)
            throws IOException {
        List<Moment> lines = source.next(startMs);
        while (lines != null && lines.isEmpty()) {
            lines = source.next(startMs);
        }
        if (lines != null) {
            running.add(new Running(lane, lines));
        }
    }
}
