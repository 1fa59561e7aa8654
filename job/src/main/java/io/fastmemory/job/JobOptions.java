package io.fastmemory.job;

import io.fastmemory.job.policy.OnPolicyFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * Every option of the job. Keys are {@code fmw.<part>.<name>}; keys of services come from the environment only, see
 * {@link Secrets}.
 */
public final class JobOptions {
    private static final List<ConfigOption<?>> ALL = new ArrayList<>();

    public static final ConfigOption<String> RUN_ID = declare(
            ConfigOptions.key("fmw.run.id")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Id of the run: the namespace in the index and the key in every store. Resuming a run keeps it. Default: policy, dataset and start time."));

    public static final ConfigOption<Long> RUN_START = declare(
            ConfigOptions.key("fmw.run.start")
                    .longType()
                    .noDefaultValue()
                    .withDescription(
                            "Run start as milliseconds since the epoch: the intended arrival of offset 0. Fixed at submission and kept when a run is resumed. Default: submission plus fmw.run.start-delay."));

    public static final ConfigOption<Duration> RUN_START_DELAY = declare(ConfigOptions.key("fmw.run.start-delay")
            .durationType()
            .defaultValue(Duration.ofSeconds(10))
            .withDescription(
                    "Wall time from submission to run start, so that starting the job is not counted as latency."));

    public static final ConfigOption<Long> RUN_SEED = declare(ConfigOptions.key("fmw.run.seed")
            .longType()
            .defaultValue(7L)
            .withDescription("Seed that is recorded with the run and sent to models that take one."));

    public static final ConfigOption<Boolean> PREFLIGHT = declare(
            ConfigOptions.key("fmw.run.preflight")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription(
                            "Whether model, index and embedder are called once where the job is submitted, so that a missing variable or a refused key ends it there. Dataset, output folder and store are looked at in any case."));

    public static final ConfigOption<String> OUTPUT_PATH = declare(ConfigOptions.key("fmw.output.path")
            .stringType()
            .noDefaultValue()
            .withDescription("Folder the run's files are written to. Required."));

    public static final ConfigOption<String> STORE_PATH = declare(
            ConfigOptions.key("fmw.store.path")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "SQLite file of raw store, memory store and decision log. Default: memory.db in the output folder."));

    public static final ConfigOption<String> DATASET_PATH = declare(ConfigOptions.key("fmw.source.dataset")
            .stringType()
            .noDefaultValue()
            .withDescription("Dataset folder with dataset.json, stream.jsonl and gold.jsonl. Required."));

    public static final ConfigOption<String> SPEED = declare(
            ConfigOptions.key("fmw.source.speed")
                    .stringType()
                    .defaultValue("1x")
                    .withDescription(
                            "How many times faster than the clock the timeline is replayed, such as 1x or 20x, or max for as fast as possible (throughput only)."));

    public static final ConfigOption<Duration> MAX_AHEAD = declare(
            ConfigOptions.key("fmw.source.max-ahead")
                    .durationType()
                    .defaultValue(Duration.ofHours(1))
                    .withDescription(
                            "How far a line's offset may be ahead of the line before it and of most of the hundred that follow. One further ahead is a dead letter, so that the rest does not wait for it. A pause is no such line."));

