package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.StreamGenerator;
import io.fastmemory.evaluation.launch.LocalRun;
import io.fastmemory.evaluation.launch.RecordedOptions;
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
import io.fastmemory.model.Ids;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.StateRecoveryOptions;
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
                    "The run whose logged decisions --policy replay repeats, without a model, on the same dataset and"
                            + " with its options unless others are given.")
    private @Nullable Path from;

    @Option(names = "--seed", defaultValue = "7", description = "Seed of dataset and stub (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of the run; its name is the run id (default: results/POLICY-DATASET-TIME).")
    private @Nullable Path out;

    @Mixin
    private RunOptions run;

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
        run.check();
        RecordedRun replayed = replayed(policyType);
        boolean generated = Datasets.isMode(dataset);
        Path given = Path.of(dataset);
        if (!generated) {
            Datasets.requireFolder(given);
        }
        String name = Datasets.name(given);
        Path runDir = out != null ? out : Path.of("results", defaultName(policyType, name, clock));
        checkRunDir(runDir);
        Path datasetDir = generated ? runDir.resolve("dataset") : given;
        LocalRun local = new LocalRun(
                plan(runDir, datasetDir, policyType, replayed),
                clock,
                spec.commandLine().getOut(),
                () -> report(runDir, settings));
        local.validate();
        Files.createDirectories(runDir);
        System.setProperty("fmw.log.file", runDir.resolve("run.log").toString());
        if (generated) {
            new StreamGenerator(Datasets.config(dataset, seed)).writeTo(datasetDir, true);
        }
        if (replayed != null) {
            replayed.requireDataset(datasetDir);
        }
        local.execute();
        report(runDir, settings);
        return 0;
    }

    private LocalRun.Plan plan(Path runDir, Path datasetDir, PolicyType policyType, @Nullable RecordedRun replayed) {
        Map<String, String> recorded = new HashMap<>();
        if (replayed != null) {
            recorded.putAll(RecordedOptions.toRepeat(replayed.line()));
            recorded.put(JobOptions.REPLAY_STORE.key(), replayed.storePath().toString());
        }
        ReaderType reader = run.reader();
        QueryServing queries = run.queries();
        String speed = run.speed();
        return run.plan(
                runDir,
                datasetDir,
                policyType,
                reader != null ? reader : replayed != null ? ReaderType.REPLAY : ReaderType.LLM,
                queries != null ? queries : replayed != null ? servingOf(replayed) : QueryServing.ARRIVAL,
                speed != null ? speed : "1x",
                seed,
                run.optionsOver(recorded));
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

    /** The folder's name is the run id, and the folder must be free, unless its run is gone on with. */
    private void checkRunDir(Path runDir) {
        Path name = runDir.toAbsolutePath().normalize().getFileName();
        if (name == null || !Ids.isValid(name.toString())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--out: expected a folder whose name, the run id, matches " + Ids.PATTERN + ": " + runDir);
        }
        boolean goesOn = run.options().containsKey(StateRecoveryOptions.SAVEPOINT_PATH.key());
        if (!goesOn && Files.exists(runDir.resolve("parts"))) {
            throw new IllegalArgumentException("expected --out to be a new folder, a run is there already: " + runDir);
        }
    }

    private @Nullable RecordedRun replayed(PolicyType policyType) throws IOException {
        boolean replay = policyType == PolicyType.REPLAY || run.reader() == ReaderType.REPLAY;
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

    private static String defaultName(PolicyType policy, String dataset, Clock clock) {
        String time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(clock.instant());
        return policy + "-" + dataset + "-" + time;
    }
}
