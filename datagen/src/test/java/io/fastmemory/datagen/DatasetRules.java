package io.fastmemory.datagen;

import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Ids;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The promises of a labelled dataset, checked by replaying it: what holds at every query is worked out anew from the
 * labels of the events before it, independently of how the dataset was made. Each method returns what breaks a rule.
 */
final class DatasetRules {
    /** Subject and attribute of one entity. */
    private record Topic(String entityId, String subject, String attribute) {}

    /** What is known of a topic at a moment. */
    private static final class Known {
        Fact current;
        final Set<String> support = new LinkedHashSet<>();
        /** Told before and not true: superseded by an update, or contradicted. */
        final List<Fact> untrue = new ArrayList<>();
    }

    private final DatasetReader.Contents contents;
    private final Map<String, Event> events = new HashMap<>();
    private final Map<String, GoldEvent> goldEvents = new HashMap<>();
    private final Map<String, GoldQuery> goldQueries = new HashMap<>();

    DatasetRules(DatasetReader.Contents contents) {
        this.contents = contents;
        contents.events().forEach(event -> events.put(event.eventId(), event));
        contents.goldEvents().forEach(gold -> goldEvents.put(gold.eventId(), gold));
        contents.goldQueries().forEach(gold -> goldQueries.put(gold.queryId(), gold));
    }

    List<String> violations() {
        List<String> found = new ArrayList<>();
        checkIds(found);
        checkOrder(found);
        checkTexts(found);
        replay(found);
        checkAbstentions(found);
        checkQuestionsAreUnique(found);
        return found;
    }

    private void checkIds(List<String> found) {
        Set<String> ids = new HashSet<>();
        for (Event event : contents.events()) {
            check(found, Ids.isValid(event.eventId()) && Ids.isValid(event.entityId()), "bad id in " + event);
            check(found, event.sessionId() == null || Ids.isValid(event.sessionId()), "bad session in " + event);
            check(found, ids.add(event.eventId()), "id twice: " + event.eventId());
            check(found, goldEvents.containsKey(event.eventId()), "no label: " + event.eventId());
            check(found, event.attributes().isEmpty(), "attributes may hint at labels: " + event.eventId());
        }
        for (Query query : contents.queries()) {
            check(found, Ids.isValid(query.queryId()) && ids.add(query.queryId()), "bad id: " + query.queryId());
            check(found, goldQueries.containsKey(query.queryId()), "no label: " + query.queryId());
        }
        check(found, contents.goldEvents().size() == contents.events().size(), "labels and events differ in number");
        check(found, contents.goldQueries().size() == contents.queries().size(), "labels and queries differ in number");
    }

    private void checkOrder(List<String> found) {
        long last = 0;
        for (Object line : contents.lines()) {
            long offset = line instanceof Event event ? event.offsetMs() : ((Query) line).offsetMs();
            check(found, offset >= last, "not in order of offset_ms: " + line);
            last = offset;
        }
    }

    private void checkTexts(List<String> found) {
        for (Event event : contents.events()) {
            int words = event.text().split("\\s+").length;
            check(found, words >= 5 && words <= 60, words + " words: " + event.text());
            check(found, !event.text().contains("{") && !event.text().contains("}"), "open slot: " + event.text());
            check(found, !event.text().contains("  "), "double blank: " + event.text());
            for (Fact fact : goldEvents.get(event.eventId()).facts()) {
                String text = event.text().toLowerCase(Locale.ROOT);
                boolean said = text.contains(fact.value().toLowerCase(Locale.ROOT))
                        || fact.aliases().stream().anyMatch(alias -> text.contains(alias.toLowerCase(Locale.ROOT)));
                check(found, said, "value not in text: " + fact + " in " + event.text());
            }
        }
        for (Query query : contents.queries()) {
            check(found, query.text().endsWith("?") && !query.text().contains("{"), "no question: " + query.text());
        }
    }

    /** Walks the timeline and compares every label with what the events before it told. */
    private void replay(List<String> found) {
        Map<Topic, Known> world = new LinkedHashMap<>();
        for (Object line : contents.lines()) {
            if (line instanceof Event event) {
                GoldEvent gold = goldEvents.get(event.eventId());
                for (Fact fact : gold.facts()) {
                    Topic topic = new Topic(event.entityId(), fact.subject(), fact.attribute());
                    learn(found, gold, fact, world.computeIfAbsent(topic, key -> new Known()));
                }
                boolean noise = gold.category() == EventCategory.NOISE;
                check(found, noise == gold.facts().isEmpty(), "facts of " + gold);
            } else {
                judge(found, (Query) line, world);
            }
        }
    }

