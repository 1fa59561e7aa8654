package io.fastmemory.evaluation.chaos;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of one run that was hurt.
 *
 * @param scenario its name
 * @param group what scenarios of one kind have in common, such as that the job fails, whatever the seed
 * @param faults how often each fault struck
 * @param eventsIn distinct valid events of the input
 * @param decided events with that outcome; so with the next two
 * @param redriven parked events that a redrive has decided since, with the model and the index well again
 * @param deadLetters lines recorded as unreadable, or as delivered again
 * @param restarts of the job, or {@code null} if nobody counted them
 * @param recoverySeconds the longest time from a failure of the job to the first decision after it had started again, or
 *     {@code null} without one
 * @param differences what does not hold, empty when all does
 */
public record ChaosResult(
        String scenario,
        String group,
        String fault,
        String promise,
        Map<String, Long> faults,
        long eventsIn,
        long decided,
        long parked,
        long stored,
        long redriven,
        long deadLetters,
        long queries,
        @Nullable Long restarts,
        @Nullable Double recoverySeconds,
        double wallSeconds,
        List<String> differences) {
    public ChaosResult {
        faults = Map.copyOf(faults);
        differences = List.copyOf(differences);
    }

    /** A run of which nothing can be said but why. */
    static ChaosResult broken(Scenario scenario, double wallSeconds, String why) {
        return new ChaosResult(
                scenario.name(),
                scenario.group(),
                scenario.fault(),
                scenario.promise(),
                Map.of(),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                null,
                null,
                wallSeconds,
                List.of(why));
    }

    /** Faults of all kinds together. */
    public long injected() {
        return faults.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Events with an outcome. */
    public long outcomes() {
        return decided + parked + stored;
    }
}
