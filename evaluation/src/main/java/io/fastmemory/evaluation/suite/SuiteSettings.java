package io.fastmemory.evaluation.suite;

import io.fastmemory.evaluation.metric.EvaluationSettings;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all runs of a suite have in common.
 *
 * @param dataset mode of the generated datasets, or name of the folder that all seeds share
 * @param datasetSha256 of that folder, or {@code null} when datasets are generated
 * @param speed such as {@code 20x} or {@code max}
 * @param llm {@code stub} or {@code endpoint}
 * @param llmModel the endpoint's model where it was named, or {@code null}
 * @param llmLatency of the stub
 * @param storageBudget tokens of active memory of an entity, or {@code null} for the job's default
 * @param options of the job and of Flink; what Flink takes for a secret is hidden
 * @param evaluation weights, prices and resampling
 */
public record SuiteSettings(
        String dataset,
        @Nullable String datasetSha256,
        String reader,
        String queries,
        String speed,
        String llm,
        @Nullable String llmModel,
        String llmLatency,
        String index,
        @Nullable Long storageBudget,
        String onPolicyFailure,
        int parallelism,
        String stateBackend,
        Map<String, String> options,
        EvaluationSettings evaluation) {
    public SuiteSettings {
        options = Collections.unmodifiableMap(new TreeMap<>(options));
    }
}
