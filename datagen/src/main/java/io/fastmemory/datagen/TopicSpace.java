package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.Attribute;
import io.fastmemory.datagen.grammar.Domain;
import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.datagen.grammar.Subject;
import io.fastmemory.datagen.grammar.SubjectKind;
import java.util.List;

/** Everything that questions can be about in one domain: each pair of a subject and an attribute has a number. */
final class TopicSpace {
    private final Domain domain;
    private final List<SubjectKind> kinds;
    /** Number of the first topic of each kind. */
    private final int[] bases;

    private final int topics;

    /** The topics of {@code kinds}, which are kinds of {@code domain}. */
    TopicSpace(Domain domain, List<SubjectKind> kinds) {
        this.domain = domain;
        this.kinds = List.copyOf(kinds);
        this.bases = new int[kinds.size()];
        int next = 0;
        for (int i = 0; i < bases.length; i++) {
            bases[i] = next;
            next += kinds.get(i).size() * kinds.get(i).attributes().size();
        }
        this.topics = next;
    }

    /**
     * What a question is about: subject and attribute.
     *
     * @param generation how often all names were used before
     */
    record Topic(TopicSpace space, int kind, int index, int attributeIndex, int generation) {
        Subject subject() {
            return space.kinds.get(kind).subject(index, generation);
        }

        Attribute attribute() {
            return space.kinds.get(kind).attributes().get(attributeIndex);
        }

        /** Its number among the topics of the domain. */
        int place() {
            return space.bases[kind]
                    + index * space.kinds.get(kind).attributes().size()
                    + attributeIndex;
        }
    }

    Domain domain() {
        return domain;
    }

    /** How many topics a generation of names has. */
    int topics() {
        return topics;
    }

    Topic draw(SplitMix64 random, int generation) {
        int kind = random.nextInt(kinds.size());
        SubjectKind drawn = kinds.get(kind);
        int index = random.nextInt(drawn.size());
        return new Topic(this, kind, index, random.nextInt(drawn.attributes().size()), generation);
    }
}
