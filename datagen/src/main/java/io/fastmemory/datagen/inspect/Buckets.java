package io.fastmemory.datagen.inspect;

import java.util.ArrayList;
import java.util.List;

/** Counts over a timeline of unknown length: as it grows, buckets are joined two by two, so that their number is bounded. */
final class Buckets {
    private static final int MOST = 32;

    private final long[] events = new long[MOST];
    private final long[] queries = new long[MOST];
    private long width = 1;
    private long last;

    void event(long offsetMs) {
        events[bucket(offsetMs)]++;
    }

    void query(long offsetMs) {
        queries[bucket(offsetMs)]++;
    }

    private int bucket(long offsetMs) {
        while (offsetMs / width >= MOST) {
            join(events);
            join(queries);
            width *= 2;
        }
        last = Math.max(last, offsetMs);
        return (int) (offsetMs / width);
    }

    private static void join(long[] counts) {
        for (int i = 0; i < MOST; i++) {
            counts[i] = i < MOST / 2 ? counts[2 * i] + counts[2 * i + 1] : 0;
        }
    }

    Inspection.Timeline timeline() {
        int used = (int) (last / width) + 1;
        return new Inspection.Timeline(last, width, first(events, used), first(queries, used));
    }

    private static List<Long> first(long[] counts, int used) {
        List<Long> list = new ArrayList<>();
        for (int i = 0; i < used; i++) {
            list.add(counts[i]);
        }
        return list;
    }
}
