package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.VersionLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was waiting and what the fullest entity held while the run went on.
 *
 * @param points evenly spaced, oldest first
 * @param entities with memory, at any time
 */
record Timeline(List<Point> points, long entities) {
    private static final int STEPS = 120;

    /**
     * The most there was at once between the point before and this one.
     *
     * @param atMs milliseconds since the run start
     * @param queued events that had arrived and were in no call yet
     * @param inFlight policy calls made and not decided
     * @param indexBacklog upserts asked for and not visible yet, delayed ones included
     * @param fullestTokens active memory of the entity that had the most of it
     */
    record Point(double atMs, long queued, long inFlight, long indexBacklog, long fullestTokens) {}

    /** The timeline of a run, from its start to its end. */
    static Timeline of(Rollouts rollouts) {
        RunClock clock = new RunClock(rollouts.run().startedAt());
        Instant end = end(rollouts);
        Steps steps = new Steps(Math.max(1, clock.millis(end)) / STEPS, STEPS);
        Backlog queued = new Backlog();
        Backlog inFlight = new Backlog();
        Backlog index = new Backlog();
        rollouts.events().forEach(it -> queued.waits(clock.millis(it.arrivalAt()), clock.millis(it.calledAt())));
        rollouts.calls().forEach(it -> inFlight.waits(clock.millis(it.calledAt()), clock.millis(it.decidedAt())));
        rollouts.indexOperations().stream()
                .filter(it -> it.operation().equals("upsert"))
                .forEach(it -> index.waits(clock.millis(it.requestedAt()), clock.millis(leftBacklog(it, end))));
        FullestEntity fullest = fullestEntity(rollouts, clock);
        long[][] most = {queued.most(steps), inFlight.most(steps), index.most(steps), fullest.most(steps)};
        List<Point> points = new ArrayList<>();
        for (int i = 0; i <= STEPS; i++) {
            points.add(new Point(steps.at(i), most[0][i], most[1][i], most[2][i], most[3][i]));
        }
        return new Timeline(points, fullest.entities());
    }

    /** An upsert that failed or was overtaken waits no longer once that is known; one never seen waits to the end. */
    private static Instant leftBacklog(IndexLine upsert, Instant end) {
        if (upsert.visibleAt() != null) {
            return upsert.visibleAt();
        }
        return upsert.superseded() || upsert.error() != null ? upsert.submittedAt() : end;
    }

    private static FullestEntity fullestEntity(Rollouts rollouts, RunClock clock) {
        FullestEntity fullest = new FullestEntity();
        Map<String, Long> tokens = new HashMap<>();
        rollouts.versions().stream()
                .sorted(Comparator.comparing(VersionLine::committedAt)
                        .thenComparing(it -> it.memory().memoryId())
                        .thenComparingInt(it -> it.memory().version()))
                .forEach(it -> {
                    boolean active = it.memory().status() == MemoryStatus.ACTIVE;
                    long now = active ? it.memory().tokens() : 0;
                    Long before = tokens.put(it.memory().memoryId(), now);
                    fullest.changes(
                            clock.millis(it.committedAt()),
                            it.memory().entityId(),
                            now - (before == null ? 0 : before));
                });
        return fullest;
    }

    private static Instant end(Rollouts rollouts) {
        EndLine recorded = rollouts.end();
        if (recorded != null) {
            return recorded.endedAt();
        }
        Instant last = rollouts.run().startedAt();
        for (EventLine event : rollouts.events()) {
            last = later(last, event.decidedAt());
        }
        for (CallLine call : rollouts.calls()) {
            last = later(last, call.decidedAt());
        }
        for (VersionLine version : rollouts.versions()) {
            last = later(last, version.committedAt());
        }
        return last;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
