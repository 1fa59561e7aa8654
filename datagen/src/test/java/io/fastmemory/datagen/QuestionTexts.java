package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.Attribute;
import io.fastmemory.datagen.grammar.Domain;
import io.fastmemory.datagen.grammar.Relay;
import io.fastmemory.datagen.grammar.Subject;
import io.fastmemory.datagen.grammar.SubjectKind;
import io.fastmemory.datagen.grammar.Template;
import io.fastmemory.model.Event;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the words of a generated question ask for, worked out from the grammar and from all that its entity is told in the
 * stream, before and after the question: one topic, that of its label, and none where the right answer is to abstain. No two
 * topics that an entity is told can be asked for in the same words, whether they are or not.
 */
final class QuestionTexts {
    /** What a question is about; of a relay the start and its relation, marked, as it asks for more than that. */
    private record Topic(String subject, String attribute) {}

    private static final String RELAYED = " and what it leads to";

    private final DatasetReader.Contents contents;
    /** Ways to ask, by the name of the attribute that a statement tells. */
    private final Map<String, Set<Asking>> askings = new HashMap<>();

    /** A way to ask for a subject's attribute. */
    private record Asking(Template template, boolean relayed) {}

    QuestionTexts(DatasetReader.Contents contents) {
        this.contents = contents;
        for (Domain domain : Domain.all()) {
            for (SubjectKind kind : domain.allKinds()) {
                kind.attributes().forEach(this::addQuestions);
            }
            Relay relay = domain.relay();
            addQuestions(relay.relation());
            addQuestions(relay.detail());
            relay.questions().forEach(question -> add(relay.relation().name(), question, true));
        }
    }

    private void addQuestions(Attribute attribute) {
        attribute.questions().forEach(question -> add(attribute.name(), question, false));
    }

    private void add(String attribute, Template question, boolean relayed) {
        askings.computeIfAbsent(attribute, name -> new HashSet<>()).add(new Asking(question, relayed));
    }

    List<String> violations() {
        Map<String, Map<String, Set<Topic>>> topicsByText = topicsByText();
        List<String> found = new ArrayList<>();
        topicsByText.forEach((entity, texts) -> texts.forEach((text, topics) -> {
            if (topics.size() > 1) {
                found.add("\"" + text + "\" asks " + entity + " for " + topics);
            }
        }));
        Set<String> abstaining = contents.goldQueries().stream()
                .filter(gold -> gold.abstain())
                .map(gold -> gold.queryId())
                .collect(Collectors.toSet());
        for (Query query : contents.queries()) {
            Map<String, Set<Topic>> told =
                    topicsByText.getOrDefault(query.entityIds().get(0), Map.of());
            Set<Topic> asked = asked(query.text(), told);
            Set<Topic> expected = abstaining.contains(query.queryId()) ? Set.of() : Set.of(topic(query));
            if (!asked.equals(expected)) {
                found.add(query + " asks for " + asked + ", its label for " + expected);
            }
        }
        return found;
    }

    private static Topic topic(Query query) {
        String attribute = query.asks().get(0).attribute();
        return new Topic(query.asks().get(0).subject(), query.asks().size() == 1 ? attribute : attribute + RELAYED);
    }

    /** By entity: every question, without an opening, for what it is told. */
    private Map<String, Map<String, Set<Topic>>> topicsByText() {
        Map<String, String> entities =
                contents.events().stream().collect(Collectors.toMap(Event::eventId, Event::entityId));
        Map<String, Map<String, Set<Topic>>> texts = new HashMap<>();
        for (GoldEvent gold : contents.goldEvents()) {
            for (Fact fact : gold.facts()) {
                Map<String, Set<Topic>> ofEntity =
                        texts.computeIfAbsent(entities.get(gold.eventId()), id -> new HashMap<>());
                for (Asking asking : askings.getOrDefault(fact.attribute(), Set.of())) {
                    Topic topic =
                            new Topic(fact.subject(), asking.relayed() ? fact.attribute() + RELAYED : fact.attribute());
                    spellings(fact.subject())
                            .map(subject -> key(asking.template().about(subject)))
                            .forEach(text -> ofEntity.computeIfAbsent(text, any -> new HashSet<>(2))
                                    .add(topic));
                }
            }
        }
        return texts;
    }

    private static Stream<Subject> spellings(String name) {
        return Stream.of(new Subject(name, name), new Subject(name, "the " + name));
    }

    /** What any end of a question asks for, as any opening may stand before it. */
    private static Set<Topic> asked(String text, Map<String, Set<Topic>> told) {
        String key = key(text);
        Set<Topic> topics = new HashSet<>(told.getOrDefault(key, Set.of()));
        for (int blank = key.indexOf(' '); blank >= 0; blank = key.indexOf(' ', blank + 1)) {
            topics.addAll(told.getOrDefault(key.substring(blank + 1), Set.of()));
        }
        return topics;
    }

    private static String key(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
