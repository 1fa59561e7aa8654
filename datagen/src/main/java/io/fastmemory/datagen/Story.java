package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.Attribute;
import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.datagen.grammar.Subject;
import io.fastmemory.datagen.grammar.Value;
import io.fastmemory.datagen.grammar.Wording;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One fact of one entity and all that is told of it, in the order it is told.
 *
 * <p>It keeps the value that holds now, the events that told it and the values that held before, so that the label of
 * every event and every query follows from what was said up to then.
 */
final class Story {
    final EntityWorld entity;
    final Subject subject;
    final Attribute attribute;

    private final EventCategory first;
    private final Scope scope;
    private final @Nullable String group;
    private final List<Value> past = new ArrayList<>(0);
    private final List<String> drawn = new ArrayList<>(2);
    /** Every question asked for it so far. */
    final List<String> questions = new ArrayList<>(2);
    /** Events that told the current value, oldest first. */
    private final List<String> support = new ArrayList<>(2);

    private @Nullable Value current;
    private @Nullable String sessionId;
    private String lastText = "";
    private boolean floated;

    Story(
            EntityWorld entity,
            Subject subject,
            Attribute attribute,
            EventCategory first,
            Scope scope,
            @Nullable String group) {
        this.entity = entity;
        this.subject = subject;
        this.attribute = attribute;
        this.first = first;
        this.scope = scope;
        this.group = group;
    }

    /** Tells the first value, one that {@code fixed} names or a random one. */
    void begin(Narrator narrator, long offsetMs, @Nullable Value fixed) throws IOException {
        boolean urgent = first == EventCategory.URGENT_FACT;
        Value value = fixed == null ? fresh(narrator.random()) : fixed;
        current = value;
        lastText = Wording.statement(narrator.random(), subject, attribute, value, urgent);
        tell(narrator, offsetMs, first, null, List.of());
    }

    /** Tells that the world changed. */
    void update(Narrator narrator, long offsetMs) throws IOException {
        Value old = now();
        Value value = fresh(narrator.random());
        lastText = Wording.update(narrator.random(), subject, attribute, value, old);
        replace(narrator, offsetMs, value, EventCategory.STALE_UPDATE);
    }

    /** Tells that the current value was never true. */
    void correct(Narrator narrator, long offsetMs) throws IOException {
        Value old = now();
        Value value = fresh(narrator.random());
        lastText = Wording.correction(narrator.random(), subject, attribute, value, old);
        replace(narrator, offsetMs, value, EventCategory.CONTRADICTION);
    }

    /** Tells the current value again in the same words. */
    void repeat(Narrator narrator, long offsetMs) throws IOException {
        tell(narrator, offsetMs, EventCategory.DUPLICATE, support.get(0), List.of());
    }

    /** Tells the current value again in other words. */
    void paraphrase(Narrator narrator, long offsetMs) throws IOException {
        String before = lastText;
        do {
            lastText = Wording.statement(narrator.random(), subject, attribute, now(), false);
        } while (lastText.equals(before));
        tell(narrator, offsetMs, EventCategory.DUPLICATE, support.get(0), List.of());
    }

    /**
     * Names a value that no event of this story told or will tell, and says that it does not hold. From the second time
     * on it only mentions the subject, so that values are left for the story itself.
     */
    void floatAnother(Narrator narrator, long offsetMs) throws IOException {
        SplitMix64 random = narrator.random();
        String text = floated
                ? Wording.mention(random, subject, attribute)
                : Wording.floated(random, subject, attribute, fresh(random));
        floated = true;
        narrator.noise(entity, scope, sessionId, offsetMs, text, Urgency.NORMAL);
    }

    /** What {@code askId} must be answered with at this moment. */
    GoldQuery.Required required(String askId) {
        return new GoldQuery.Required(askId, fact(now()), support);
    }

    /** What {@code askId} must not be answered with at this moment. */
    List<GoldQuery.Forbidden> forbidden(String askId) {
        return past.stream()
                .map(value -> new GoldQuery.Forbidden(askId, fact(value)))
                .toList();
    }

    /** The session whose queries may see this story, or {@code null} if every session may. */
    @Nullable
    String requiredSession() {
        return scope == Scope.SESSION ? sessionId : null;
    }

    private void replace(Narrator narrator, long offsetMs, Value value, EventCategory category) throws IOException {
        List<String> superseded = List.copyOf(support);
        past.add(now());
        support.clear();
        current = value;
        tell(narrator, offsetMs, category, null, superseded);
    }

    private void tell(
            Narrator narrator,
            long offsetMs,
            EventCategory category,
            @Nullable String duplicateOf,
            List<String> supersedes)
            throws IOException {
        if (sessionId == null || scope != Scope.SESSION) {
            sessionId = entity.sessionAt(offsetMs);
        }
        Urgency urgency = first == EventCategory.URGENT_FACT ? Urgency.URGENT : Urgency.NORMAL;
        support.add(narrator.told(
                entity,
                scope,
                sessionId,
                offsetMs,
                lastText,
                urgency,
                category,
                List.of(fact(now())),
                duplicateOf,
                supersedes,
                group));
    }

    private Value fresh(SplitMix64 random) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            Value value = attribute.values().draw(random);
            if (!drawn.contains(value.value())) {
                drawn.add(value.value());
                return value;
            }
        }
        throw new IllegalStateException("attribute " + attribute.name() + " has too few values for its story");
    }

    private Value now() {
        if (current == null) {
            throw new IllegalStateException("nothing was told yet of " + subject.name() + ", " + attribute.name());
        }
        return current;
    }

    private Fact fact(Value value) {
        return value.asFact(subject.name(), attribute.name());
    }
}
