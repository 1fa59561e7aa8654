package io.fastmemory.connectors.index;

import io.fastmemory.connectors.index.IndexReceipt.Operation;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for acknowledged changes until readers see them, many in one request, at once and then ever less often.
 *
 * <p>A removal that follows an upsert nobody has seen yet is not believed while that upsert may still appear: a
 * memory missing from an answer may be one that is not visible yet. A change that an unanswered write may undo is
 * looked at until that is over, and handed back to be written again when it is undone. Runs on the writer's thread.
 */
final class VisibilityPoller {
    private static final Logger LOG = LoggerFactory.getLogger(VisibilityPoller.class);
    private static final int MAX_LOOKS_IN_FLIGHT = 4;
    private static final int MAX_IDS = 1_000;
    /** What is due this soon is looked for now, so that looks fall together. */
    private static final long SLACK_NANOS = 1_000_000;

    /** The changes of one memory that are looked for, oldest first. */
    private static final class Watch {
        final List<IndexChange> changes = new ArrayList<>();
        long nextLook;
        long backoff;
        boolean looking;

        /** The newest change, or {@code null} if none is left. */
        @Nullable
        IndexChange newest() {
            return changes.isEmpty() ? null : changes.get(changes.size() - 1);
        }
    }

    private final VectorIndex index;
    private final Clock clock;
    private final IndexWriterOptions options;
    private final ScheduledExecutorService timer;
    private final Executor writerThread;
    private final Map<String, Watch> watches = new HashMap<>();
    private final LongAdder looks = new LongAdder();
    private final LongAdder failedLooks = new LongAdder();
    private final LongAdder unseen = new LongAdder();
    private final LongAdder rewritten = new LongAdder();
    private final LongAdder superseded;
    private final Predicate<IndexChange> writeAgain;
    private final Consumer<IndexReceipt> firstSights;
    private int looksInFlight;
    private @Nullable ScheduledFuture<?> alarm;
    private long alarmAt;

    /**
     * @param timer runs on the writer's thread; {@code writerThread} as well, and may drop what comes after close
     * @param writeAgain takes a change back to write it again; false if a newer one is on its way
     * @param firstSights told what was seen for the first time and is guarded
     */
    VisibilityPoller(
            VectorIndex index,
            Clock clock,
            IndexWriterOptions options,
            ScheduledExecutorService timer,
            Executor writerThread,
            LongAdder superseded,
            Predicate<IndexChange> writeAgain,
            Consumer<IndexReceipt> firstSights) {
        this.index = index;
        this.clock = clock;
        this.options = options;
        this.timer = timer;
        this.writerThread = writerThread;
        this.superseded = superseded;
        this.writeAgain = writeAgain;
        this.firstSights = firstSights;
    }

    /** Starts looking for changes that were acknowledged just now. */
    void watch(List<IndexChange> acknowledged) {
        long now = System.nanoTime();
        for (IndexChange change : acknowledged) {
            change.lookUntil = now + options.visibilityTimeout().toNanos();
            Watch watch = watches.computeIfAbsent(change.memoryId, id -> new Watch());
            completeSeen(watch);
            for (IndexChange overtaken : watch.changes) {
                long until = now + options.overtakenTimeout().toNanos();
                if (until - overtaken.lookUntil < 0) {
                    overtaken.lookUntil = until;
                }
            }
            watch.changes.add(change);
            watch.nextLook = now;
            watch.backoff = options.minVisibilityBackoff().toNanos();
        }
        look();
    }

    /** What was seen and only guarded is over when something newer is acknowledged, which is guarded in its place. */
    private static void completeSeen(Watch watch) {
        for (Iterator<IndexChange> changes = watch.changes.iterator(); changes.hasNext(); ) {
            IndexChange guarded = changes.next();
            if (guarded.holds) {
                changes.remove();
                guarded.complete(guarded.seenAt, false, null);
            }
        }
    }

    private void look() {
        while (looksInFlight < MAX_LOOKS_IN_FLIGHT) {
            long now = System.nanoTime();
            List<String> due = new ArrayList<>();
            for (Map.Entry<String, Watch> entry : watches.entrySet()) {
                Watch watch = entry.getValue();
                if (!watch.looking && watch.nextLook - now <= SLACK_NANOS && due.size() < MAX_IDS) {
                    watch.looking = true;
                    due.add(entry.getKey());
                }
            }
            if (due.isEmpty()) {
                break;
            }
            looksInFlight++;
            looks.increment();
            CompletableFuture.completedFuture(due)
                    .thenCompose(index::visibleVersions)
                    .whenComplete((versions, failure) -> {
                        Instant seenAt = clock.instant();
                        writerThread.execute(() -> looked(due, versions, failure, seenAt));
                    });
        }
        setAlarm();
    }

