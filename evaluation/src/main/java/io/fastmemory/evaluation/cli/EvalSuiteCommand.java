package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.StreamGenerator;
import io.fastmemory.evaluation.launch.LocalRun;
import io.fastmemory.evaluation.metric.EvaluationSettings;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.report.HtmlReport;
import io.fastmemory.evaluation.suite.NamedLocks;
import io.fastmemory.evaluation.suite.Seeds;
import io.fastmemory.evaluation.suite.Suite;
import io.fastmemory.evaluation.suite.SuiteDatasets;
import io.fastmemory.evaluation.suite.SuiteFile;
import io.fastmemory.evaluation.suite.SuiteResults;
import io.fastmemory.evaluation.suite.SuiteRun;
import io.fastmemory.evaluation.suite.SuiteSettings;
import io.fastmemory.evaluation.suite.SuiteTable;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.source.DatasetFolder;
import io.fastmemory.job.source.Speed;
import io.fastmemory.model.Ids;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.configuration.GlobalConfiguration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fmw eval-suite}: policies times seeds, and what they come to. */
@Command(
        name = "eval-suite",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs several policies on several seeds, one after the other, and prints each policy's mean and range.",
            "A later call with the same --out goes on where an earlier one ended; several may work on it at once."
        },
        footer = {
            "",
            "Exit code 1 if a run failed; bounds that do not hold are told, and are no failure.",
            "Examples:",
            "  fmw eval-suite --out results/suite-small",
            "  fmw eval-suite --dataset medium --seeds 1..3 --reader oracle --out results/suite-medium",
            "  fmw eval-suite --seeds 1,2,7 --policies llm,oracle --queries arrival --speed 1x --out results/suite-1x"
        })
final class EvalSuiteCommand implements Callable<Integer> {
    @Option(
            names = "--dataset",
            defaultValue = "small",
            paramLabel = "DIR|MODE",
            description = "small, medium or long, generated for each seed, or a folder that all seeds share, which are"
                    + " then those of the stub's latencies alone (default: ${DEFAULT-VALUE}).")
    private String dataset;

    @Option(
            names = "--seeds",
            defaultValue = "1..5",
            paramLabel = "1..5|1,2,7",
            description = "Seeds of datasets and stub (default: ${DEFAULT-VALUE}).")
    private String seeds;

    @Option(
            names = "--policies",
            split = ",",
            defaultValue = "none,store-everything,llm,oracle",
            paramLabel = "POLICY",
            description = "Which of none, store-everything, llm, oracle (default: ${DEFAULT-VALUE}).")
    private List<String> policies;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the suite; each run has its own in it.")
    private Path out;

    @Mixin
    private RunOptions run;

    @Mixin
    private EvaluationOptions evaluation;

    @Spec
    private CommandSpec spec;

    private final Clock clock = Clock.systemUTC();

    @SuppressWarnings("NullAway.Init")
    EvalSuiteCommand() {}

    @Override
    public Integer call() throws Exception {
        run.check();
        EvaluationSettings settings = evaluation.settings();
        SuiteFile asked = asked(settings);
        for (String policy : asked.policies()) {
            SuiteRun any = new SuiteRun(
                    policy, asked.settings().dataset(), asked.seeds().get(0));
            requireId(any);
            local(any, Path.of(dataset), out.resolve(any.runId())).validate();
        }
        NamedLocks locks = Suite.locks(out);
        System.setProperty("fmw.log.file", out.resolve("suite.log").toString());
        Suite suite = new Suite(
                out,
                asked,
                datasets(locks),
                locks,
                this::execute,
                Fmw::message,
                spec.commandLine().getOut());
        AtomicBoolean ending = new AtomicBoolean();
        Thread hook = new Thread(() -> ending.set(true), "suite-ending");
        Runtime.getRuntime().addShutdownHook(hook);
        Suite.Outcome outcome = suite.execute(ending::get);
        if (ending.get()) {
            return 1; // the process ends with the signal's own code
        }
        Runtime.getRuntime().removeShutdownHook(hook);
        return finish(outcome, locks);
    }

