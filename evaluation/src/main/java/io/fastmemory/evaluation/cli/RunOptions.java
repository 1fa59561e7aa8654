package io.fastmemory.evaluation.cli;

import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.evaluation.launch.LocalRun;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.Secrets;
import io.fastmemory.job.policy.OnPolicyFailure;
import io.fastmemory.job.source.Speed;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that runs the job; what a command has another default for is absent when not given. */
final class RunOptions {
    /** Which vector index. */
    enum IndexChoice {
        AUTO,
        LOCAL,
        PINECONE
    }

    /** Which state backend. */
    enum StateBackend {
        HASHMAP,
        ROCKSDB
    }

    @Option(
            names = "--llm",
            defaultValue = "auto",
            paramLabel = "auto|stub|openai",
            description = "auto takes LLM_BASE_URL when LLM_API_KEY is set, else the stub (default: ${DEFAULT-VALUE}).")
    private LlmChoice llm;

    @Option(
            names = "--index",
            defaultValue = "auto",
            paramLabel = "auto|local|pinecone",
            description = "auto takes Pinecone when PINECONE_API_KEY is set (default: ${DEFAULT-VALUE}).")
    private IndexChoice index;

    @Option(
            names = "--reader",
            paramLabel = "llm|oracle|replay",
            description = "Who answers queries; oracle is a bound (default: llm, or replay with --policy replay).")
    private @Nullable ReaderType reader;

    @Option(
            names = "--queries",
            paramLabel = "arrival|settled",
            description =
                    "When queries are answered: at their arrival, which measures speed, or settled, when all before"
                            + " them is in the index and nothing after, which measures quality alone (default: arrival,"
                            + " or what the replayed run had; settled in a suite).")
    private @Nullable QueryServing queries;

    @Option(
            names = "--speed",
            description =
                    "1x, 20x … or max (throughput only, unless queries are settled; default: 1x, max in a suite).")
    private @Nullable String speed;

    @Option(
            names = "--storage-budget",
            paramLabel = "TOKENS",
            description = "Tokens of active memory of an entity (default: 2000).")
    private @Nullable Long storageBudget;

    @Option(
            names = "--on-policy-failure",
            paramLabel = "park|store",
            description = "What becomes of events the policy failed on (default: park).")
    private @Nullable OnPolicyFailure onPolicyFailure;

    @Option(
            names = "--llm-latency",
            defaultValue = "300ms",
            description = "Latency of the stub: fixed (300ms) or log-normal (300ms~0.5); default: ${DEFAULT-VALUE}.")
    private String llmLatency;

    @Option(names = "--parallelism", defaultValue = "2", description = "Parallelism (default: ${DEFAULT-VALUE}).")
    private int parallelism;

    @Option(
            names = "--state-backend",
            defaultValue = "hashmap",
            paramLabel = "hashmap|rocksdb",
            description = "Where keyed state lives (default: ${DEFAULT-VALUE}).")
    private StateBackend stateBackend;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "Any option of the job or of Flink, see docs/options.md; may be repeated.")
    private Map<String, String> options = new HashMap<>();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    RunOptions() {}

    /** Refuses a speed that is none, and a label of the model that an option contradicts. */
    void check() {
        if (speed != null) {
            try {
                Speed.parse(speed);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--speed: " + e.getMessage(), e);
            }
        }
        checkLlmOptions();
    }

    /** What labels a run as mock follows from --llm alone. */
    private void checkLlmOptions() {
        String client = options.get(JobOptions.LLM_CLIENT.key());
        String contradiction = null;
        if (useStub() && options.containsKey(JobOptions.LLM_BASE_URL.key())) {
            contradiction = JobOptions.LLM_BASE_URL.key();
        } else if (client != null && client.equals("stub") != useStub()) {
            contradiction = JobOptions.LLM_CLIENT.key();
        }
        if (contradiction != null) {
            String chosen = llm.name().toLowerCase(Locale.ROOT);
            throw new ParameterException(
                    spec.commandLine(),
                    "--option " + contradiction + " contradicts --llm " + chosen + ", which "
                            + (useStub()
                                    ? "starts the stub: choose --llm openai for an endpoint of your own"
                                    : "is an endpoint: choose --llm stub for the stand-in"));
        }
    }

    /**
     * The run to be made.
     *
     * @param optionsOfRun options of the job and of Flink, over everything else
     */
    LocalRun.Plan plan(
            Path runDir,
            Path dataset,
            PolicyType policy,
            ReaderType readerOfRun,
            QueryServing queriesOfRun,
            String speedOfRun,
            long seed,
            Map<String, String> optionsOfRun) {
        return new LocalRun.Plan(
                runDir,
                dataset,
                policy,
                readerOfRun,
                queriesOfRun,
                speedOfRun,
                seed,
                storageBudget,
                onPolicyFailure(),
                useStub(),
                Latency.parse(llmLatency),
                usePinecone(),
                parallelism,
                stateBackend(),
                optionsOfRun);
    }

    /** Who answers queries, or {@code null} if that was not given; so with the next two. */
    @Nullable
    ReaderType reader() {
        return reader;
    }

    @Nullable
    QueryServing queries() {
        return queries;
    }

    @Nullable
    String speed() {
        return speed;
    }

    @Nullable
    Long storageBudget() {
        return storageBudget;
    }

    OnPolicyFailure onPolicyFailure() {
        return onPolicyFailure == null ? OnPolicyFailure.PARK : onPolicyFailure;
    }

    /** The stub's latency as it was given. */
    String llmLatency() {
        return llmLatency;
    }

    int parallelism() {
        return parallelism;
    }

    String stateBackend() {
        return stateBackend.name().toLowerCase(Locale.ROOT);
    }

    /** Options of the job and of Flink, over everything else. */
    Map<String, String> options() {
        return Map.copyOf(options);
    }

    /** The same over those of a run that is repeated, of which it does not take what a flag says. */
    Map<String, String> optionsOver(Map<String, String> recorded) {
        Map<String, String> all = new HashMap<>(recorded);
        if (storageBudget != null) {
            all.remove(JobOptions.STORAGE_TOKENS.key());
        }
        if (onPolicyFailure != null) {
            all.remove(JobOptions.ON_POLICY_FAILURE.key());
        }
        all.putAll(options);
        return all;
    }

    /** Whether the stand-in model is to be started. */
    boolean useStub() {
        return llm.isStub();
    }

    /** Whether vectors go to Pinecone rather than to the local server. */
    boolean usePinecone() {
        return index == IndexChoice.PINECONE
                || (index == IndexChoice.AUTO && Secrets.fromEnvironment().get("PINECONE_API_KEY") != null);
    }
}
