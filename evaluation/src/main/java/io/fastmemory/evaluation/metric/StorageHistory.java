package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.StoragePoint;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.VersionLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What memory held over the run, at evenly spaced moments from its start to its end. */
final class StorageHistory {
    private static final int STEPS = 100;

    private final List<Change> changes = new ArrayList<>();

    private StorageHistory() {}

    /** The history; empty if nothing was ever written. */
    static List<StoragePoint> of(Rollouts rollouts) {
        StorageHistory history = new StorageHistory();
        history.addVersions(rollouts);
        history.addVectors(rollouts);
        history.changes.sort(Comparator.comparing(Change::at));
        return history.points(rollouts.run().startedAt(), GoldFacts.runEnd(rollouts));
    }

    private record Change(Instant at, long active, long written, long vectors) {}

    private void addVersions(Rollouts rollouts) {
        Map<String, Long> active = new HashMap<>();
        rollouts.versions().stream()
                .sorted(Comparator.comparing(VersionLine::committedAt)
                        .thenComparing(line -> line.memory().memoryId())
                        .thenComparingInt(line -> line.memory().version()))
                .forEach(line -> {
                    boolean isActive = line.memory().status() == MemoryStatus.ACTIVE;
                    long tokens = isActive ? line.memory().tokens() : 0;
                    Long before = active.put(line.memory().memoryId(), tokens);
                    changes.add(new Change(line.committedAt(), tokens - (before == null ? 0 : before), tokens, 0));
                });
    }

    private void addVectors(Rollouts rollouts) {
        Map<String, Boolean> visible = new HashMap<>();
        rollouts.indexOperations().stream()
                .filter(operation -> operation.visibleAt() != null)
                .sorted(Comparator.comparing(StorageHistory::visibleAt)
                        .thenComparing(IndexLine::memoryId)
                        .thenComparingInt(IndexLine::version))
                .forEach(operation -> {
                    boolean isThere = operation.operation().equals("upsert");
                    Boolean before = visible.put(operation.memoryId(), isThere);
                    long change = (isThere ? 1 : 0) - (Boolean.TRUE.equals(before) ? 1 : 0);
                    changes.add(new Change(visibleAt(operation), 0, 0, change));
                });
    }

    private static Instant visibleAt(IndexLine operation) {
        return operation.visibleAt() == null ? Instant.MAX : operation.visibleAt();
    }

    private List<StoragePoint> points(Instant start, Instant end) {
        List<StoragePoint> points = new ArrayList<>();
        if (changes.isEmpty()) {
            return points;
        }
        long millis = Math.max(1, Duration.between(start, end).toMillis());
        long active = 0;
        long written = 0;
        long vectors = 0;
        int next = 0;
        for (int step = 0; step <= STEPS; step++) {
            long atMs = millis * step / STEPS;
            Instant at = step == STEPS ? Instant.MAX : start.plusMillis(atMs); // nothing is left out at the end
            for (; next < changes.size() && !changes.get(next).at().isAfter(at); next++) {
                active += changes.get(next).active();
                written += changes.get(next).written();
                vectors += changes.get(next).vectors();
            }
            points.add(new StoragePoint(atMs, active, written, vectors));
        }
        return points;
    }
}