    private int finish(Suite.Outcome outcome, NamedLocks locks) throws IOException, InterruptedException {
        PrintWriter print = spec.commandLine().getOut();
        print.println();
        print.print(SuiteTable.render(new SuiteResults(out, locks).write(outcome)));
        print.println();
        print.printf(
                "runs: %d made, %d finished already, %d failed%nresults: %s%n",
                outcome.made().size(), outcome.found().size(), outcome.failed().size(), out);
        print.flush();
        outcome.failed()
                .forEach((runId, message) -> spec.commandLine().getErr().println("fmw: " + runId + ": " + message));
        spec.commandLine().getErr().flush();
        return outcome.failed().isEmpty() ? 0 : 1;
    }

    private void execute(SuiteRun planned, Path datasetDir, Path runDir) throws Exception {
        local(planned, datasetDir, runDir).execute();
        HtmlReport.write(runDir, Evaluator.evaluate(runDir, evaluation.settings()));
    }

    private LocalRun local(SuiteRun planned, Path datasetDir, Path runDir) {
        PrintWriter print = spec.commandLine().getOut();
        LocalRun.Plan plan = run.plan(
                runDir,
                datasetDir,
                policy(planned.policy()),
                reader(),
                queries(),
                speed(),
                planned.seed(),
                run.options());
        return new LocalRun(plan, clock, print, () -> {
            print.println("interrupted: " + planned + " is not finished; the same call again makes it anew");
            print.flush();
        });
    }

    private SuiteDatasets datasets(NamedLocks locks) {
        return Datasets.isMode(dataset)
                ? SuiteDatasets.generated(
                        out,
                        dataset,
                        locks,
                        (seed, folder) -> new StreamGenerator(Datasets.config(dataset, seed)).writeTo(folder))
                : SuiteDatasets.shared(Path.of(dataset));
    }

    private SuiteFile asked(EvaluationSettings settings) throws IOException {
        Path folder = Path.of(dataset);
        String sha256 = null;
        if (!Datasets.isMode(dataset)) {
            Datasets.requireFolder(folder);
            sha256 = DatasetFolder.open(folder).sha256();
        }
        policies.forEach(this::policy);
        return new SuiteFile(
                new SuiteSettings(
                        Datasets.name(folder),
                        sha256,
                        reader().toString(),
                        queries().toString(),
                        Speed.parse(speed()).toString(),
                        run.useStub() ? "stub" : "endpoint",
                        run.useStub() ? null : model(),
                        run.llmLatency(),
                        run.usePinecone() ? "pinecone" : "local",
                        run.storageBudget(),
                        run.onPolicyFailure().name().toLowerCase(Locale.ROOT),
                        run.parallelism(),
                        run.stateBackend(),
                        shownOptions(),
                        settings),
                seeds(),
                policies);
    }

    private List<Long> seeds() {
        try {
            return Seeds.parse(seeds);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--seeds: " + e.getMessage(), e);
        }
    }

    private PolicyType policy(String name) {
        PolicyType type = SuiteFile.policy(name);
        if (type == null) {
            throw new ParameterException(
                    spec.commandLine(), "expected --policies of none, store-everything, llm and oracle: " + name);
        }
        return type;
    }

    private ReaderType reader() {
        ReaderType reader = run.reader();
        if (reader == ReaderType.REPLAY) {
            throw new ParameterException(spec.commandLine(), "expected --reader llm or oracle in a suite: replay");
        }
        return reader == null ? ReaderType.LLM : reader;
    }

    private QueryServing queries() {
        QueryServing queries = run.queries();
        return queries == null ? QueryServing.SETTLED : queries;
    }

    private String speed() {
        String speed = run.speed();
        return speed == null ? Speed.MAX.toString() : speed;
    }

    private @Nullable String model() {
        String option = run.options().get(JobOptions.LLM_MODEL.key());
        return option != null ? option : System.getenv("LLM_MODEL");
    }

    private Map<String, String> shownOptions() {
        Map<String, String> shown = new TreeMap<>(run.options());
        shown.replaceAll((key, value) -> !key.startsWith("fmw.") && GlobalConfiguration.isSensitive(key)
                ? GlobalConfiguration.HIDDEN_CONTENT
                : value);
        return shown;
    }

    private void requireId(SuiteRun planned) {
        if (!Ids.isValid(planned.runId())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--dataset: expected a folder whose name can stand in a run id, which matches " + Ids.PATTERN + ": "
                            + planned.runId());
        }
    }
}
