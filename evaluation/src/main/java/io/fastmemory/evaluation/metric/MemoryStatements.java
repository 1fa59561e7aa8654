package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EventLabels.ToldFact;
import io.fastmemory.model.Fact;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.scoring.Assertion;
import io.fastmemory.model.scoring.ValueEquivalence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the active memories of one entity state.
 *
 * <p>A memory with facts states each of them; a fact is a told one when subject and value are equivalent. A memory without
 * facts makes one statement, which is of the told facts among its sources whose value its content holds (all of them if it
 * is the unchanged text of an event).
 */
final class MemoryStatements {
    private final Map<String, List<ToldFact>> bySubject;
    private final Map<String, List<ToldFact>> byEvent;
    private final Set<ToldFact> stated = new HashSet<>();
    private final Set<ToldFact> mentioned = new HashSet<>();
    private final Map<String, List<Set<String>>> earlierByWord = new HashMap<>();
    private long statements;
    private long rightStatements;
    private long duplicates;

    private MemoryStatements(Collection<ToldFact> told) {
        bySubject = EventLabels.bySubject(told);
        byEvent = EventLabels.byEvent(told);
    }

    /** Reads the memories of an entity, oldest first, against what it was told. */
    static MemoryStatements of(List<MemoryVersion> memories, Collection<ToldFact> told) {
        MemoryStatements statements = new MemoryStatements(told);
        memories.forEach(statements::add);
        return statements;
    }

    long statements() {
        return statements;
    }

    /** Statements that are a fact which is still true. */
    long rightStatements() {
        return rightStatements;
    }

    /** Memories that say nothing which one earlier memory does not say. */
    long duplicates() {
        return duplicates;
    }

    /** Whether a memory states the fact, or rests on an event that says so and holds the value. */
    boolean holds(ToldFact fact) {
        return stated.contains(fact) || mentioned.contains(fact);
    }

    /** Whether no memory states an old fact while one holds what is true instead, if anything is. */
    boolean isReplaced(ToldFact old, List<ToldFact> current) {
        List<ToldFact> instead = current.stream().filter(old::isOfSameAttribute).toList();
        return !stated.contains(old) && (instead.isEmpty() || instead.stream().anyMatch(this::holds));
    }

    private void add(MemoryVersion memory) {
        Set<String> words = new LinkedHashSet<>();
        if (memory.facts().isEmpty()) {
            List<ToldFact> held = ofSources(memory, fact -> true);
            mentioned.addAll(held);
            count(held);
            words.addAll(words(held));
        } else {
            memory.facts().forEach(fact -> words.addAll(state(fact)));
            mentioned.addAll(ofSources(memory, fact -> fact.current && !holds(fact)));
        }
        if (words.isEmpty()) {
            words.add("text " + ValueEquivalence.subjectKey(memory.content()));
        }
        compare(words);
    }

    /** Counts the statement of one fact and returns what it says in words to compare. */
    private List<String> state(Fact fact) {
        List<ToldFact> same = told(fact);
        count(same);
        return same.isEmpty()
                ? List.of("fact " + ValueEquivalence.subjectKey(fact.subject()) + ' '
                        + ValueEquivalence.subjectKey(fact.value()))
                : words(same);
    }

    private void count(List<ToldFact> statement) {
        statements++;
        rightStatements += statement.stream().anyMatch(fact -> fact.current) ? 1 : 0;
        stated.addAll(statement);
    }

    private static List<String> words(List<ToldFact> facts) {
        return facts.stream()
                .map(fact -> "told " + fact.subjectKey + ' ' + ValueEquivalence.subjectKey(fact.fact.value()))
                .toList();
    }

    private List<ToldFact> told(Fact fact) {
        return bySubject.getOrDefault(ValueEquivalence.subjectKey(fact.subject()), List.of()).stream()
                .filter(candidate -> Assertion.isOf(fact, candidate.fact))
                .toList();
    }

    /** Those of the told facts {@code asked} for that a memory's sources say and its content holds. */
    private List<ToldFact> ofSources(MemoryVersion memory, Predicate<ToldFact> asked) {
        Set<ToldFact> held = new LinkedHashSet<>();
        for (String eventId : memory.sourceEventIds()) {
            for (ToldFact fact : byEvent.getOrDefault(eventId, List.of())) {
                if (asked.test(fact) && (memory.verbatim() || Assertion.holds(memory.content(), fact.fact))) {
                    held.add(fact);
                }
            }
        }
        return new ArrayList<>(held);
    }

    /** Counts a duplicate if an earlier memory says all that these words say. */
    private void compare(Set<String> words) {
        List<Set<String>> candidates = null;
        for (String word : words) {
            List<Set<String>> having = earlierByWord.getOrDefault(word, List.of());
            candidates = candidates == null || having.size() < candidates.size() ? having : candidates;
        }
        if (candidates != null && candidates.stream().anyMatch(earlier -> earlier.containsAll(words))) {
            duplicates++;
        }
        for (String word : words) {
            earlierByWord.computeIfAbsent(word, any -> new ArrayList<>(1)).add(words);
        }
    }
}
