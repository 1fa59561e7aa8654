package io.fastmemory.evaluation.cli;

import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.evaluation.launch.LocalRun;
import io.fastmemory.evaluation.launch.RecordedOptions;
import io.fastmemory.evaluation.launch.RecordedRun;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvaluationSettings;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.RolloutMerger;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.report.HtmlReport;
import io.fastmemory.evaluation.report.SummaryTable;
import io.fastmemory.evaluation.suite.NamedLocks;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.Redrive;
import io.fastmemory.job.ServiceUrl;
import io.fastmemory.job.policy.OnPolicyFailure;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fmw redrive}: lets the policy decide the parked events of a run again. */
@Command(
        name = "redrive",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lets the policy decide the events that a run which has ended left in undecided.jsonl, on the memory the run left:"
                    + " under new call numbers, in their order, each once. Store, index and results of the run are"
                    + " completed; what queries met stays as it was.",
            "What is parked once more stays in undecided.jsonl."
        })
final class RedriveCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN_DIR", description = "Folder of the run.")
    private Path runDir;

    @Option(
            names = "--llm",
            defaultValue = "auto",
            paramLabel = "auto|stub|openai",
            description = "auto takes LLM_BASE_URL when LLM_API_KEY is set, else the stub (default: ${DEFAULT-VALUE}).")
    private LlmChoice llm;

    @Option(
            names = "--llm-latency",
            defaultValue = "300ms",
            description = "Latency of the stub: fixed (300ms) or log-normal (300ms~0.5); default: ${DEFAULT-VALUE}.")
    private String llmLatency;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "An option of the language model or of policy calls, or of Flink, over the run's own; or"
                    + " fmw.index.control-plane-url, where the run's index server listens now; may be repeated. What"
                    + " decisions mean (budgets, queries) stays as it was.")
    private Map<String, String> options = new HashMap<>();

    @Option(
            names = "--trust-addresses",
            description = "Contact model, index and embeddings where the run's record says, with the keys of this"
                    + " environment.")
    private boolean trusted;

    @Mixin
    private EvaluationOptions evaluation;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    RedriveCommand() {}

    @Override
    public Integer call() throws Exception {
        Clock clock = Clock.systemUTC();
        PrintWriter out = spec.commandLine().getOut();
        EvaluationSettings settings = evaluation.settings();
        checkOptions();
        runDir = runDir.toRealPath(); // results/latest is a link
        try (NamedLocks.Claim claim = new NamedLocks(runDir)
                .tryClaim("redrive")
                .orElseThrow(
                        () -> new IllegalArgumentException("expected no other redrive of this run at work, found one"
                                + " that holds " + runDir.resolve("redrive.lock") + ": wait for its end"))) {
            return redrive(settings, clock, out);
        }
    }

    private int redrive(EvaluationSettings settings, Clock clock, PrintWriter out) throws Exception {
        if (!RolloutMerger.hasParts(runDir)) {
            throw new IllegalArgumentException(
                    "expected the parts that the run was merged from, which a redrive adds to," + " found no "
                            + RolloutMerger.PARTS + "/run.jsonl in " + runDir);
        }
        System.setProperty("fmw.log.file", runDir.resolve("run.log").toString());
        Evaluator.evaluate(runDir, settings); // what the run has recorded by now, merged
        Rollouts rollouts = Rollouts.read(runDir.resolve(Rollouts.FILE));
        RecordedRun run = RecordedRun.open(runDir);
        checkRun(rollouts);
        requireTrusted(run.line());
        Redrive redrive = parked(run, rollouts, clock);
        if (redrive.isEmpty()) {
            out.println("nothing to redrive: no event of " + run.line().runId() + " is parked");
            report(settings);
            return 0;
        }
        out.printf(
                "redriving %,d parked events of %,d entities of %s%n",
                redrive.events().size(),
                redrive.callsBefore().size(),
                run.line().runId());
        out.flush();
        try {
            new LocalRun(plan(run), clock, out, () -> report(settings)).redrive(run.line(), redrive);
        } catch (CompletionException failed) {
            out.println("to go on: the same command again; what was decided by now is not asked again");
            out.flush();
            throw failed;
        }
        report(settings);
        return 0;
    }

    private static Redrive parked(RecordedRun run, Rollouts rollouts, Clock clock) {
        try (SqliteFile store = SqliteFile.open(run.storePath(), clock)) {
            return Redrive.of(
                    new DecisionLog(store),
                    run.line().runId(),
                    rollouts.stateDigests().values());
        }
    }

    private void checkOptions() {
        for (String key : options.keySet()) {
            if (key.startsWith("fmw.")
                    && !key.startsWith("fmw.llm.")
                    && !key.equals(JobOptions.CALL_TIMEOUT.key())
                    && !key.equals(JobOptions.MAX_REPAIRS.key())
                    && !key.equals(JobOptions.MAX_CALLS_IN_FLIGHT.key())
                    && !key.equals(JobOptions.INDEX_URL.key())) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--option: expected an option of the language model (fmw.llm.…) or of policy calls, found "
                                + key + ": a run goes on with its own");
            }
        }
    }

    private void checkRun(Rollouts rollouts) {
        RunLine line = rollouts.run();
        if (rollouts.end() == null) {
            throw new IllegalArgumentException("expected a run that has ended, found no end of run " + line.runId()
                    + ": resume it from its checkpoint first");
        }
        if (!line.policy().equals(PolicyType.LLM.toString())) {
            throw new IllegalArgumentException(
                    "expected a run of policy llm, found " + line.policy() + ": only a model's failures are redriven");
        }
        if (llm.isStub() && !line.llm().mock()) {
            throw new IllegalArgumentException("expected the endpoint of run " + line.runId() + ", "
                    + line.llm().model() + ", found --llm stub: its results are not labelled mock");
        }
    }

    /** Whoever made the folder may have named any address in it. */
    private void requireTrusted(RunLine line) {
        List<String> elsewhere = new ArrayList<>(RecordedRun.keyedAddressesElsewhere(line));
        String model = line.config().get(JobOptions.LLM_BASE_URL.key());
        if (hasSameEndpoint(line)
                && model != null
                && !options.containsKey(JobOptions.LLM_BASE_URL.key())
                && !ServiceUrl.isLoopback(model)) {
            elsewhere.add(model);
        }
        if (!elsewhere.isEmpty() && !trusted) {
            throw new IllegalArgumentException("expected addresses of this environment, found in the run's own record "
                    + String.join(", ", elsewhere)
                    + ", which would be sent a key of this environment; if it is yours, say --trust-addresses");
        }
    }

    private boolean hasSameEndpoint(RunLine line) {
        return !llm.isStub() && "openai".equals(line.config().get(JobOptions.LLM_CLIENT.key()));
    }

    private LocalRun.Plan plan(RecordedRun run) {
        RunLine line = run.line();
        Map<String, String> recorded = line.config();
        Map<String, String> all = RecordedOptions.of(recorded, hasSameEndpoint(line));
        String indexUrl = recorded.get(JobOptions.INDEX_URL.key());
        if (indexUrl != null
                && !Files.isDirectory(runDir.resolve(LocalRun.INDEX))) { // a server that is not the run's alone
            all.put(JobOptions.INDEX_URL.key(), indexUrl);
        }
        all.put(JobOptions.RUN_ID.key(), line.runId());
        all.put(JobOptions.RUN_START.key(), Long.toString(line.startedAt().toEpochMilli()));
        all.put(JobOptions.STORE_PATH.key(), run.storePath().toString());
        all.putAll(options);
        return new LocalRun.Plan(
                runDir,
                Path.of(recorded.getOrDefault(JobOptions.DATASET_PATH.key(), "unknown")),
                PolicyType.LLM,
                ReaderType.ORACLE, // nothing is asked
                QueryServing.ARRIVAL,
                "max",
                line.seed(),
                null,
                OnPolicyFailure.PARK,
                llm.isStub(),
                Latency.parse(llmLatency),
                line.index().equals("pinecone"),
                2,
                "hashmap",
                all);
    }

    private void report(EvaluationSettings settings) throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        EvalSummary summary = Evaluator.evaluate(runDir, settings);
        print.println();
        print.print(SummaryTable.render(summary));
        print.println();
        print.println("results: " + runDir);
        print.println("report:  " + HtmlReport.write(runDir, summary));
        print.flush();
    }
}
