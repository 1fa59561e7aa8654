package io.fastmemory.job;

import io.fastmemory.connectors.index.IndexWriterOptions;
import io.fastmemory.connectors.llm.OpenAiOptions;
import io.fastmemory.job.JobOptions.EmbeddingType;
import io.fastmemory.job.JobOptions.IndexType;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.backend.ReplayedRun;
import io.fastmemory.job.memory.Budgets;
import io.fastmemory.job.memory.RecentEvents;
import io.fastmemory.job.policy.OnPolicyFailure;
import io.fastmemory.job.source.Speed;
import io.fastmemory.job.step.CallBounds;
import io.fastmemory.job.step.MemoryWriteSettings;
import io.fastmemory.job.step.QueueBounds;
import io.fastmemory.model.Ids;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/** The job's options, resolved and validated once; holds no key. */
public record JobConfig(
        String runId,
        Instant runStart,
        boolean preflight,
        long seed,
        String outputPath,
        String storePath,
        String datasetPath,
        Speed speed,
        Duration maxAhead,
        @Nullable Duration watchInterval,
        PolicyType policy,
        MemoryWriteSettings memoryWrite,
        Duration callTimeout,
        int maxRepairs,
        OnPolicyFailure onPolicyFailure,
        Llm llm,
        ReaderSettings reader,
        @Nullable ReplayedModel replayedModel,
        Retrieval retrieval,
        Index index,
        Embedding embedding,
        Map<String, String> values)
        implements Serializable {
    private static final int MOST_BYTES = 1 << 30;

    /** The language model of policy and reader. */
    public record Llm(
            String client,
            @Nullable String baseUrl,
            boolean allowInsecure,
            @Nullable String model,
            double temperature,
            int maxAnswerTokens,
            int maxRetries,
            Duration attemptTimeout,
            int maxAnswerBytes,
            OpenAiOptions.Circuit circuit)
            implements Serializable {
        /** Whether the stand-in answers, which gets no key of a real service. */
        public boolean isStub() {
            return client.equals("stub");
        }
    }

    /** The model whose decisions or answers are repeated. */
    public record ReplayedModel(@Nullable String name, boolean mock) implements Serializable {}

    /** How queries are answered. */
    public record ReaderSettings(
            ReaderType type, @Nullable ReplayedRun replay, Duration timeout, int maxRepairs, int maxInFlight)
            implements Serializable {}

    /** How memories are retrieved. */
    public record Retrieval(int topK, int recordedHits, boolean includeGlobal, Duration timeout)
            implements Serializable {}

    /** The vector index. */
    public record Index(
            IndexType type,
            @Nullable String controlPlaneUrl,
            String name,
            String cloud,
            String region,
            int maxInFlight,
            IndexWriterOptions writing)
            implements Serializable {}

    /** What embeds texts. */
    public record Embedding(
            EmbeddingType type,
            @Nullable String baseUrl,
            @Nullable String model,
            int dimension) implements Serializable {}

    /**
     * Resolves and validates the options.
     *
     * @param submittedAt when the job is submitted: the run start unless one is given
     * @throws IllegalArgumentException naming the key, what was expected and what came
     */
    public static JobConfig from(Configuration configuration, Instant submittedAt) {
        rejectUnknownKeys(configuration);
        Options options = new Options(configuration);
        String output = options.required(JobOptions.OUTPUT_PATH);
        String store = options.optional(JobOptions.STORE_PATH);
        Long start = configuration.getOptional(JobOptions.RUN_START).orElse(null);
        PolicyType policy = options.get(JobOptions.POLICY);
        return new JobConfig(
                Ids.require(JobOptions.RUN_ID.key(), options.required(JobOptions.RUN_ID)),
                start == null
                        ? submittedAt
                                .plus(options.get(JobOptions.RUN_START_DELAY))
                                .truncatedTo(ChronoUnit.MILLIS)
                        : Instant.ofEpochMilli(start),
                options.get(JobOptions.PREFLIGHT),
                options.get(JobOptions.RUN_SEED),
                output,
                store == null ? output + "/memory.db" : store,
                options.required(JobOptions.DATASET_PATH),
                speed(options),
                options.positive(JobOptions.MAX_AHEAD),
                watchInterval(options),
                policy,
                memoryWrite(options, policy),
                options.positive(JobOptions.CALL_TIMEOUT),
                options.atLeast(JobOptions.MAX_REPAIRS, 0),
                options.get(JobOptions.ON_POLICY_FAILURE),
                llm(options),
                new ReaderSettings(
                        options.get(JobOptions.READER),
                        options.get(JobOptions.READER) == ReaderType.REPLAY ? replayed(options) : null,
                        options.positive(JobOptions.READER_TIMEOUT),
                        options.atLeast(JobOptions.READER_MAX_REPAIRS, 0),
                        options.atLeast(JobOptions.READER_MAX_IN_FLIGHT, 1)),
                policy == PolicyType.REPLAY || options.get(JobOptions.READER) == ReaderType.REPLAY
                        ? new ReplayedModel(
                                options.optional(JobOptions.REPLAY_MODEL), options.get(JobOptions.REPLAY_MOCK))
                        : null,
                new Retrieval(
                        options.atLeast(JobOptions.TOP_K, 1),
                        options.atLeast(JobOptions.RECORDED_HITS, options.get(JobOptions.TOP_K)),
                        options.get(JobOptions.INCLUDE_GLOBAL),
                        options.positive(JobOptions.RETRIEVAL_TIMEOUT)),
                index(options),
                new Embedding(
                        options.get(JobOptions.EMBEDDING),
                        options.url(JobOptions.EMBEDDING_BASE_URL),
                        options.optional(JobOptions.EMBEDDING_MODEL),
                        options.atLeast(JobOptions.EMBEDDING_DIMENSION, 0)),
                options.values());
    }

    /** Whether a language model is asked anything. */
    public boolean asksLlm() {
        return policy == PolicyType.LLM || reader.type() == ReaderType.LLM;
    }

    private static Speed speed(Options options) {
        try {
            return Speed.parse(options.get(JobOptions.SPEED));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(JobOptions.SPEED.key() + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable Duration watchInterval(Options options) {
        if (options.configuration().getOptional(JobOptions.WATCH).isEmpty()) {
            return null;
        }
        if (speed(options).factor() != 1) {
            throw new IllegalArgumentException("expected " + JobOptions.SPEED.key() + " to be 1x with "
                    + JobOptions.WATCH.key() + ", where lines arrive when they are read: " + speed(options));
        }
        return options.positive(JobOptions.WATCH);
    }

    private static MemoryWriteSettings memoryWrite(Options options, PolicyType policy) {
        return new MemoryWriteSettings(
                new CallBounds(
                        options.atLeast(JobOptions.MAX_EVENTS_PER_CALL, 1), bytes(options, JobOptions.MAX_CALL_SIZE)),
                queueBounds(options, policy),
                options.atLeast(JobOptions.MAX_CALLS_IN_FLIGHT, 1),
                policy == PolicyType.REPLAY ? replayed(options) : null,
                null,
                options.get(JobOptions.QUERIES) == JobOptions.QueryServing.SETTLED,
                options.atLeast(JobOptions.PROMPT_TOKENS, 1L),
                new Budgets(
                        options.atLeast(JobOptions.STORAGE_TOKENS, 0L),
                        options.atLeast(JobOptions.INDEX_OPERATIONS, 0),
                        options.positive(JobOptions.LATENCY_TARGET).toMillis(),
                        policy != PolicyType.STORE_EVERYTHING && options.get(JobOptions.BUDGETS_ENFORCED)),
                RecentEvents.DEFAULTS);
    }

    private static QueueBounds queueBounds(Options options, PolicyType policy) {
        long maxWaiting = options.atLeast(JobOptions.MAX_WAITING_EVENTS, 1L);
        long maxCharacters = bytes(options, JobOptions.MAX_WAITING_SIZE);
        if (policy == PolicyType.REPLAY) {
            return QueueBounds.withoutShares(maxWaiting, maxCharacters);
        }
        long share = options.atLeast(JobOptions.ENTITY_SHARE, 1L, QueueBounds.usualShare(maxWaiting));
        long maxExcess = options.atLeast(JobOptions.MAX_EXCESS_EVENTS, 1L, QueueBounds.usualExcess(maxWaiting));
        return new QueueBounds(
                maxWaiting, Math.max(share, options.get(JobOptions.MAX_EVENTS_PER_CALL)), maxExcess, maxCharacters);
    }

    private static ReplayedRun replayed(Options options) {
        return new ReplayedRun(options.required(JobOptions.REPLAY_STORE), options.required(JobOptions.REPLAY_RUN_ID));
    }

    private static Llm llm(Options options) {
        double temperature = options.get(JobOptions.LLM_TEMPERATURE);
        if (!(temperature >= 0 && temperature <= 2)) {
            throw new IllegalArgumentException(
                    "expected " + JobOptions.LLM_TEMPERATURE.key() + " from 0 to 2: " + temperature);
        }
        return new Llm(
                options.get(JobOptions.LLM_CLIENT),
                options.url(JobOptions.LLM_BASE_URL),
                options.get(JobOptions.LLM_ALLOW_INSECURE),
                options.optional(JobOptions.LLM_MODEL),
                temperature,
                options.atLeast(JobOptions.LLM_MAX_TOKENS, 1),
                options.atLeast(JobOptions.LLM_MAX_RETRIES, 0),
                options.positive(JobOptions.LLM_ATTEMPT_TIMEOUT),
                (int) bytes(options, JobOptions.LLM_MAX_ANSWER_SIZE),
                new OpenAiOptions.Circuit(
                        options.atLeast(JobOptions.LLM_CIRCUIT_FAILURES, 1),
                        options.positive(JobOptions.LLM_CIRCUIT_FIRST_PAUSE),
                        options.positive(JobOptions.LLM_CIRCUIT_MAX_PAUSE)));
    }

    private static long bytes(Options options, ConfigOption<MemorySize> option) {
        MemorySize size = options.get(option);
        if (size.getBytes() < 1 || size.getBytes() > MOST_BYTES) {
            throw new IllegalArgumentException("expected " + option.key() + " from 1 byte to 1 gb: " + size);
        }
        return size.getBytes();
    }

    private static Index index(Options options) {
        IndexType type = options.get(JobOptions.INDEX);
        String url = options.url(JobOptions.INDEX_URL);
        if (type == IndexType.LOCAL && url == null) {
            throw new IllegalArgumentException("expected " + JobOptions.INDEX_URL.key() + " for the index type local");
        }
        return new Index(
                type,
                url,
                options.get(JobOptions.INDEX_NAME),
                options.get(JobOptions.INDEX_CLOUD),
                options.get(JobOptions.INDEX_REGION),
                options.atLeast(JobOptions.INDEX_MAX_IN_FLIGHT, 1),
                IndexWriterOptions.DEFAULTS
                        .withVisibilityTimeouts(
                                options.positive(JobOptions.VISIBILITY_TIMEOUT),
                                IndexWriterOptions.DEFAULTS.overtakenTimeout())
                        .withWriteTimeouts(
                                options.positive(JobOptions.INDEX_WRITE_TIMEOUT),
                                options.positive(JobOptions.LATE_EFFECT_TIMEOUT)));
    }

    private static void rejectUnknownKeys(Configuration configuration) {
        Set<String> known = JobOptions.all().stream().map(ConfigOption::key).collect(Collectors.toSet());
        for (String key : new TreeMap<>(configuration.toMap()).keySet()) {
            if (key.startsWith("fmw.") && !known.contains(key)) {
                throw new IllegalArgumentException("unknown option " + key + ": expected one of "
                        + known.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
    }

    /** Reads options with messages that name the key. */
    private record Options(Configuration configuration) {
        <T> T get(ConfigOption<T> option) {
            try {
                return configuration.get(option);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("expected a valid value of " + option.key() + ": " + causes(e), e);
            }
        }

        /** Flink says which values it knows in the cause only. */
        private static String causes(Throwable failure) {
            StringBuilder messages = new StringBuilder(String.valueOf(failure.getMessage()));
            for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
                messages.append(": ").append(cause.getMessage());
            }
            return messages.toString();
        }

        @Nullable
        String optional(ConfigOption<String> option) {
            return configuration.getOptional(option).orElse(null);
        }

        @Nullable
        String url(ConfigOption<String> option) {
            return ServiceUrl.withoutCredentials(option.key(), optional(option));
        }

        String required(ConfigOption<String> option) {
            return configuration
                    .getOptional(option)
                    .orElseThrow(() -> new IllegalArgumentException("expected option " + option.key() + " to be set"));
        }

        <T extends Comparable<T>> T atLeast(ConfigOption<T> option, T minimum) {
            return atLeast(option, minimum, option.defaultValue());
        }

        <T extends Comparable<T>> T atLeast(ConfigOption<T> option, T minimum, T unlessSet) {
            T given = get(option);
            T value = given == null ? unlessSet : given;
            if (value.compareTo(minimum) < 0) {
                throw new IllegalArgumentException(
                        "expected " + option.key() + " to be at least " + minimum + ": " + value);
            }
            return value;
        }

        Duration positive(ConfigOption<Duration> option) {
            Duration value = get(option);
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("expected " + option.key() + " to be positive: " + value);
            }
            return value;
        }

        /** Every option with its value, as it is recorded with the run. */
        Map<String, String> values() {
            Map<String, String> values = new TreeMap<>();
            for (ConfigOption<?> option : JobOptions.all()) {
                configuration
                        .getOptional(option)
                        .ifPresentOrElse(value -> values.put(option.key(), String.valueOf(value)), () -> {
                            if (option.hasDefaultValue()) {
                                values.put(option.key(), String.valueOf(option.defaultValue()));
                            }
                        });
            }
            return values;
        }
    }
}
