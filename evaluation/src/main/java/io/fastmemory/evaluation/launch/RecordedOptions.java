package io.fastmemory.evaluation.launch;

import io.fastmemory.job.JobOptions;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
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

    private RecordedOptions() {}

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
