package io.fastmemory.evaluation.cli;

import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.llm.OpenAiCompatibleLlmClient;
import io.fastmemory.connectors.llm.OpenAiOptions;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.evaluation.judge.JudgeSettings;
import io.fastmemory.evaluation.judge.JudgeSummary;
import io.fastmemory.evaluation.judge.JudgeText;
import io.fastmemory.evaluation.judge.RunJudge;
import io.fastmemory.job.Secrets;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fmw judge}: asks a language model what it thinks of a run's answers. */
@Command(
        name = "judge",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Asks a language model whether a run's answers are right, and says how far it can be trusted: answers known to be"
                    + " wrong, and the right ones, are put among them. Writes judge.jsonl and judge_summary.json into the"
                    + " run's folder; the run's own figures stay as they are.",
            "The model is LLM_MODEL at LLM_BASE_URL, with LLM_API_KEY."
        })
final class JudgeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN_DIR", description = "Folder of an evaluated run, such as results/latest.")
    private Path runDir;

    @Option(names = "--all", description = "Every answerable query, not only those whose gold is free text.")
    private boolean all;

    @Option(
            names = "--controls",
            defaultValue = "100",
            paramLabel = "N",
            description =
                    "Up to so many queries get a wrong and a right answer judged too (default: ${DEFAULT-VALUE}).")
    private int controls;

    @Option(
            names = "--seed",
            defaultValue = "7",
            description = "Seed of the controls and of the order of all (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--llm",
            defaultValue = "auto",
            paramLabel = "auto|stub|openai",
            description = "auto takes LLM_BASE_URL when LLM_API_KEY is set, else the stub (default: ${DEFAULT-VALUE}).")
    private LlmChoice llm;

    @Option(
            names = "--concurrency",
            defaultValue = "8",
            paramLabel = "N",
            description = "Calls in flight at once (default: ${DEFAULT-VALUE}).")
    private int concurrency;

    @Option(
            names = "--timeout",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "Wall time of one judgement, retries and repairs included (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    @Option(names = "--allow-insecure", description = "Send LLM_API_KEY over plain http beyond this machine too.")
    private boolean allowInsecure;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    JudgeCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        RunJudge judge = RunJudge.open(runDir, settings());
        Clock clock = Clock.systemUTC();
        PrintWriter out = spec.commandLine().getOut();
        JudgeSummary summary;
        try (LlmStubServer stub = llm.isStub() ? LlmStubServer.start(StubOptions.defaults(), new NaiveModel()) : null;
                LlmClient client = new OpenAiCompatibleLlmClient(options(stub), clock)) {
            out.printf(
                    "%,d answers and %,d controls for %s%s, %d at a time%n",
                    judge.answers(), judge.controls(), client.model(), stub == null ? "" : " (mock)", concurrency);
            out.flush();
            summary = judge.judge(client, clock);
        }
        out.println();
        out.print(JudgeText.render(summary));
        out.println("written: " + runDir.resolve(RunJudge.LINES_FILE) + ", " + RunJudge.SUMMARY_FILE);
        out.flush();
        if (summary.answers().asked() > 0 && summary.answers().judged() == 0) {
            throw new IOException("expected the judge to give an opinion on at least one answer, it failed on all: "
                    + summary.failures());
        }
        return 0;
    }

    private JudgeSettings settings() {
        try {
            return new JudgeSettings(
                    all,
                    controls,
                    seed,
                    concurrency,
                    Duration.ofSeconds(timeoutSeconds),
                    JudgeSettings.DEFAULTS.maxRepairs());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private OpenAiOptions options(@Nullable LlmStubServer stub) {
        if (stub != null) {
            return OpenAiOptions.of(stub.baseUrl(), null, LlmStubServer.MODEL).withMaxConcurrent(concurrency);
        }
        Secrets secrets = Secrets.fromEnvironment();
        String baseUrl = secrets.require("LLM_BASE_URL", "the judge's endpoint");
        return OpenAiOptions.of(
                        baseUrl,
                        secrets.keyFor("LLM_API_KEY", baseUrl, allowInsecure),
                        secrets.require("LLM_MODEL", "the judge's name"))
                .withMaxConcurrent(concurrency);
    }
}
