package io.fastmemory.evaluation.cli;

import io.fastmemory.evaluation.launch.FinishedRun;
import io.fastmemory.evaluation.metric.Beside;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvaluationSettings;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.report.HtmlReport;
import io.fastmemory.evaluation.report.SummaryTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fmw evaluate}: computes every metric of a run again from its rollouts. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Computes metrics.csv, eval_summary.json and report.html of a run from its rollouts alone.",
            "The first evaluation of a run that was submitted to a cluster also records what store and index hold,"
                    + " once the job has written everything."
        },
        footer = {
            "",
            "Examples:",
            "  fmw evaluate results/latest",
            "  fmw evaluate results/llm --beside results/none results/oracle"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN_DIR", description = "Folder of a run, such as results/latest.")
    private Path runDir;

    @Option(
            names = "--beside",
            arity = "1..*",
            paramLabel = "RUN_DIR",
            description = "Evaluated runs of the same dataset to lay beside this one in report.html.")
    private List<Path> beside = new ArrayList<>();

    @Option(
            names = "--drained",
            description =
                    "The job was stopped with --drain: record its end, although lines of the dataset are missing.")
    private boolean drained;

    @Option(
            names = "--trust-addresses",
            description =
                    "To record the end of a run, contact index and embeddings where the run's record says, with the"
                            + " keys of this environment.")
    private boolean trusted;

    @Mixin
    private EvaluationOptions evaluation;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    EvaluateCommand() {}

    @Override
    public Integer call() throws IOException {
        EvaluationSettings settings = evaluation.settings();
        Beside others = beside.isEmpty() ? null : Beside.open(runDir, beside);
        EvalSummary summary = Evaluator.evaluate(runDir, settings);
        if (FinishedRun.recordEnd(
                runDir, drained, trusted, Clock.systemUTC(), spec.commandLine().getOut())) {
            summary = Evaluator.evaluate(runDir, settings);
        }
        spec.commandLine().getOut().print(SummaryTable.render(summary));
        spec.commandLine().getOut().flush();
        HtmlReport.write(
                runDir,
                summary,
                others == null ? null : others.compare(settings.resamples(), settings.bootstrapSeed()));
        return 0;
    }
}
