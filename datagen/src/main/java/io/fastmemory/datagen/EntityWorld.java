package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.Attribute;
import io.fastmemory.datagen.grammar.Domain;
import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.datagen.grammar.Subject;
import io.fastmemory.datagen.grammar.SubjectKind;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * One entity of a generated dataset and which questions about it are already taken.
 *
 * <p>A pair of subject and attribute is told by at most one story of an entity, so that no question has two answers.
 */
final class EntityWorld {
    final String entityId;
    final Domain domain;
    /** Statements, duplicates aside, planned for the block at hand. */
    int factsInBlock;

    private final BitSet taken = new BitSet();
    private final BitSet takenStarts = new BitSet();
    private final BitSet takenBridges = new BitSet();
    /** Only looked up, never iterated over: its order is not part of the output. */
    private final Map<SubjectKind, Integer> bases = new HashMap<>();

    EntityWorld(String entityId, Domain domain) {
        this.entityId = entityId;
        this.domain = domain;
        int base = 0;
        for (SubjectKind kind : domain.kinds()) {
            bases.put(kind, base);
            base += kind.size() * kind.attributes().size();
        }
    }

    /** What a question is about: subject and attribute. */
    record Topic(SubjectKind kind, int index, Attribute attribute) {
        Subject subject() {
            return kind.subject(index);
        }
    }

    /** A random topic nothing is known of yet; from now on it is taken. */
    Topic takeAny(SplitMix64 random) {
        for (int attempt = 0; attempt < 10_000; attempt++) {
            SubjectKind kind = random.pick(domain.kinds());
            Topic topic = new Topic(kind, random.nextInt(kind.size()), random.pick(kind.attributes()));
            if (take(topic)) {
                return topic;
            }
        }
        throw exhausted();
    }

    /** Takes {@code topic}, a topic of this entity's domain; false if it was taken. */
    boolean take(Topic topic) {
        Integer base = bases.get(topic.kind());
        if (base == null) {
            return false;
        }
        int attributes = topic.kind().attributes().size();
        int index =
                base + topic.index() * attributes + topic.kind().attributes().indexOf(topic.attribute());
        if (taken.get(index)) {
            return false;
        }
        taken.set(index);
        return true;
    }

    /** A subject of the domain's relay that has no bridge yet; from now on it is taken. */
    Subject takeRelayStart(SplitMix64 random) {
        return takeFree(random, domain.relay().subjects(), takenStarts);
    }

    /** A bridge of the domain's relay without a detail; from now on it is taken. */
    Subject takeRelayBridge(SplitMix64 random) {
        return takeFree(random, domain.relay().bridges(), takenBridges);
    }

    private Subject takeFree(SplitMix64 random, SubjectKind kind, BitSet used) {
        int start = random.nextInt(kind.size());
        for (int step = 0; step < kind.size(); step++) {
            int index = (start + step) % kind.size();
            if (!used.get(index)) {
                used.set(index);
                return kind.subject(index);
            }
        }
        throw exhausted();
    }

    private IllegalStateException exhausted() {
        return new IllegalStateException(
                "no topic is left for entity " + entityId + ": the grammar is too small for a stream of this length");
    }
}
