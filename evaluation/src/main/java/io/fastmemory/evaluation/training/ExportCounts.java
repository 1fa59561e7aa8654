package io.fastmemory.evaluation.training;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of a run's calls.
 *
 * @param calls all calls of the run
 * @param exported those that were written
 * @param leftOut the others, by why
 * @param mock whether a stand-in gave the answers
 */
public record ExportCounts(long calls, long exported, Map<String, Long> leftOut, boolean mock) {
    public ExportCounts {
        leftOut = Map.copyOf(leftOut);
    }

    /** One sentence: {@code exported 183 of 200 calls; left out: 12 parked (timeout), 5 below reward 0.0}. */
    @Override
    public String toString() {
        String sentence = "exported " + exported + " of " + calls + " calls";
        return leftOut.isEmpty()
                ? sentence
                : sentence + "; left out: "
                        + leftOut.entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(entry -> entry.getValue() + " " + entry.getKey())
                                .collect(Collectors.joining(", "));
    }
}
