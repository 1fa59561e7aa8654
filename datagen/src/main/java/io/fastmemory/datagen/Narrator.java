package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes events and queries to a sink in the order of the timeline and gives them ids in that order, so that an id says
 * nothing about its label.
 */
final class Narrator {
    private static final int SESSION_MILLIS = 10_000;

    private final DatasetSink sink;
    private final SplitMix64 random;
    /** Only asked for membership: its order is not part of the output. */
    private final Set<String> questions = new HashSet<>();

    private int events;
    private int queries;

    Narrator(DatasetSink sink, SplitMix64 random) {
        this.sink = sink;
        this.random = random;
    }

    SplitMix64 random() {
        return random;
    }

    /** The session of {@code entity} at a moment. */
    static String session(EntityWorld entity, long offsetMs) {
        return entity.entityId + "-s" + (offsetMs / SESSION_MILLIS + 1);
    }

    /** Writes an event that asserts facts and returns its id. */
    String told(
            EntityWorld entity,
            Scope scope,
            @Nullable String sessionId,
            long offsetMs,
            String text,
            Urgency urgency,
            EventCategory category,
            List<Fact> facts,
            @Nullable String duplicateOf,
            List<String> supersedes,
            @Nullable String group)
            throws IOException {
        events++;
        String id = "e-" + padded(events);
        String source = random.pick(entity.domain.sources());
        sink.event(
                new Event(id, entity.entityId, scope, sessionId, offsetMs, null, source, text, urgency, Map.of()),
                new GoldEvent(id, category, facts, duplicateOf, supersedes, group));
        return id;
    }

    /** Writes an event that asserts nothing. */
    void noise(EntityWorld entity, Scope scope, @Nullable String sessionId, long offsetMs, String text, Urgency urgency)
            throws IOException {
        told(
                entity,
                scope,
                sessionId == null ? session(entity, offsetMs) : sessionId,
                offsetMs,
                text,
                urgency,
                EventCategory.NOISE,
                List.of(),
                null,
                List.of(),
                null);
    }

    /** Writes a query; {@code wording} is drawn again until the question was never asked in these words. */
    void query(
            EntityWorld entity,
            @Nullable String sessionId,
            long offsetMs,
            Supplier<String> wording,
            List<Ask> asks,
            @Nullable Long deadlineMs,
            String category,
            List<GoldQuery.Required> required,
            List<GoldQuery.Forbidden> forbidden)
            throws IOException {
        String text = wording.get();
        for (int attempt = 0; !questions.add(text); attempt++) {
            if (attempt == 10_000) {
                throw new IllegalStateException("every wording of this question was used: " + text);
            }
            text = wording.get();
        }
        queries++;
        String id = "q-" + padded(queries);
        sink.query(
                new Query(id, List.of(entity.entityId), sessionId, offsetMs, null, text, asks, deadlineMs),
                new GoldQuery(id, category, required, forbidden, required.isEmpty()));
    }

    private static String padded(int number) {
        String digits = Integer.toString(number);
        return "0".repeat(Math.max(0, 7 - digits.length())) + digits;
    }
}
