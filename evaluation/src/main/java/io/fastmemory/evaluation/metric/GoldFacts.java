package io.fastmemory.evaluation.metric;

import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.VersionLine;
import io.fastmemory.model.scoring.Assertion;
import io.fastmemory.model.scoring.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The gold facts that queries of a run required, each with the times at which it became ready, retrieved and useful.
 *
 * <p>Required entries of several queries are one gold fact when they hold the same subject, attribute and value and
 * share their earliest evidence event; its evidence is the union of theirs (a later query also accepts a repetition that
 * arrived meanwhile). Its clock starts at the intended arrival of that earliest event.
 *
 * <p>A fact is superseded when the first event arrives whose label supersedes an event of its evidence. Where labels of
 * events are not recorded, it counts as superseded from the arrival of the first query after its start, of the same entity,
 * that forbids the value for the subject and attribute: no earlier than the truth changed, so a wait is never cut short in
 * the policy's favour.
 */
final class GoldFacts {
    private final Map<Key, GoldFact> facts = new LinkedHashMap<>();
    private final Map<String, List<GoldFact>> byEvidence = new HashMap<>();
    private final Map<String, List<GoldFact>> byQuery = new HashMap<>();
    private final Instant runEnd;

    private GoldFacts(Instant runEnd) {
        this.runEnd = runEnd;
    }

    /** Finds the gold facts of {@code rollouts} and their times. */
    static GoldFacts of(Rollouts rollouts) {
        GoldFacts gold = new GoldFacts(runEnd(rollouts));
        List<QueryLine> queries = rollouts.queries().stream()
                .sorted(Comparator.comparing(QueryLine::arrivalAt).thenComparing(QueryLine::queryId))
                .toList();
        queries.forEach(query -> gold.require(query, rollouts));
        gold.facts.values().forEach(gold::addToEvidence);
        gold.supersede(EventLabels.of(rollouts));
        gold.supersede(queries);
        gold.ready(rollouts);
        queries.forEach(gold::retrieve);
        return gold;
    }

    /** All gold facts, in the order in which queries first required them. */
    Collection<GoldFact> all() {
        return facts.values();
    }

    /** The gold facts a query required, in the order of its label. */
    List<GoldFact> requiredBy(QueryLine query) {
        return byQuery.getOrDefault(query.queryId(), List.of());
    }

    /** When nothing could be seen any more: the end of the run, or the last stamp recorded if it never ended. */
    static Instant runEnd(Rollouts rollouts) {
        return rollouts.end() == null ? rollouts.lastAt() : rollouts.end().endedAt();
    }

    /**
     * When each memory version was first visible, by memory id and version. An upsert whose timer fired only because
     * the input ended does not count: without the end it would have come later.
     */
    static Map<VersionId, Instant> visibleVersions(Rollouts rollouts) {
        Map<VersionId, Instant> visible = new HashMap<>();
        for (IndexLine operation : rollouts.indexOperations()) {
            if (operation.operation().equals("upsert") && operation.visibleAt() != null && !operation.atEnd()) {
                VersionId id = new VersionId(operation.memoryId(), operation.version());
                visible.merge(id, operation.visibleAt(), (a, b) -> a.isBefore(b) ? a : b);
            }
        }
        return visible;
    }

    /** A version of a memory. */
    record VersionId(String memoryId, int version) {}

    private record Key(FactKey fact, String firstEvidence) {}

    private record FactKey(String subject, String attribute, String value) {
        static FactKey of(Fact fact) {
            return new FactKey(plain(fact.subject()), plain(fact.attribute()), plain(fact.value()));
        }

        private static String plain(@Nullable String text) {
            return text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
        }
    }

    private void require(QueryLine query, Rollouts rollouts) {
        List<GoldQuery.Required> required = query.gold().required();
        for (int i = 0; i < required.size(); i++) {
            GoldQuery.Required entry = required.get(i);
            EventLine first = firstArrived(entry.evidence(), rollouts);
            String firstId = first == null
                    ? entry.evidence().stream().sorted().findFirst().orElse("")
                    : first.eventId();
            GoldFact fact = facts.computeIfAbsent(
                    new Key(FactKey.of(entry.fact()), firstId), key -> new GoldFact(entry.fact(), first));
            byQuery.computeIfAbsent(query.queryId(), any -> new ArrayList<>(1)).add(fact);
            fact.evidence.addAll(entry.evidence());
            fact.categories.add(query.gold().category());
            fact.entityIds.addAll(first == null ? query.entityIds() : List.of(first.entityId()));
            if (query.verdict().success() && supports(query.verdict(), i)) {
                fact.usefulAt = earliest(fact.usefulAt, query.answeredAt());
            }
        }
    }

    private static boolean supports(Verdict verdict, int required) {
        return required < verdict.asks().size() && verdict.asks().get(required).supported();
    }

    private static @Nullable EventLine firstArrived(List<String> evidence, Rollouts rollouts) {
        EventLine first = null;
        for (String id : evidence) {
            EventLine event = rollouts.event(id);
            if (event != null && (first == null || ARRIVAL.compare(event, first) < 0)) {
                first = event;
            }
        }
        return first;
    }

