package io.fastmemory.evaluation.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How many things waited at once. */
final class Backlog {
    private final List<Change> changes = new ArrayList<>();

    private record Change(double atMs, int by) {}

    /** Adds something that waited from one moment until just before another; what did not wait is left out. */
    void waits(double fromMs, double toMs) {
        if (toMs > fromMs) {
            changes.add(new Change(fromMs, 1));
            changes.add(new Change(toMs, -1));
        }
    }

    /** The most that waited at once in each step. */
    long[] most(Steps steps) {
        changes.sort(Comparator.comparingDouble(Change::atMs).thenComparingInt(Change::by));
        long[] most = new long[steps.last() + 1];
        long now = 0;
        int next = 0;
        for (int step = 0; step <= steps.last(); step++) {
            most[step] = now;
            for (; next < changes.size() && steps.of(changes.get(next).atMs()) <= step; next++) {
                now += changes.get(next).by();
                most[step] = Math.max(most[step], now);
            }
        }
        return most;
    }
}