    private void learn(List<String> found, GoldEvent gold, Fact fact, Known known) {
        switch (gold.category()) {
            case DUPLICATE -> {
                check(found, fact.equals(known.current), "duplicate of something else: " + gold);
                check(found, known.support.contains(gold.duplicateOf()), "duplicate_of: " + gold);
                known.support.add(gold.eventId());
            }
            case STALE_UPDATE, CONTRADICTION -> {
                check(found, known.current != null, "nothing to supersede: " + gold);
                check(found, List.copyOf(known.support).equals(gold.supersedes()), "supersedes: " + gold);
                known.untrue.add(known.current);
                check(found, known.untrue.stream().noneMatch(old -> old.value().equals(fact.value())), "back: " + gold);
                known.support.clear();
                known.support.add(gold.eventId());
                known.current = fact;
            }
            case USEFUL_FACT, URGENT_FACT, EVIDENCE_PART -> {
                check(found, known.current == null, "told twice as new: " + gold);
                known.support.add(gold.eventId());
                known.current = fact;
            }
            case NOISE -> found.add("noise with facts: " + gold);
        }
    }

    private void judge(List<String> found, Query query, Map<Topic, Known> world) {
        GoldQuery gold = goldQueries.get(query.queryId());
        check(found, query.entityIds().size() == 1, "one entity: " + query);
        check(found, gold.abstain() == gold.required().isEmpty(), "abstain: " + gold);
        Set<String> asks = new TreeSet<>();
        query.asks().forEach(ask -> asks.add(ask.askId()));
        check(found, asks.size() == query.asks().size(), "ask ids: " + query);
        Set<String> answered = new TreeSet<>();
        for (GoldQuery.Required required : gold.required()) {
            answered.add(required.askId());
            Fact fact = required.fact();
            Known known = world.get(new Topic(query.entityIds().get(0), fact.subject(), fact.attribute()));
            if (known == null) {
                found.add("never told: " + required + " of " + query);
                continue;
            }
            check(found, fact.equals(known.current), "not the current value: " + required + " of " + query);
            check(found, required.evidence().equals(List.copyOf(known.support)), "evidence: " + required);
            List<Fact> forbidden = gold.forbidden().stream()
                    .filter(one -> one.askId().equals(required.askId()))
                    .map(GoldQuery.Forbidden::fact)
                    .toList();
            check(found, forbidden.equals(known.untrue), "forbidden: " + gold + " but untrue is " + known.untrue);
            // said again it may be at the same moment, and before the question in the stream
            long told = events.get(required.evidence().get(0)).offsetMs();
            check(found, told < query.offsetMs(), "evidence not earlier: " + gold);
            for (String id : required.evidence()) {
                Event event = events.get(id);
                check(found, query.entityIds().contains(event.entityId()), "evidence of another entity: " + gold);
                boolean visible =
                        event.scope() != Scope.SESSION || event.sessionId().equals(query.sessionId());
                check(found, visible, "evidence of another session: " + gold);
            }
        }
        check(found, gold.abstain() || answered.equals(asks), "asks without gold: " + gold);
        for (GoldQuery.Forbidden one : gold.forbidden()) {
            Fact fact = one.fact();
            Known known = world.get(new Topic(query.entityIds().get(0), fact.subject(), fact.attribute()));
            check(found, asks.contains(one.askId()), "unknown ask: " + gold);
            check(found, known != null && known.untrue.contains(fact), "forbidden, but not told before: " + gold);
            check(found, known == null || !fact.equals(known.current), "forbidden, but true: " + gold);
        }
    }

    /** What is asked in vain is never told of the entity, not even later. */
    private void checkAbstentions(List<String> found) {
        Set<Topic> told = new HashSet<>();
        for (Event event : contents.events()) {
            for (Fact fact : goldEvents.get(event.eventId()).facts()) {
                told.add(new Topic(event.entityId(), fact.subject(), fact.attribute()));
            }
        }
        for (Query query : contents.queries()) {
            if (goldQueries.get(query.queryId()).abstain()) {
                query.asks()
                        .forEach(ask -> check(
                                found,
                                !told.contains(new Topic(query.entityIds().get(0), ask.subject(), ask.attribute())),
                                "has an answer: " + query));
            }
        }
    }

    private void checkQuestionsAreUnique(List<String> found) {
        Set<String> texts = new HashSet<>();
        contents.queries()
                .forEach(query -> check(
                        found, texts.add(query.entityIds() + query.text()), "asked twice of one entity: " + query));
    }

    private static void check(List<String> found, boolean holds, String violation) {
        if (!holds) {
            found.add(violation);
        }
    }
}
