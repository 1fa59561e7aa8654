package io.fastmemory.evaluation.cli;

import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.datagen.StreamGenerator;
import io.fastmemory.evaluation.launch.LocalRun;
import io.fastmemory.evaluation.launch.RecordedRun;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvaluationSettings;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.report.HtmlReport;
import io.fastmemory.evaluation.report.SummaryTable;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.policy.OnPolicyFailure;
import io.fastmemory.job.source.DatasetFolder;
import io.fastmemory.job.source.Speed;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Ids;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fmw run}: the main job on a local Flink, from dataset to table. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs the streaming job on a local Flink with web UI, evaluates it and prints the table.",
        footer = {
            "",
            "The real path: set LLM_BASE_URL, LLM_API_KEY, LLM_MODEL and PINECONE_API_KEY; 'auto' then takes them.",
            "Examples:",
            "  fmw run",
            "  fmw run --policy oracle --reader oracle --speed 20x",
            "  fmw run --dataset my-data --speed 20x --option fmw.policy.max-events-per-call=8"
        })
final class RunCommand implements Callable<Integer> {
    /** Which language model. */
    enum LlmChoice {
        AUTO,
        STUB,
        OPENAI
    }

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
            names = "--dataset",
            defaultValue = "small",
            paramLabel = "DIR|MODE",
            description = "Dataset folder, or small, medium or long to generate it (default: ${DEFAULT-VALUE}).")
    private String dataset;

    @Option(
            names = "--policy",
            defaultValue = "llm",
            paramLabel = "POLICY",
            description =
                    "llm, a bound (none, store-everything, oracle), or replay with --from (default: ${DEFAULT-VALUE}).")
    private String policy;

    @Option(
            names = "--from",
            paramLabel = "RUN_DIR",
            description =
                    "The run whose logged decisions --policy replay repeats, without a model, on the same dataset.")
    private @Nullable Path from;

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
                            + " them is in the index and nothing after, which measures quality alone (default: arrival, or what the replayed run had).")
    private @Nullable QueryServing queries;

    @Option(
            names = "--speed",
            defaultValue = "1x",
            description = "1x, 20x … or max (throughput only, unless queries are settled; default: ${DEFAULT-VALUE}).")
    private String speed;

    @Option(names = "--seed", defaultValue = "7", description = "Seed of dataset and stub (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of the run; its name is the run id (default: results/POLICY-DATASET-TIME).")
    private @Nullable Path out;

    @Option(
            names = "--storage-budget",
            paramLabel = "TOKENS",
            description = "Tokens of active memory of an entity (default: 2000).")
    private @Nullable Long storageBudget;

    @Option(
            names = "--on-policy-failure",
            defaultValue = "park",
            paramLabel = "park|store",
            description = "What becomes of events the policy failed on (default: ${DEFAULT-VALUE}).")
    private OnPolicyFailure onPolicyFailure;

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

    @Mixin
    private EvaluationOptions evaluation;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    RunCommand() {}

    @Override
    public Integer call() throws Exception {
        Clock clock = Clock.systemUTC();
        PolicyType policyType = policyType();
        EvaluationSettings settings = evaluation.settings();
        checkSpeed();
        RecordedRun replayed = replayed(policyType);
        checkLlmOptions();
        Latency stubLatency = Latency.parse(llmLatency);
        boolean generated = Datasets.isMode(dataset);
        Path given = Path.of(dataset);
        if (!generated && !Files.isRegularFile(given.resolve(Dataset.DATASET_FILE))) {
            throw new IllegalArgumentException("expected --dataset to be small, medium, long or a folder with "
                    + Dataset.DATASET_FILE + ", found none: " + dataset);
        }
        if (!generated) {
            DatasetFolder.describe(given);
        }
        String name = given.toAbsolutePath().normalize().getFileName().toString();
        Path runDir = out != null ? out : Path.of("results", defaultName(policyType, name, clock));
        checkRunDir(runDir);
        Path datasetDir = generated ? runDir.resolve("dataset") : given;
        LocalRun run = new LocalRun(
                plan(runDir, datasetDir, policyType, stubLatency, replayed),
                clock,
                spec.commandLine().getOut(),
                () -> report(runDir, settings));
        run.validate();
        Files.createDirectories(runDir);
        System.setProperty("fmw.log.file", runDir.resolve("run.log").toString());
        if (generated) {
            new StreamGenerator(Datasets.config(dataset, seed)).writeTo(datasetDir, true);
        }
        if (replayed != null) {
            replayed.requireDataset(datasetDir);
        }
        run.execute();
        report(runDir, settings);
        return 0;
    }

    private LocalRun.Plan plan(
            Path runDir, Path datasetDir, PolicyType policyType, Latency stubLatency, @Nullable RecordedRun replayed) {
        if (replayed != null) {
            options.putIfAbsent(
                    JobOptions.REPLAY_STORE.key(), replayed.storePath().toString());
            options.putIfAbsent(JobOptions.REPLAY_RUN_ID.key(), replayed.line().runId());
        }
        return new LocalRun.Plan(
                runDir,
                datasetDir,
                policyType,
                reader != null ? reader : replayed != null ? ReaderType.REPLAY : ReaderType.LLM,
                queries != null ? queries : replayed != null ? servingOf(replayed) : QueryServing.ARRIVAL,
                speed,
                seed,
                storageBudget,
                onPolicyFailure,
                useStub(),
                stubLatency,
                usePinecone(),
                parallelism,
                stateBackend.name().toLowerCase(Locale.ROOT),
                options);
    }

    private void report(Path runDir, EvaluationSettings settings) throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        EvalSummary summary = Evaluator.evaluate(runDir, settings);
        print.println();
        print.print(SummaryTable.render(summary));
        print.println();
        print.println("results: " + runDir);
        print.flush();
        print.println("report:  " + HtmlReport.write(runDir, summary));
        print.flush();
    }

    /** The folder's name is the run id, and the folder must be free. */
    private void checkRunDir(Path runDir) {
        Path name = runDir.toAbsolutePath().normalize().getFileName();
        if (name == null || !Ids.isValid(name.toString())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--out: expected a folder whose name, the run id, matches " + Ids.PATTERN + ": " + runDir);
        }
        if (Files.exists(runDir.resolve("parts"))) {
            throw new IllegalArgumentException("expected --out to be a new folder, a run is there already: " + runDir);
        }
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

    private @Nullable RecordedRun replayed(PolicyType policyType) throws IOException {
        boolean replay = policyType == PolicyType.REPLAY || reader == ReaderType.REPLAY;
        if (replay != (from != null)) {
            throw new ParameterException(
                    spec.commandLine(), "expected --from RUN_DIR with --policy replay, and only with it");
        }
        return from == null ? null : RecordedRun.open(from);
    }

    private static QueryServing servingOf(RecordedRun run) {
        return run.line().queries().equals(QueryServing.SETTLED.toString())
                ? QueryServing.SETTLED
                : QueryServing.ARRIVAL;
    }

    private PolicyType policyType() {
        for (PolicyType type : PolicyType.values()) {
            if (type.toString().equals(policy)) {
                return type;
            }
        }
        throw new ParameterException(
                spec.commandLine(), "expected --policy llm, none, store-everything, oracle or replay: " + policy);
    }

    private void checkSpeed() {
        try {
            Speed.parse(speed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--speed: " + e.getMessage(), e);
        }
    }

    private static String defaultName(PolicyType policy, String dataset, Clock clock) {
        String time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(clock.instant());
        return policy + "-" + dataset.replaceAll("[^A-Za-z0-9_.-]", "-") + "-" + time;
    }

    private boolean useStub() {
        return llm == LlmChoice.STUB || (llm == LlmChoice.AUTO && unset("LLM_API_KEY"));
    }

    private boolean usePinecone() {
        return index == IndexChoice.PINECONE || (index == IndexChoice.AUTO && !unset("PINECONE_API_KEY"));
    }

    private static boolean unset(String variable) {
        String value = System.getenv(variable);
        return value == null || value.isBlank();
    }
}
