package io.fastmemory.evaluation.launch;

import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.EmbeddingType;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.model.rollout.RunLine;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;

/** The options a run was made with, as its record holds them, to go on with it elsewhere. */
public final class RecordedOptions {
    /** What depends on where it goes on. */
    private static final Set<ConfigOption<?>> OF_THE_PLACE = Set.of(
            JobOptions.RUN_ID,
            JobOptions.OUTPUT_PATH,
            JobOptions.STORE_PATH,
            JobOptions.DATASET_PATH,
            JobOptions.INDEX_URL,
            JobOptions.LLM_CLIENT);

    /** Beginnings of the keys of what each run has of its own. */
    private static final List<String> OF_THE_RUN =
            List.of("fmw.run.", "fmw.source.", "fmw.index.", "fmw.llm.", "fmw.replay.");

    private RecordedOptions() {}

    /** The options by which a run's decisions were taken and judged, so that they have the same effect again. */
    public static Map<String, String> toRepeat(RunLine run) {
        Map<String, String> options = of(run.config(), false);
        options.keySet().removeIf(key -> OF_THE_RUN.stream().anyMatch(key::startsWith));
        if (EmbeddingType.OPENAI.toString().equals(options.get(JobOptions.EMBEDDING.key()))) {
            options.remove(JobOptions.EMBEDDING_DIMENSION.key()); // the endpoint's, which another may not have
        }
        List.of(JobOptions.POLICY, JobOptions.READER, JobOptions.QUERIES).forEach(own -> options.remove(own.key()));
        if (run.policy().equals(PolicyType.STORE_EVERYTHING.toString())) {
            options.put(JobOptions.BUDGETS_ENFORCED.key(), "false");
        }
        options.put(JobOptions.REPLAY_RUN_ID.key(), run.runId());
        options.put(JobOptions.REPLAY_MODEL.key(), run.llm().model());
        options.put(JobOptions.REPLAY_MOCK.key(), Boolean.toString(run.llm().mock()));
        return options;
    }

    /**
     * The options without those that depend on the place, in a form the job reads.
     *
     * @param recorded values by key
     * @param endpoint whether address and name of the language model are kept
     */
    public static Map<String, String> of(Map<String, String> recorded, boolean endpoint) {
        Map<String, String> options = new HashMap<>();
        for (ConfigOption<?> option : JobOptions.all()) {
            String value = recorded.get(option.key());
            boolean ofTheEndpoint = option.equals(JobOptions.LLM_BASE_URL) || option.equals(JobOptions.LLM_MODEL);
            if (value != null && !OF_THE_PLACE.contains(option) && (endpoint || !ofTheEndpoint)) {
                options.put(option.key(), readable(value));
            }
        }
        return options;
    }

    /** Durations are recorded as ISO-8601 says, which Flink does not read. */
    private static String readable(String value) {
        if (!value.startsWith("PT")) {
            return value;
        }
        try {
            return Duration.parse(value).toMillis() + " ms";
        } catch (DateTimeException noDuration) {
            return value;
        }
    }
}