    public static final ConfigOption<Duration> WATCH = declare(
            ConfigOptions.key("fmw.source.watch")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "How often the dataset folder is looked at for files stream*.jsonl. Each is read once, as it appears, and must appear whole, by being renamed, under a name of its own: a change of one is a dead letter. Its lines arrive when they are read. Such a run ends when it is stopped. Without it, stream.jsonl alone is read, to its end."));

    public static final ConfigOption<PolicyType> POLICY = declare(ConfigOptions.key("fmw.policy.type")
            .enumType(PolicyType.class)
            .defaultValue(PolicyType.LLM)
            .withDescription("Who decides: the LLM policy, one of the bounds none, store-everything, oracle, or"
                    + " replay, what another run decided."));

    public static final ConfigOption<Integer> MAX_EVENTS_PER_CALL =
            declare(ConfigOptions.key("fmw.policy.max-events-per-call")
                    .intType()
                    .defaultValue(16)
                    .withDescription("Waiting events of an entity that one call takes at most. From 1."));

    public static final ConfigOption<MemorySize> MAX_CALL_SIZE = declare(
            ConfigOptions.key("fmw.policy.max-call-size")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(1))
                    .withDescription(
                            "Text, source and attributes of the events one call takes at most, a byte a character, however few events that are; one event may go beyond it. From 1 byte to 1 gb."));

    public static final ConfigOption<Duration> CALL_TIMEOUT = declare(
            ConfigOptions.key("fmw.policy.call-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "Wall time a policy call may take, repairs and retries included; then its events are parked or stored."));

    public static final ConfigOption<Integer> MAX_REPAIRS = declare(ConfigOptions.key("fmw.policy.max-repairs")
            .intType()
            .defaultValue(2)
            .withDescription("How often an invalid answer is sent back with its errors. From 0."));

    public static final ConfigOption<OnPolicyFailure> ON_POLICY_FAILURE = declare(
            ConfigOptions.key("fmw.policy.on-failure")
                    .enumType(OnPolicyFailure.class)
                    .defaultValue(OnPolicyFailure.PARK)
                    .withDescription(
                            "What becomes of the events when the policy fails: park them to be redriven, or store each verbatim, flagged as fallback, beyond the storage budget if need be."));

    public static final ConfigOption<Long> PROMPT_TOKENS = declare(
            ConfigOptions.key("fmw.policy.prompt-tokens")
                    .longType()
                    .defaultValue(8_000L)
                    .withDescription(
                            "Tokens of memories, content and facts, one request shows at most; the oldest-touched memories are left out first."));

    public static final ConfigOption<Integer> MAX_CALLS_IN_FLIGHT = declare(
            ConfigOptions.key("fmw.policy.max-calls-in-flight")
                    .intType()
                    .defaultValue(256)
                    .withDescription(
                            "Policy calls in flight in one subtask at most; when all are taken, entities with an urgent event waiting get three of four of the next ones. From 1."));

    public static final ConfigOption<Long> MAX_WAITING_EVENTS = declare(
            ConfigOptions.key("fmw.policy.max-waiting-events")
                    .longType()
                    .defaultValue(4_096L)
                    .withDescription(
                            "Events queued or in flight in one subtask before it stops taking in more (back pressure); of each entity's queue only fmw.policy.entity-share counts."));

    public static final ConfigOption<Long> ENTITY_SHARE = declare(
            ConfigOptions.key("fmw.policy.entity-share")
                    .longType()
                    .noDefaultValue()
                    .withDescription(
                            "Queued events of one entity that count towards fmw.policy.max-waiting-events, so that a busy entity does not hold up the others; at least as many as a call takes. A sixteenth of fmw.policy.max-waiting-events unless set. A replay, which waits for no model, has no shares."));

    public static final ConfigOption<Long> MAX_EXCESS_EVENTS = declare(
            ConfigOptions.key("fmw.policy.max-excess-events")
                    .longType()
                    .noDefaultValue()
                    .withDescription(
                            "Events queued beyond their entities' shares in one subtask before it stops taking in more: four times fmw.policy.max-waiting-events unless set. They are in keyed state, on the heap with state.backend.type hashmap and on disk with rocksdb."));

    public static final ConfigOption<MemorySize> MAX_WAITING_SIZE = declare(
            ConfigOptions.key("fmw.policy.max-waiting-size")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(64))
                    .withDescription(
                            "Text, source and attributes of all that is queued or in flight in one subtask, a byte a character, before it stops taking in more, however few events that are: what bounds the heap with state.backend.type hashmap. From 1 byte to 1 gb; one event may go beyond it."));

    public static final ConfigOption<Long> STORAGE_TOKENS = declare(ConfigOptions.key("fmw.budget.storage-tokens")
            .longType()
            .defaultValue(2_000L)
            .withDescription("Storage budget: tokens of active memory of an entity, content and facts."));

    public static final ConfigOption<Boolean> BUDGETS_ENFORCED = declare(ConfigOptions.key("fmw.budget.enforced")
            .booleanType()
            .defaultValue(true)
            .withDescription("Whether actions beyond the storage or indexing budget are rejected. The bound"
                    + " store-everything is never held to them, nor is its replay by fmw run."));

    public static final ConfigOption<Integer> INDEX_OPERATIONS = declare(ConfigOptions.key(
                    "fmw.budget.index-operations")
            .intType()
            .defaultValue(20)
            .withDescription("Indexing budget: index operations of an entity in a tumbling minute of stream time."));

    public static final ConfigOption<Duration> LATENCY_TARGET = declare(ConfigOptions.key("fmw.budget.latency-target")
            .durationType()
            .defaultValue(Duration.ofSeconds(5))
            .withDescription("Latency budget: wall time from arrival to indexed memory that a decision should keep."));

    public static final ConfigOption<String> LLM_CLIENT = declare(
            ConfigOptions.key("fmw.llm.client")
                    .stringType()
                    .defaultValue("openai")
                    .withDescription(
                            "What answers behind the base URL: openai for a real endpoint, which gets LLM_API_KEY; stub for the stand-in, which gets LLM_STUB_API_KEY if that is set. Results are labelled mock with stub, and whenever the endpoint says that it is one."));

    public static final ConfigOption<String> LLM_BASE_URL = declare(
            ConfigOptions.key("fmw.llm.base-url")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Base URL of the OpenAI-compatible endpoint, up to and with /v1. Default: the environment variable LLM_BASE_URL."));

    public static final ConfigOption<Boolean> LLM_ALLOW_INSECURE = declare(ConfigOptions.key("fmw.llm.allow-insecure")
            .booleanType()
            .defaultValue(false)
            .withDescription(
                    "Whether LLM_API_KEY and EMBEDDING_API_KEY may be sent over plain http beyond this machine."));

    public static final ConfigOption<String> LLM_MODEL = declare(ConfigOptions.key("fmw.llm.model")
            .stringType()
            .noDefaultValue()
            .withDescription("Name of the model. Default: the environment variable LLM_MODEL."));

    public static final ConfigOption<Double> LLM_TEMPERATURE = declare(ConfigOptions.key("fmw.llm.temperature")
            .doubleType()
            .defaultValue(0.0)
            .withDescription("Sampling temperature of policy and reader, 0 to 2."));

    public static final ConfigOption<Integer> LLM_MAX_TOKENS = declare(ConfigOptions.key("fmw.llm.max-answer-tokens")
            .intType()
            .defaultValue(4_096)
            .withDescription("Upper bound of one answer's length in tokens."));

    public static final ConfigOption<Integer> LLM_MAX_RETRIES = declare(ConfigOptions.key("fmw.llm.max-retries")
            .intType()
            .defaultValue(4)
            .withDescription("HTTP attempts after the first for what may pass (429, 5xx, timeouts)."));

    public static final ConfigOption<Duration> LLM_ATTEMPT_TIMEOUT =
            declare(ConfigOptions.key("fmw.llm.attempt-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(20))
                    .withDescription("Wall time of one HTTP attempt."));

    public static final ConfigOption<MemorySize> LLM_MAX_ANSWER_SIZE = declare(ConfigOptions.key(
                    "fmw.llm.max-answer-size")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(4))
            .withDescription("Longest HTTP answer that is read; a longer one is refused. From 1 byte to 1 gb."));

    public static final ConfigOption<Integer> LLM_CIRCUIT_FAILURES =
            declare(ConfigOptions.key("fmw.llm.circuit-failures")
                    .intType()
                    .defaultValue(5)
                    .withDescription(
                            "After so many HTTP attempts in a row that found nobody (no connection, no answer in time, 5xx)"
                                    + " the endpoint counts as gone: calls wait for it within their timeout, and one at a"
                                    + " time is let through as a probe. A refused key counts at once. From 1."));

    public static final ConfigOption<Duration> LLM_CIRCUIT_FIRST_PAUSE = declare(ConfigOptions.key(
                    "fmw.llm.circuit-first-pause")
            .durationType()
            .defaultValue(Duration.ofSeconds(1))
            .withDescription("Wall time before the first probe of an endpoint that is gone; doubles with each one that"
                    + " fails."));

    public static final ConfigOption<Duration> LLM_CIRCUIT_MAX_PAUSE =
            declare(ConfigOptions.key("fmw.llm.circuit-max-pause")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription(
                            "Upper bound of the wait between two probes; well below fmw.policy.call-timeout, or calls are"
                                    + " parked before the endpoint's return is seen."));

    public static final ConfigOption<String> REPLAY_STORE = declare(ConfigOptions.key("fmw.replay.store")
            .stringType()
            .noDefaultValue()
            .withDescription("Store file of the run that policy or reader replay repeats."));

    public static final ConfigOption<String> REPLAY_RUN_ID = declare(ConfigOptions.key("fmw.replay.run-id")
            .stringType()
            .noDefaultValue()
            .withDescription("Id of the run that policy or reader replay repeats."));

    public static final ConfigOption<String> REPLAY_MODEL = declare(ConfigOptions.key("fmw.replay.model")
            .stringType()
            .noDefaultValue()
            .withDescription("Name of the model whose decisions are repeated, to be recorded with the run."));

    public static final ConfigOption<Boolean> REPLAY_MOCK = declare(ConfigOptions.key("fmw.replay.mock")
            .booleanType()
            .defaultValue(true)
            .withDescription(
                    "Whether a stand-in model made the decisions that are repeated; results are labelled mock then."));

    public static final ConfigOption<QueryServing> QUERIES = declare(ConfigOptions.key("fmw.query.serving")
            .enumType(QueryServing.class)
            .defaultValue(QueryServing.ARRIVAL)
            .withDescription(
                    "When queries are answered: at their arrival, from what is visible then (the measure of speed), or"
                            + " settled, when all that came before them is decided, written and indexed and nothing"
                            + " after it (quality alone, repeatable; deadlines do not count)."));

    public static final ConfigOption<ReaderType> READER = declare(ConfigOptions.key("fmw.reader.type")
            .enumType(ReaderType.class)
            .defaultValue(ReaderType.LLM)
            .withDescription(
                    "Who answers queries: the LLM, the oracle, a bound that reads gold, or replay, what another run"
                            + " answered."));

    public static final ConfigOption<Duration> READER_TIMEOUT = declare(ConfigOptions.key("fmw.reader.timeout")
            .durationType()
            .defaultValue(Duration.ofSeconds(30))
            .withDescription("Wall time of one answer, repairs and retries included; then the answer failed."));

    public static final ConfigOption<Integer> READER_MAX_REPAIRS = declare(ConfigOptions.key("fmw.reader.max-repairs")
            .intType()
            .defaultValue(2)
            .withDescription("How often an invalid answer is sent back with its errors. From 0."));

    public static final ConfigOption<Integer> READER_MAX_IN_FLIGHT =
            declare(ConfigOptions.key("fmw.reader.max-in-flight")
                    .intType()
                    .defaultValue(256)
                    .withDescription("Answers in flight in one subtask at most. From 1."));

    public static final ConfigOption<Integer> TOP_K = declare(ConfigOptions.key("fmw.retrieval.top-k")
            .intType()
            .defaultValue(10)
            .withDescription("Hits the reader sees, from the best."));

    public static final ConfigOption<Integer> RECORDED_HITS = declare(ConfigOptions.key("fmw.retrieval.recorded-hits")
            .intType()
            .defaultValue(25)
            .withDescription("Hits that are retrieved and recorded."));

    public static final ConfigOption<Boolean> INCLUDE_GLOBAL = declare(ConfigOptions.key("fmw.retrieval.include-global")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether memories of scope global are found by queries of every entity."));

    public static final ConfigOption<Duration> RETRIEVAL_TIMEOUT = declare(ConfigOptions.key("fmw.retrieval.timeout")
            .durationType()
            .defaultValue(Duration.ofSeconds(15))
            .withDescription("Wall time of one retrieval, retries included."));

    public static final ConfigOption<IndexType> INDEX = declare(ConfigOptions.key("fmw.index.type")
            .enumType(IndexType.class)
            .defaultValue(IndexType.LOCAL)
            .withDescription(
                    "Which vector index: pinecone, or local for a compatible server at fmw.index.control-plane-url."));

    public static final ConfigOption<String> INDEX_URL = declare(ConfigOptions.key("fmw.index.control-plane-url")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "Control plane of the compatible server, such as http://localhost:5080. Required for local."));

    public static final ConfigOption<String> INDEX_NAME = declare(
            ConfigOptions.key("fmw.index.name")
                    .stringType()
                    .defaultValue("fmw")
                    .withDescription(
                            "Name of the index; created when absent. Pinecone: the environment variable PINECONE_INDEX_NAME leads."));

    public static final ConfigOption<String> INDEX_CLOUD = declare(ConfigOptions.key("fmw.index.cloud")
            .stringType()
            .defaultValue("aws")
            .withDescription("Cloud of a created index. Pinecone: the environment variable PINECONE_CLOUD leads."));

    public static final ConfigOption<String> INDEX_REGION = declare(ConfigOptions.key("fmw.index.region")
            .stringType()
            .defaultValue("us-east-1")
            .withDescription("Region of a created index. Pinecone: the environment variable PINECONE_REGION leads."));

    public static final ConfigOption<Integer> INDEX_MAX_IN_FLIGHT = declare(ConfigOptions.key("fmw.index.max-in-flight")
            .intType()
            .defaultValue(10_000)
            .withDescription("Index operations not yet visible in one subtask at most. From 1."));

    public static final ConfigOption<Duration> VISIBILITY_TIMEOUT =
            declare(ConfigOptions.key("fmw.index.visibility-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(60))
                    .withDescription(
                            "How long visibility of an index operation is measured; then it is recorded as not seen."));

    public static final ConfigOption<Duration> INDEX_WRITE_TIMEOUT = declare(
            ConfigOptions.key("fmw.index.write-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "How long an index write is tried again while its failure may pass (unreachable, rate-limited, no answer); then it is recorded with its error."));

    public static final ConfigOption<Duration> LATE_EFFECT_TIMEOUT = declare(
            ConfigOptions.key("fmw.index.late-effect-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "How long after a write that got no answer its effect may still come. So long the memory is watched, and its newest change is written again if an older one shows up."));

    public static final ConfigOption<EmbeddingType> EMBEDDING = declare(
            ConfigOptions.key("fmw.embedding.type")
                    .enumType(EmbeddingType.class)
                    .defaultValue(EmbeddingType.ONNX)
                    .withDescription(
                            "What embeds texts: onnx in this process, openai for an OpenAI-compatible endpoint, hashed for plumbing tests."));

    public static final ConfigOption<String> EMBEDDING_BASE_URL = declare(ConfigOptions.key("fmw.embedding.base-url")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "Base URL of the embedding endpoint. Default: the environment variable EMBEDDING_BASE_URL."));

    public static final ConfigOption<String> EMBEDDING_MODEL = declare(ConfigOptions.key("fmw.embedding.model")
            .stringType()
            .noDefaultValue()
            .withDescription("Name of the embedding model. Default: the environment variable EMBEDDING_MODEL."));

    public static final ConfigOption<Integer> EMBEDDING_DIMENSION = declare(
            ConfigOptions.key("fmw.embedding.dimension")
                    .intType()
                    .defaultValue(0)
                    .withDescription(
                            "Length of the vectors, or 0 to ask the endpoint: once, where the job is submitted, or without fmw.run.preflight wherever a step opens."));

    private JobOptions() {}

    private static <T> ConfigOption<T> declare(ConfigOption<T> option) {
        ALL.add(option);
        return option;
    }

    /** All options in the order they are documented. */
    public static List<ConfigOption<?>> all() {
        return List.copyOf(ALL);
    }

    /** Who decides what becomes memory. */
    public enum PolicyType {
        LLM,
        NONE,
        STORE_EVERYTHING,
        ORACLE,
        REPLAY;

        /** The name on the command line and in results. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** When queries are answered. */
    public enum QueryServing {
        ARRIVAL,
        SETTLED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who answers queries. */
    public enum ReaderType {
        LLM,
        ORACLE,
        REPLAY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which vector index. */
    public enum IndexType {
        LOCAL,
        PINECONE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What embeds texts. */
    public enum EmbeddingType {
        ONNX,
        OPENAI,
        HASHED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
