package io.fastmemory.datagen;

import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Things that are planned to happen, told in order of their offset; those of one offset in the order of planning. */
final class Timeline {
    private final PriorityQueue<Moment> moments =
            new PriorityQueue<>(Comparator.comparingLong(Moment::offsetMs).thenComparingLong(Moment::order));
    private long planned;

    /** What happens at a moment. */
    interface Telling {
        void tell(long offsetMs) throws IOException;
    }

    private record Moment(long offsetMs, long order, Telling telling) {}

    /** Plans {@code telling} for an offset. */
    void at(long offsetMs, Telling telling) {
        moments.add(new Moment(offsetMs, planned++, telling));
    }

    /** Tells everything planned. */
    void tellAll() throws IOException {
        for (Moment moment = moments.poll(); moment != null; moment = moments.poll()) {
            moment.telling().tell(moment.offsetMs());
        }
    }
}
