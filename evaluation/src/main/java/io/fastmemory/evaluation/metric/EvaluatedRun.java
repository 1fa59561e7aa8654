package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A run that was evaluated before, as a comparison needs it.
 *
 * @param folder of the run
 * @param summary which follows from the rollouts
 * @param entities what each entity adds to the rates and the score
 */
record EvaluatedRun(Path folder, EvalSummary summary, Map<String, EntityTally> entities) {
    /**
     * Reads a run's summary and rollouts, and computes the summary again with the settings it names: figures and what
     * they are drawn from must be of the same lines, and of this version's formulas.
     *
     * @throws InvalidRolloutException naming the file that is not there or cannot be read, or the field of the summary
     *     that does not follow from the rollouts
     */
    static EvaluatedRun read(Path folder) throws IOException {
        RunFiles.requireEvaluated(folder);
        EvalSummary summary = EvalSummary.read(folder.resolve(EvalSummary.FILE));
        Path file = folder.resolve(Rollouts.FILE);
        Rollouts rollouts = Rollouts.read(file);
        if (!rollouts.run().runId().equals(summary.runId())) {
            throw new InvalidRolloutException(
                    file,
                    "expected run " + summary.runId() + ", as " + EvalSummary.FILE + " beside it says, found "
                            + rollouts.run().runId() + "; evaluate the run again");
        }
        RunMetrics metrics = RunMetrics.of(rollouts, summary.config().evaluation());
        requireSame(folder, tree(Summaries.of(metrics)), tree(summary));
        return new EvaluatedRun(folder, summary, metrics.score().byEntity());
    }

    private static JsonNode tree(EvalSummary summary) throws IOException {
        return Json.MAPPER.readTree(Evaluator.json(summary));
    }

    private static void requireSame(Path folder, JsonNode computed, JsonNode found) throws InvalidRolloutException {
        String field = firstDifference(computed, found, "");
        if (field != null) {
            throw new InvalidRolloutException(
                    folder.resolve(EvalSummary.FILE),
                    "expected " + field + " " + written(computed.at(field)) + ", as " + Rollouts.FILE
                            + " beside it gives, found " + written(found.at(field)) + "; run 'fmw evaluate " + folder
                            + "' again");
        }
    }

    /** The JSON pointer of the first field that differs, or {@code null}; lists of other lengths differ as a whole. */
    private static @Nullable String firstDifference(JsonNode one, JsonNode other, String at) {
        if (one.equals(other)) {
            return null;
        }
        if (one.isObject() && other.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            one.fieldNames().forEachRemaining(names::add);
            other.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                String escaped = name.replace("~", "~0").replace("/", "~1");
                String field = firstDifference(one.path(name), other.path(name), at + "/" + escaped);
                if (field != null) {
                    return field;
                }
            }
        }
        for (int i = 0; one.isArray() && other.isArray() && one.size() == other.size() && i < one.size(); i++) {
            String field = firstDifference(one.get(i), other.get(i), at + "/" + i);
            if (field != null) {
                return field;
            }
        }
        return at;
    }

    private static String written(JsonNode value) {
        return value.isMissingNode() ? "nothing" : value.isContainerNode() ? "something else" : value.toString();
    }

    String datasetSha256() {
        return summary.dataset().sha256();
    }
}
