package io.fastmemory.evaluation.metric;

import io.fastmemory.model.rollout.DigestLine;
import java.util.HashMap;
import java.util.List;
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

    private static @Nullable String missingIndexOperation(Rollouts rollouts) {
        List<MissingIndexLines> missing = MissingIndexLines.in(rollouts);
        return missing.isEmpty()
                ? null
                : "memory " + missing.get(0).memoryId() + ": " + missing.get(0).message();
    }
}
