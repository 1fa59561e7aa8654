package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.Rollouts.AskedIndexing;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.IndexLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Operations on the index that calls and state imply and that have no line: one for each accepted {@code index_now} and
 * {@code delay_index}, one that wrote what state says is indexed, one that removed what was written and is indexed no more.
 *
 * @param message what was expected, as a sentence
 */
record MissingIndexLines(String entityId, String memoryId, String message) {
    /** All of them, in the order of calls, then of memories. */
    static List<MissingIndexLines> in(Rollouts rollouts) {
        List<MissingIndexLines> missing = new ArrayList<>();
        asked(rollouts, missing);
        implied(rollouts, missing);
        return missing;
    }

    private static void asked(Rollouts rollouts, List<MissingIndexLines> missing) {
        Map<AskedIndexing, Integer> found = new HashMap<>();
        for (IndexLine line : rollouts.indexOperations()) {
            if (line.operation().equals("upsert")) {
                String version = Integer.toString(line.version());
                found.merge(
                        new AskedIndexing(line.entityId(), line.callSeq(), line.memoryId(), version), 1, Integer::sum);
            }
        }
        for (AskedIndexing asked : rollouts.askedIndexing()) {
            if (found.merge(asked, -1, Integer::sum) < 0) {
                missing.add(new MissingIndexLines(
                        asked.entityId(),
                        asked.memoryId(),
                        "expected the index operation of version " + asked.version() + " that call " + asked.callSeq()
                                + " asked for, found no such line"));
            }
        }
    }

    private static void implied(Rollouts rollouts, List<MissingIndexLines> missing) {
        Map<String, Set<Integer>> upserted = new HashMap<>();
        Map<String, String> written = new HashMap<>();
        Set<String> deleted = new HashSet<>();
        for (IndexLine line : rollouts.indexOperations()) {
            if (line.operation().equals("delete")) {
                deleted.add(line.memoryId());
            } else {
                upserted.computeIfAbsent(line.memoryId(), any -> new HashSet<>(2))
                        .add(line.version());
                if (!line.superseded()) {
                    written.put(line.memoryId(), line.entityId());
                }
            }
        }
        for (DigestLine.State state : rollouts.stateDigests().values()) {
            for (DigestLine.MemoryRef memory : state.indexed()) {
                written.remove(memory.memoryId());
                if (!upserted.getOrDefault(memory.memoryId(), Set.of()).contains(memory.version())) {
                    missing.add(new MissingIndexLines(
                            state.entityId(),
                            memory.memoryId(),
                            "expected version " + memory.version()
                                    + " to have been written to the index, found no such line"));
                }
            }
        }
        written.keySet().removeAll(deleted);
        written.forEach((memoryId, entityId) -> {
            if (rollouts.stateDigests().containsKey(entityId)) {
                missing.add(new MissingIndexLines(
                        entityId, memoryId, "expected it to have been taken out of the index, found no such line"));
            }
        });
    }
}
