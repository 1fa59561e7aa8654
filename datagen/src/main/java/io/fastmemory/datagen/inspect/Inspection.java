package io.fastmemory.datagen.inspect;

import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a dataset folder holds.
 *
 * @param dataset what {@code dataset.json} says
 * @param files each file with its size
 * @param events figures over the events
 * @param queries figures over the queries
 * @param entities how events fall on entities
 * @param timeline how events and queries fall on the timeline
 * @param sampleEvents events spread evenly over the stream, with their labels
 * @param sampleQueries queries spread evenly over the stream, with their labels and evidence
 */
public record Inspection(
        Dataset dataset,
        List<FileSize> files,
        Events events,
        Queries queries,
        Entities entities,
        Timeline timeline,
        List<SampleEvent> sampleEvents,
        List<SampleQuery> sampleQueries) {
    public Inspection {
        files = List.copyOf(files);
        sampleEvents = List.copyOf(sampleEvents);
        sampleQueries = List.copyOf(sampleQueries);
    }

    /**
     * A file of the folder.
     *
     * @param intact whether it has the digest that {@code dataset.json} gives
     */
    public record FileSize(String name, long bytes, boolean intact) {}

    /**
     * Figures over events.
     *
     * @param categories number by category of the label
     * @param unlabelled events without a label
     * @param sources number by source
     * @param scopes number by scope
     * @param tokens estimated tokens of all texts
     * @param longestTokens estimated tokens of the longest text
     */
    public record Events(
            long count,
            Map<String, Long> categories,
            long unlabelled,
            Map<String, Long> sources,
            Map<String, Long> scopes,
            long urgent,
            long tokens,
            int longestTokens) {}

    /**
     * Figures over queries.
     *
     * @param categories number by category of the label
     * @param unlabelled queries without a label
     * @param withDeadline queries that must be answered in time
     * @param requiredFacts facts that answers must give, all queries together
     * @param forbiddenFacts values that answers must not give, all queries together
     */
    public record Queries(
            long count,
            Map<String, Long> categories,
            long unlabelled,
            long withDeadline,
            long requiredFacts,
            long forbiddenFacts) {}

    /**
     * How events fall on entities.
     *
     * @param count entities with an event or a query
     * @param events percentiles of the number of events of an entity
     * @param tokens percentiles of the estimated tokens of an entity's events
     * @param busiest the busiest entities with their number of events, most first
     */
    public record Entities(long count, Spread events, Spread tokens, List<EntityCount> busiest) {}

    /** Percentiles over entities. */
    public record Spread(long p50, long p90, long p99, long max) {}

    /** An entity and its number of events. */
    public record EntityCount(String entityId, long events) {}

    /**
     * How events and queries fall on the timeline.
     *
     * @param lastOffsetMs offset of the last line
     * @param bucketMillis length of a bucket
     * @param events number of events in each bucket
     * @param queries number of queries in each bucket
     */
    public record Timeline(long lastOffsetMs, long bucketMillis, List<Long> events, List<Long> queries) {}

    /** An event with its label, if it has one. */
    public record SampleEvent(Event event, @Nullable GoldEvent gold) {}

    /**
     * A query with its label, if it has one.
     *
     * @param evidence events that the label names
     */
    public record SampleQuery(Query query, @Nullable GoldQuery gold, List<Event> evidence) {}
}
