package io.fastmemory.job.memory;

import io.fastmemory.model.Event;
import io.fastmemory.model.TokenEstimator;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The short-term window over an entity's decided events.
 *
 * @param maxEvents at most so many are kept
 * @param maxAge older ones, by event time against the newest, are dropped
 * @param maxTokens when their texts, sources and attributes exceed this, the oldest are dropped down to {@code pruneToTokens}
 * @param alwaysKept so many of the newest are never dropped for age or tokens
 */
public record RecentEvents(int maxEvents, Duration maxAge, int maxTokens, int pruneToTokens, int alwaysKept)
        implements Serializable {
    /** The bounds when nothing is configured: 50 events, two hours, 3,000 tokens pruned to 2,000, the newest 5 stay. */
    public static final RecentEvents DEFAULTS = new RecentEvents(50, Duration.ofMinutes(120), 3_000, 2_000, 5);

    /** The window after {@code decided} were added to {@code window}, oldest first. */
    public List<Event> add(List<Event> window, List<Event> decided) {
        List<Event> events = new ArrayList<>(window);
        events.addAll(decided);
        if (events.size() > maxEvents) {
            events = events.subList(events.size() - maxEvents, events.size());
        }
        return List.copyOf(withinTokens(withinAge(events)));
    }

    private List<Event> withinAge(List<Event> events) {
        if (events.isEmpty()) {
            return events;
        }
        Instant newest = events.get(events.size() - 1).eventTime();
        if (newest == null) {
            return events;
        }
        Instant oldest = newest.minus(maxAge);
        int first = 0;
        while (first < events.size() - alwaysKept) {
            Instant time = events.get(first).eventTime();
            if (time == null || !time.isBefore(oldest)) {
                break;
            }
            first++;
        }
        return events.subList(first, events.size());
    }

    private List<Event> withinTokens(List<Event> events) {
        long tokens = events.stream().mapToLong(TokenEstimator::tokens).sum();
        if (tokens <= maxTokens) {
            return events;
        }
        int first = 0;
        while (first < events.size() - alwaysKept && tokens > pruneToTokens) {
            tokens -= TokenEstimator.tokens(events.get(first));
            first++;
        }
        return events.subList(first, events.size());
    }
}
