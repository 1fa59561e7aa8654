package io.fastmemory.datagen;

import java.io.IOException;
import java.util.PriorityQueue;

/** Things that are planned to happen, told in order of their offset; those of one offset in the order of planning. */
final class Timeline {
    private final PriorityQueue<Moment> moments = new PriorityQueue<>();
    private long planned;

    /** What happens at a moment. */
    interface Telling {
        void tell(long offsetMs) throws IOException;
    }

    private record Moment(long offsetMs, long order, Telling telling) implements Comparable<Moment> {
        @Override
        public int compareTo(Moment other) {
            return offsetMs == other.offsetMs
                    ? Long.compare(order, other.order)
                    : Long.compare(offsetMs, other.offsetMs);
        }
    }

    /** Plans {@code telling} for an offset that is not told yet. */
    void at(long offsetMs, Telling telling) {
        moments.add(new Moment(offsetMs, planned++, telling));
    }

    /** Tells everything planned up to and with {@code lastOffsetMs}. */
    void tellUntil(long lastOffsetMs) throws IOException {
        for (Moment moment = moments.peek();
                moment != null && moment.offsetMs() <= lastOffsetMs;
                moment = moments.peek()) {
            moments.remove();
            moment.telling().tell(moment.offsetMs());
        }
    }
}
