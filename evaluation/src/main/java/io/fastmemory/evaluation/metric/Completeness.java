package io.fastmemory.evaluation.metric;

import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.IndexLine;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a job has written everything that it had to write, told from its rollouts alone. */
public final class Completeness {
    private Completeness() {}

    /**
     * The first thing that is not there, as a sentence, or {@code null} if all is: a line of each line of the dataset, the
     * memory of each entity at the end of input, and the operations on the index that this memory implies.
     *
     * @param drained whether the job was ended before its dataset did, so that nothing says which lines it has read
     */
    public static @Nullable String missing(Rollouts rollouts, boolean drained) {
        String missing = drained ? missingDigests(rollouts) : missingInput(rollouts);
        if (missing == null) {
            missing = missingDigest(rollouts);
        }
        return missing == null ? missingIndexOperation(rollouts) : missing;
    }

    private static @Nullable String missingInput(Rollouts rollouts) {
        long expected =
                rollouts.run().dataset().events() + rollouts.run().dataset().queries();
        long found = rollouts.events().size()
                + rollouts.queries().size()
                + rollouts.inputs().size();
        return found < expected
                ? "expected lines of " + expected + " events and queries of the dataset, found " + found
                : null;
    }

    private static @Nullable String missingDigests(Rollouts rollouts) {
        return rollouts.stateDigests().isEmpty() && !rollouts.events().isEmpty()
                ? "expected what the entities remember at the end, found nothing"
                : null;
    }

    private static @Nullable String missingDigest(Rollouts rollouts) {
        Map<String, Long> calls = new HashMap<>();
        rollouts.calls().forEach(call -> calls.merge(call.entityId(), 1L, Long::sum));
        for (Map.Entry<String, Long> entity : calls.entrySet()) {
            DigestLine.State state = rollouts.stateDigests().get(entity.getKey());
            if (state == null) {
                return "expected what entity " + entity.getKey() + " remembers at the end, found nothing";
            }
            if (state.calls() != entity.getValue() || state.pending() != 0) {
                return "expected " + state.calls() + " calls of entity " + entity.getKey()
                        + " and no event waiting, found " + entity.getValue() + " and " + state.pending();
            }
        }
        return null;
    }

    /** The newest operation on each memory must be the one that state implies, and have ended. */
    private static @Nullable String missingIndexOperation(Rollouts rollouts) {
        Map<String, Integer> expected = new HashMap<>();
        for (DigestLine.State state : rollouts.stateDigests().values()) {
            state.indexed().forEach(memory -> expected.put(memory.memoryId(), memory.version()));
        }
        Map<String, Integer> upserted = new HashMap<>();
        Map<String, Integer> deleted = new HashMap<>();
        for (IndexLine line : rollouts.indexOperations()) {
            (line.operation().equals("delete") ? deleted : upserted).merge(line.memoryId(), line.version(), Math::max);
        }
        for (Map.Entry<String, Integer> memory : expected.entrySet()) {
            if (upserted.getOrDefault(memory.getKey(), 0) < memory.getValue()) {
                return "expected version " + memory.getValue() + " of memory " + memory.getKey()
                        + " to have been written to the index, found no such line";
            }
        }
        for (String memoryId : upserted.keySet()) {
            if (!expected.containsKey(memoryId) && !deleted.containsKey(memoryId)) {
                return "expected memory " + memoryId + " to have been taken out of the index, found no such line";
            }
        }
        return null;
    }
}