    private static final Comparator<EventLine> ARRIVAL =
            Comparator.comparing(EventLine::arrivalAt).thenComparing(EventLine::eventId);

    private void addToEvidence(GoldFact fact) {
        fact.evidence.forEach(
                id -> byEvidence.computeIfAbsent(id, any -> new ArrayList<>()).add(fact));
    }

    /** A fact ends with the first event that makes its evidence untrue. */
    private void supersede(EventLabels labels) {
        for (GoldFact fact : facts.values()) {
            for (String eventId : fact.evidence) {
                Instant at = labels.supersededAt(eventId);
                if (at != null && fact.startAt != null && at.isAfter(fact.startAt)) {
                    fact.supersededAt = earliest(fact.supersededAt, at);
                }
            }
            fact.labelled = !fact.evidence.isEmpty() && fact.evidence.stream().allMatch(labels::isLabelled);
        }
    }

    private void supersede(List<QueryLine> queries) {
        record EntityFact(String entityId, FactKey fact) {}
        Map<EntityFact, TreeSet<Instant>> forbidden = new HashMap<>();
        for (QueryLine query : queries) {
            for (GoldQuery.Forbidden entry : query.gold().forbidden()) {
                for (String entity : query.entityIds()) {
                    forbidden
                            .computeIfAbsent(new EntityFact(entity, FactKey.of(entry.fact())), any -> new TreeSet<>())
                            .add(query.arrivalAt());
                }
            }
        }
        for (GoldFact fact : facts.values()) {
            for (String entity : fact.labelled ? Set.<String>of() : fact.entityIds) {
                TreeSet<Instant> arrivals = forbidden.get(new EntityFact(entity, FactKey.of(fact.fact)));
                Instant at = arrivals == null || fact.startAt == null ? null : arrivals.higher(fact.startAt);
                if (at != null) {
                    fact.supersededAt = earliest(fact.supersededAt, at);
                }
            }
        }
    }

    private void ready(Rollouts rollouts) {
        Map<VersionId, Instant> visible = visibleVersions(rollouts);
        for (VersionLine line : rollouts.versions()) {
            MemoryVersion memory = line.memory();
            Instant at = visible.get(new VersionId(memory.memoryId(), memory.version()));
            if (at == null || memory.status() != MemoryStatus.ACTIVE) {
                continue;
            }
            for (GoldFact fact : restingOn(memory.sourceEventIds())) {
                if (fact.isAssertedBy(memory)) {
                    fact.visibleAt = earliest(fact.visibleAt, at);
                    fact.readyAt = fact.isBeforeSuperseded(at) ? earliest(fact.readyAt, at) : fact.readyAt;
                }
            }
        }
    }

    private void retrieve(QueryLine query) {
        if (query.retrievedAt() == null) {
            return;
        }
        query.hits().stream().limit(query.readerHits()).forEach(hit -> {
            for (GoldFact fact : restingOn(hit.sourceEventIds())) {
                if (fact.isBeforeSuperseded(query.arrivalAt())) {
                    fact.retrievedAt = earliest(fact.retrievedAt, query.retrievedAt());
                }
            }
        });
    }

    private Set<GoldFact> restingOn(List<String> sourceEventIds) {
        Set<GoldFact> found = new LinkedHashSet<>();
        sourceEventIds.forEach(id -> found.addAll(byEvidence.getOrDefault(id, List.of())));
        return found;
    }

    private static Instant earliest(@Nullable Instant a, Instant b) {
        return a == null || b.isBefore(a) ? b : a;
    }

    /** One gold fact and its times. */
    final class GoldFact {
        final Fact fact;
        final Set<String> evidence = new LinkedHashSet<>();
        final Set<String> categories = new TreeSet<>();
        final Set<String> entityIds = new TreeSet<>();
        /** Intended arrival of the earliest evidence; {@code null} when none arrived. */
        final @Nullable Instant startAt;

        final @Nullable Urgency urgency;

        /** Whether labels say when the fact ended, so that queries need not be asked. */
        private boolean labelled;

        @Nullable
        Instant supersededAt;

        /** When a version that says so was first visible, be it too late. */
        @Nullable
        Instant visibleAt;

        /** The same, before the fact was superseded. */
        @Nullable
        Instant readyAt;

        @Nullable
        Instant retrievedAt;

        @Nullable
        Instant usefulAt;

        private GoldFact(Fact fact, @Nullable EventLine first) {
            this.fact = fact;
            startAt = first == null ? null : first.arrivalAt();
            urgency = first == null ? null : first.urgency();
        }

        /** When waiting for the fact ends in vain. */
        Instant censoredAt() {
            return supersededAt == null || supersededAt.isAfter(runEnd) ? runEnd : supersededAt;
        }

        /** Whether a memory resting on the evidence says so. */
        private boolean isAssertedBy(MemoryVersion memory) {
            return Assertion.asserts(
                    memory.content(),
                    memory.facts(),
                    memory.verbatim(),
                    memory.sourceEventIds(),
                    new GoldQuery.Required("", fact, List.copyOf(evidence)));
        }

        private boolean isBeforeSuperseded(Instant at) {
            return supersededAt == null || at.isBefore(supersededAt);
        }
    }
}
