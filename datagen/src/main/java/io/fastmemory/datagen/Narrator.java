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
    private static final String ZEROS = "0000000";

    private final DatasetSink sink;
    private final SplitMix64 random;

    /** Questions of the block at hand. Only asked for membership: its order is not part of the output. */
    private final Set<String> questions = new HashSet<>();

    private long events;
    private long queries;

    Narrator(DatasetSink sink, SplitMix64 random) {
        this.sink = sink;
        this.random = random;
    }

    SplitMix64 random() {
        return random;
    }

    /** Begins a new block. */
    void turnPage() {
        questions.clear();
    }

    /** Number of events so far. */
    long events() {
        return events;
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
        String id = numbered("e-", events);
        String source = random.pick(entity.domain().sources());
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
                sessionId == null ? entity.sessionAt(offsetMs) : sessionId,
                offsetMs,
                text,
                urgency,
                EventCategory.NOISE,
                List.of(),
                null,
                List.of(),
                null);
    }

    /**
     * Writes a query.
     *
     * @param wording drawn again until the question was not asked in these words before: not in this block of anybody, and
     *     not about the same at any time
     * @param asked questions about the same subject and attributes so far; this one is added
     */
    void query(
            EntityWorld entity,
            @Nullable String sessionId,
            long offsetMs,
            Supplier<String> wording,
            List<String> asked,
            List<Ask> asks,
            @Nullable Long deadlineMs,
            String category,
            List<GoldQuery.Required> required,
            List<GoldQuery.Forbidden> forbidden)
            throws IOException {
        String text = wording.get();
        for (int attempt = 0; asked.contains(text) || !questions.add(text); attempt++) {
            if (attempt == 10_000) {
                throw new IllegalStateException("every wording of this question was used: " + text);
            }
            text = wording.get();
        }
        asked.add(text);
        queries++;
        String id = numbered("q-", queries);
        sink.query(
                new Query(id, List.of(entity.entityId), sessionId, offsetMs, null, text, asks, deadlineMs),
                new GoldQuery(id, category, required, forbidden, required.isEmpty()));
    }

    private static String numbered(String prefix, long number) {
        String digits = Long.toString(number);
        return prefix + ZEROS.substring(Math.min(ZEROS.length(), digits.length())) + digits;
    }
}
