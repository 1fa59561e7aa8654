package io.fastmemory.evaluation.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tokens of the entity that has the most of them at a time. */
final class FullestEntity {
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, Long> tokens = new HashMap<>();

    private record Change(double atMs, String entityId, long by) {}

    /** Adds a change; changes come in the order of their time. */
    void changes(double atMs, String entityId, long by) {
        changes.add(new Change(atMs, entityId, by));
        tokens.put(entityId, 0L);
    }

    /** How many entities ever changed. */
    long entities() {
        return tokens.size();
    }

    /** What the fullest entity had at the end of each step. */
    long[] most(Steps steps) {
        tokens.replaceAll((entity, any) -> 0L);
        long[] most = new long[steps.last() + 1];
        int next = 0;
        for (int step = 0; step <= steps.last(); step++) {
            for (; next < changes.size() && steps.of(changes.get(next).atMs()) <= step; next++) {
                tokens.merge(changes.get(next).entityId(), changes.get(next).by(), Long::sum);
            }
            most[step] =
                    tokens.values().stream().mapToLong(Long::longValue).max().orElse(0);
        }
        return most;
    }
}
