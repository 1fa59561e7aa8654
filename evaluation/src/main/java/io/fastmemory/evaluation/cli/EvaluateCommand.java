package io.fastmemory.evaluation.cli;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.report.HtmlReport;
import io.fastmemory.evaluation.report.SummaryTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fmw evaluate}: computes every metric of a run again from its rollouts. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = "Computes metrics.csv, eval_summary.json and report.html of a run from its rollouts alone.")
final class EvaluateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN_DIR", description = "Folder of a run, such as results/latest.")
    private Path runDir;

    @Mixin
    private EvaluationOptions evaluation;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    EvaluateCommand() {}

    @Override
    public Integer call() throws IOException {
        EvalSummary summary = Evaluator.evaluate(runDir, evaluation.settings());
        spec.commandLine().getOut().print(SummaryTable.render(summary));
        spec.commandLine().getOut().flush();
        HtmlReport.write(runDir, summary);
        return 0;
    }
}
