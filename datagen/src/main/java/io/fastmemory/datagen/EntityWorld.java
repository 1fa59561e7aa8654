package io.fastmemory.datagen;

import io.fastmemory.datagen.TopicSpace.Topic;
import io.fastmemory.datagen.grammar.Domain;
import io.fastmemory.datagen.grammar.Relay;
import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.datagen.grammar.Subject;
import io.fastmemory.datagen.grammar.SubjectKind;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * One entity of a generated dataset: which questions about it are already taken, and what is still to come for it.
 *
 * <p>A pair of subject and attribute is told by at most one story of an entity, so that no question has two answers. When
 * most names are used up a next generation of them begins, so that memory is bounded by the grammar, not by the stream.
 */
final class EntityWorld {
    private static final int SESSION_MILLIS = 10_000;
    private static final int ATTEMPTS = 10_000;
    private static final int FULL_PERCENT = 90;
    private static final int MANY_BLOCKS = 16;

    final String entityId;

    /** Stories that span blocks and are not over. */
    int openStories;

    /** Relays that span blocks, over or not. */
    int relays;

    private final TopicSpace space;
    private final BitSet taken = new BitSet();
    private final BitSet takenStarts = new BitSet();
    private final BitSet takenBridges = new BitSet();
    private int takenTopics;
    private int generation;
    private int startGeneration;
    private int bridgeGeneration;

    /** Statements of facts that are asked for, by block; only looked up. */
    private final Map<Integer, Integer> statements = new HashMap<>(0);
    /** The block that was looked up last and what was found. */
    private int countedBlock = -1;

    private int counted;

    private int sessionNumber;
    private String sessionId = "";

    EntityWorld(String entityId, TopicSpace space) {
        this.entityId = entityId;
        this.space = space;
    }

    Domain domain() {
        return space.domain();
    }

    /** Its session at a moment. */
    String sessionAt(long offsetMs) {
        int number = (int) (offsetMs / SESSION_MILLIS) + 1;
        if (number != sessionNumber) {
            sessionNumber = number;
            sessionId = entityId + "-s" + number;
        }
        return sessionId;
    }

    /** Statements of facts that are asked for, duplicates aside, planned for a block that is not over. */
    int statementsIn(int block) {
        if (block != countedBlock) {
            countedBlock = block;
            counted = statements.isEmpty() ? 0 : statements.getOrDefault(block, 0);
        }
        return counted;
    }

    /** Adds statements to a block that is not over; blocks before {@code present} are. */
    void addStatements(int block, int more, int present) {
        if (statements.size() >= MANY_BLOCKS) {
            statements.keySet().removeIf(past -> past < present);
        }
        statements.merge(block, more, Integer::sum);
        countedBlock = -1;
    }

    /** A random topic nothing is known of yet; from now on it is taken. */
    Topic takeAny(SplitMix64 random) {
        if (takenTopics * 100L > (long) space.topics() * FULL_PERCENT) {
            taken.clear();
            takenTopics = 0;
            generation++;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Topic topic = space.draw(random, generation);
            if (take(topic)) {
                return topic;
            }
        }
        throw new IllegalStateException("no topic is left for entity " + entityId);
    }

    /** Whether {@code topic} can be taken: it was not yet, and is of this domain and this generation of names. */
    boolean isFree(Topic topic) {
        return topic.generation() == generation && topic.space() == space && !taken.get(topic.place());
    }

    /** Takes {@code topic} if it is free, and says whether it was. */
    boolean take(Topic topic) {
        if (!isFree(topic)) {
            return false;
        }
        taken.set(topic.place());
        takenTopics++;
        return true;
    }

    /** A subject of the domain's relay that has no bridge yet; from now on it is taken. */
    Subject takeRelayStart(SplitMix64 random) {
        SubjectKind kind = relay().subjects();
        int index = takeFree(random, kind, takenStarts);
        if (index < 0) {
            startGeneration++;
            index = takeFree(random, kind, takenStarts);
        }
        return kind.subject(index, startGeneration);
    }

    /** A bridge of the domain's relay without a detail; from now on it is taken. */
    Subject takeRelayBridge(SplitMix64 random) {
        SubjectKind kind = relay().bridges();
        int index = takeFree(random, kind, takenBridges);
        if (index < 0) {
            bridgeGeneration++;
            index = takeFree(random, kind, takenBridges);
        }
        return kind.subject(index, bridgeGeneration);
    }

    private Relay relay() {
        return space.domain().relay();
    }

    /** The index of a free subject, which is taken then, or -1 if there was none; then all are free again. */
    private static int takeFree(SplitMix64 random, SubjectKind kind, BitSet used) {
        int start = random.nextInt(kind.size());
        for (int step = 0; step < kind.size(); step++) {
            int index = (start + step) % kind.size();
            if (!used.get(index)) {
                used.set(index);
                return index;
            }
        }
        used.clear();
        return -1;
    }
}