    private void looked(
            List<String> ids, @Nullable Map<String, Integer> versions, @Nullable Throwable failure, Instant seenAt) {
        looksInFlight--;
        if (versions == null) {
            failedLooks.increment();
            LOG.debug("look for visible versions failed memories={}", ids.size(), failure);
        }
        long now = System.nanoTime();
        for (String id : ids) {
            Watch watch = watches.get(id);
            if (watch == null) {
                continue;
            }
            watch.looking = false;
            if (versions != null) {
                judge(watch, versions.get(id), seenAt);
                guard(watch, versions.get(id), now);
            }
            giveUp(watch, now);
            if (watch.changes.isEmpty()) {
                watches.remove(id);
            } else {
                watch.nextLook = now + watch.backoff;
                watch.backoff = Math.min(
                        watch.backoff * 2, options.maxVisibilityBackoff().toNanos());
            }
        }
        look();
    }

    private void judge(Watch watch, @Nullable Integer visible, Instant seenAt) {
        boolean mayStillAppear = false;
        for (Iterator<IndexChange> changes = watch.changes.iterator(); changes.hasNext(); ) {
            IndexChange change = changes.next();
            if (change.holds) {
                continue; // guarded, and the newest
            }
            boolean newer = visible != null && visible > change.version;
            if (change.operation == Operation.UPSERT) {
                if (visible != null && visible >= change.version) {
                    seen(changes, change, seenAt, newer);
                } else {
                    mayStillAppear = true;
                }
            } else if (newer) {
                seen(changes, change, seenAt, true);
            } else if (visible == null) {
                change.missingSince = change.missingSince == null ? seenAt : change.missingSince;
                if (!mayStillAppear) {
                    seen(changes, change, change.missingSince, false);
                }
            } else {
                change.missingSince = null;
            }
        }
    }

    /** Takes a change that was seen out, unless it is guarded. */
    private void seen(Iterator<IndexChange> changes, IndexChange change, Instant seenAt, boolean overtaken) {
        boolean first = change.seenAt == null;
        if (first) {
            change.seenAt = seenAt;
        }
        if (!overtaken && change.guardedUntil != 0 && !changes.hasNext()) {
            change.holds = true;
            if (first) {
                firstSights.accept(change.toReceipt(seenAt, false, null));
            }
            return;
        }
        changes.remove();
        if (overtaken) {
            superseded.increment();
        }
        change.complete(change.seenAt, overtaken, null);
    }

    /**
     * Ends the guard of the newest change when nothing can undo it any more, or has it written again if it was undone. That
     * ends: what is written after the guard is guarded anew only if another write went unanswered meanwhile.
     */
    private void guard(Watch watch, @Nullable Integer visible, long now) {
        IndexChange newest = watch.newest();
        if (newest == null || newest.guardedUntil == 0) {
            return;
        }
        boolean holds = newest.operation == Operation.UPSERT
                ? visible != null && visible >= newest.version
                : visible == null || visible > newest.version;
        boolean over = newest.guardedUntil - now <= 0;
        if (!holds && (newest.holds || over)) {
            writeAgain(watch, newest);
        } else if (newest.holds && over) {
            watch.changes.remove(newest);
            newest.complete(newest.seenAt, false, null);
        }
    }

    private void writeAgain(Watch watch, IndexChange undone) {
        if (!writeAgain.test(undone)) {
            return;
        }
        LOG.warn(
                "an unanswered write took effect late, the newest change is written again memory={} version={} operation={}",
                undone.memoryId,
                undone.version,
                undone.operation);
        undone.holds = false;
        undone.missingSince = null;
        rewritten.increment();
        watch.changes.remove(undone);
    }

    private void giveUp(Watch watch, long now) {
        IndexChange newest = watch.newest();
        watch.changes.removeIf(change -> {
            if (change.lookUntil - now > 0 || (change == newest && isGuarded(change, now))) {
                return false;
            }
            if (change.holds) {
                change.complete(change.seenAt, false, null);
            } else if (change == newest) {
                unseen.increment();
                change.complete(change.seenAt, false, null);
            } else {
                superseded.increment();
                change.complete(change.seenAt, true, null);
            }
            return true;
        });
    }

    private static boolean isGuarded(IndexChange change, long now) {
        return change.guardedUntil != 0 && change.guardedUntil - now > 0;
    }

    private void setAlarm() {
        Long earliest = null;
        for (Watch watch : watches.values()) {
            if (!watch.looking && (earliest == null || watch.nextLook - earliest < 0)) {
                earliest = watch.nextLook;
            }
        }
        if (earliest == null || looksInFlight == MAX_LOOKS_IN_FLIGHT) {
            return;
        }
        if (alarm != null && !alarm.isDone() && alarmAt - earliest <= 0) {
            return;
        }
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarmAt = earliest;
        alarm = timer.schedule(
                () -> writerThread.execute(this::look), earliest - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Forgets every watched change and returns them. */
    List<IndexChange> clear() {
        List<IndexChange> open = new ArrayList<>();
        watches.values().forEach(watch -> open.addAll(watch.changes));
        watches.clear();
        return open;
    }

    long looks() {
        return looks.sum();
    }

    long failedLooks() {
        return failedLooks.sum();
    }

    long rewritten() {
        return rewritten.sum();
    }

    long unseen() {
        return unseen.sum();
    }
}
