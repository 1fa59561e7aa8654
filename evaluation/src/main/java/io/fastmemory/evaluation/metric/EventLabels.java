package io.fastmemory.evaluation.metric;

import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.scoring.ValueEquivalence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The labels of the events that arrived: which facts each entity was told, and which of them are no longer true.
 *
 * <p>A fact is told by every arrived event whose label holds it. It is no longer true when each of them is superseded by
 * an event that arrived too.
 */
final class EventLabels {
    private final Rollouts rollouts;
    private final Map<String, Instant> supersededAt = new HashMap<>();
    private final Map<String, Map<FactKey, ToldFact>> told = new TreeMap<>();
    private long unlabelled;

    private EventLabels(Rollouts rollouts) {
        this.rollouts = rollouts;
    }

    static EventLabels of(Rollouts rollouts) {
        EventLabels labels = new EventLabels(rollouts);
        for (EventLine event : rollouts.events()) {
            GoldEvent label = rollouts.label(event.eventId());
            if (label == null) {
                labels.unlabelled++;
                continue;
            }
            for (String old : label.supersedes()) {
                labels.supersededAt.merge(old, event.arrivalAt(), (a, b) -> a.isBefore(b) ? a : b);
            }
        }
        rollouts.events().forEach(labels::tell);
        return labels;
    }

    private void tell(EventLine event) {
        GoldEvent label = rollouts.label(event.eventId());
        if (label == null) {
            return;
        }
        Map<FactKey, ToldFact> facts = told.computeIfAbsent(event.entityId(), any -> new LinkedHashMap<>());
        for (Fact fact : label.facts()) {
            ToldFact known = facts.computeIfAbsent(FactKey.of(fact), any -> new ToldFact(fact));
            known.eventIds.add(event.eventId());
            known.current |= !supersededAt.containsKey(event.eventId());
        }
    }

    /** Arrived events without a label. */
    long unlabelled() {
        return unlabelled;
    }

    /** When the first event arrived that makes what this one says untrue, or {@code null} if none did. */
    @Nullable
    Instant supersededAt(String eventId) {
        return supersededAt.get(eventId);
    }

    /** Whether the label of an event is recorded. */
    boolean isLabelled(String eventId) {
        return rollouts.label(eventId) != null;
    }

    /** Whether the event is worth nothing. */
    boolean isNoise(String eventId) {
        GoldEvent label = rollouts.label(eventId);
        return label != null && label.category() == EventCategory.NOISE;
    }

    /** The distinct facts an entity was told, in the order of the rollouts. */
    Collection<ToldFact> told(String entityId) {
        return told.getOrDefault(entityId, Map.of()).values();
    }

    /** Entities that were told something. */
    Set<String> entities() {
        return told.keySet();
    }

    private record FactKey(String subject, String attribute, String value) {
        static FactKey of(Fact fact) {
            String attribute = fact.attribute() == null ? "" : fact.attribute().toLowerCase(Locale.ROOT);
            String value = fact.unit() == null ? fact.value() : fact.value() + ' ' + fact.unit();
            return new FactKey(
                    fact.subject().strip().toLowerCase(Locale.ROOT),
                    attribute.strip(),
                    value.strip().toLowerCase(Locale.ROOT));
        }
    }

    /** A fact and the arrived events that say so. */
    static final class ToldFact {
        final Fact fact;
        final String subjectKey;
        final Set<String> eventIds = new HashSet<>(4);
        boolean current;

        private ToldFact(Fact fact) {
            this.fact = fact;
            subjectKey = ValueEquivalence.subjectKey(fact.subject());
        }

        /** Whether another fact answers the same question. */
        boolean isOfSameAttribute(ToldFact other) {
            return subjectKey.equals(other.subjectKey)
                    && ValueEquivalence.sameSubject(fact.subject(), other.fact.subject())
                    && (fact.attribute() == null
                            ? other.fact.attribute() == null
                            : other.fact.attribute() != null
                                    && fact.attribute().equalsIgnoreCase(other.fact.attribute()));
        }
    }

    /** Facts by the key of their subject. */
    static Map<String, List<ToldFact>> bySubject(Collection<ToldFact> facts) {
        Map<String, List<ToldFact>> bySubject = new HashMap<>();
        facts.forEach(fact -> bySubject
                .computeIfAbsent(fact.subjectKey, any -> new ArrayList<>(2))
                .add(fact));
        return bySubject;
    }

    /** Facts by the events that say so. */
    static Map<String, List<ToldFact>> byEvent(Collection<ToldFact> facts) {
        Map<String, List<ToldFact>> byEvent = new HashMap<>();
        for (ToldFact fact : facts) {
            fact.eventIds.forEach(
                    id -> byEvent.computeIfAbsent(id, any -> new ArrayList<>(1)).add(fact));
        }
        return byEvent;
    }
}
