package io.fastmemory.datagen;

import java.util.HashMap;
import java.util.Map;

/** How many events and queries are planned for each block that is not over. */
final class Agenda {
    private final Map<Integer, Counts> byBlock = new HashMap<>();
    private int lastBlock;
    private Counts last = new Counts();

    Agenda() {
        byBlock.put(0, last);
    }

    private static final class Counts {
        private int events;
        private int queries;
    }

    void addEvent(int block) {
        counts(block).events++;
    }

    void addQuery(int block) {
        counts(block).queries++;
    }

    int events(int block) {
        return counts(block).events;
    }

    int queries(int block) {
        return counts(block).queries;
    }

    /** Forgets a block. */
    void close(int block) {
        byBlock.remove(block);
    }

    private Counts counts(int block) {
        if (block != lastBlock) {
            last = byBlock.computeIfAbsent(block, number -> new Counts());
            lastBlock = block;
        }
        return last;
    }
}
