package io.fastmemory.evaluation.launch;

import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.evaluation.report.TerminalText;
import io.fastmemory.job.ConfiguredBackends;
import io.fastmemory.job.JobConfig;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.IndexType;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.MemoryWriteJob;
import io.fastmemory.job.Preflight;
import io.fastmemory.job.Redrive;
import io.fastmemory.job.RedriveParts;
import io.fastmemory.job.RunRecord;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.policy.OnPolicyFailure;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** One run of the job on a local Flink, with the servers it needs started and stopped around it. */
public final class LocalRun {
    /** Folder of the index server's log, in the folder of a run that has a server of its own. */
    public static final String INDEX = "index";

    private static final int FIRST_UI_PORT = 8081;
    private static final int LAST_UI_PORT = 8199;

    /**
     * What to run.
     *
     * @param runDir folder of the run; its name is the run id
     * @param stub whether to start the stand-in model; without, {@code options} or the environment name the endpoint
     * @param options of the job and of Flink, over everything else here
     */
    public record Plan(
            Path runDir,
            Path dataset,
            PolicyType policy,
            ReaderType reader,
            QueryServing queries,
            String speed,
            long seed,
            @Nullable Long storageBudget,
            OnPolicyFailure onPolicyFailure,
            boolean stub,
            Latency stubLatency,
            boolean pinecone,
            int parallelism,
            String stateBackend,
            Map<String, String> options) {}

    /** Tells what a run has left in its folder. */
    @FunctionalInterface
    public interface Report {
        /** Reads the folder and prints. */
        void print() throws IOException;
    }

    /** Watches a job from its submission on. */
    @FunctionalInterface
    public interface Watcher {
        /**
         * Begins to watch.
         *
         * @param webUi address of Flink's REST API
         * @return what is closed when the job has ended
         */
        AutoCloseable watch(String webUi, String jobId);
    }

    private final Plan plan;
    private final Clock clock;
    private final PrintWriter out;
    private final Report report;
    private final UnaryOperator<Backends> wrapping;
    private Watcher watcher = (webUi, jobId) -> () -> {};

    /**
     * A run.
     *
     * @param out where its progress is told
     * @param report what is done at the end of a run that is interrupted; the caller reports one that ended by itself
     */
    public LocalRun(Plan plan, Clock clock, PrintWriter out, Report report) {
        this(plan, clock, out, report, UnaryOperator.identity());
    }

    /**
     * The same with other backends for the job's steps.
     *
     * @param wrapping makes them from those that the options describe
     */
    public LocalRun(Plan plan, Clock clock, PrintWriter out, Report report, UnaryOperator<Backends> wrapping) {
        this.plan = plan;
        this.clock = clock;
        this.out = out;
        this.report = report;
        this.wrapping = wrapping;
    }

    /** The same, watched by someone. */
    public LocalRun watchedBy(Watcher other) {
        watcher = other;
        return this;
    }

    /** Runs the job to its end and records what store and index hold then. */
    public RunLine execute() throws Exception {
        try (LlmStubServer stub = startStub();
                LocalIndexServer index = startIndex()) {
            Configuration options = jobOptions(stub, index);
            JobConfig announced = JobConfig.from(options, clock.instant());
            requireUnaligned(announced);
            announce(announced);
            Backends backends = new ConfiguredBackends(announced, clock);
            Preflight.Findings findings = new Preflight(announced, backends).check();
            tell(announced, findings);
            options.addAll(findings.learnt());
            JobConfig config = JobConfig.from(options, clock.instant()); // the clock starts when all is well
            Preflight.claim(config, backends, findings.datasetSha256());
            return run(config, findings.mock());
        }
    }

    /** Whether the options name an index server that runs already. */
    private boolean hasIndex() {
        return plan.options().containsKey(JobOptions.INDEX_URL.key());
    }

    /**
     * Decides parked events of the plan's run, which has ended, again, and records what store and index hold then. The plan's
     * options must be the run's own: its memory is rebuilt by them.
     *
     * @throws IOException if another model is set than the run's, or a service does not answer
     */
    public void redrive(RunLine run, Redrive redrive) throws Exception {
        try (LlmStubServer stub = startStub();
                LocalIndexServer index = startIndex()) {
            JobConfig config = JobConfig.from(jobOptions(stub, index), clock.instant());
            Backends backends = new ConfiguredBackends(config, clock);
            new Preflight(config, backends).checkRedrive(run.llm());
            boolean followsAnother = RedriveParts.begin(config);
            Submitted submitted = submit(
                    "redrive " + config.runId(),
                    environment ->
                            MemoryWriteJob.buildRedrive(environment, config, backends, redrive, followsAnother, clock));
            try (RunProgress progress = new RunProgress(
                            out,
                            submitted.port(),
                            submitted.job().getJobID().toHexString(),
                            clock.instant(),
                            false,
                            clock);
                    Interruption interruption = new Interruption(submitted.job(), out, report, null)) {
                interruption.await();
                RunRecord.writeRedriveDigests(config, backends);
                RedriveParts.show(config);
            }
        }
    }

    private @Nullable LlmStubServer startStub() throws IOException {
        StubOptions options =
                StubOptions.defaults().withLatency(plan.stubLatency()).withSeed(plan.seed());
        return plan.stub() ? LlmStubServer.start(options, new NaiveModel()) : null;
    }

    private @Nullable LocalIndexServer startIndex() throws IOException {
        return plan.pinecone() || hasIndex()
                ? null
                : LocalIndexServer.start(
                        LocalIndexOptions.inMemory().withDirectory(plan.runDir().resolve(INDEX)));
    }

    /**
     * Checks the options before anything is started or written.
     *
     * @throws IllegalArgumentException naming the option, what was expected and what came
     */
    public void validate() {
        Configuration options = jobOptions(null, null);
        if (!options.contains(JobOptions.INDEX_URL)) {
            options.set(JobOptions.INDEX_URL, "http://localhost"); // known once the index server runs
        }
        requireUnaligned(JobConfig.from(options, clock.instant()));
    }

    /** Asked before there is a folder or a run id, as the options of Flink alone decide it. */
    private void requireUnaligned(JobConfig config) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(flink(FIRST_UI_PORT));
        MemoryWriteJob.configure(environment);
        MemoryWriteJob.requireUnaligned(environment, config);
    }

    private Configuration jobOptions(@Nullable LlmStubServer stub, @Nullable LocalIndexServer index) {
        Configuration options = new Configuration();
        options.set(
                JobOptions.RUN_ID,
                plan.runDir().toAbsolutePath().normalize().getFileName().toString());
        options.set(JobOptions.OUTPUT_PATH, plan.runDir().toAbsolutePath().toString());
        options.set(JobOptions.DATASET_PATH, plan.dataset().toAbsolutePath().toString());
        options.set(JobOptions.RUN_SEED, plan.seed());
        options.set(JobOptions.SPEED, plan.speed());
        options.set(JobOptions.POLICY, plan.policy());
        options.set(JobOptions.READER, plan.reader());
        options.set(JobOptions.QUERIES, plan.queries());
        options.set(JobOptions.ON_POLICY_FAILURE, plan.onPolicyFailure());
        if (plan.storageBudget() != null) {
            options.set(JobOptions.STORAGE_TOKENS, plan.storageBudget());
        }
        if (stub != null) {
            options.set(JobOptions.LLM_CLIENT, "stub");
            options.set(JobOptions.LLM_BASE_URL, stub.baseUrl());
            options.set(JobOptions.LLM_MODEL, LlmStubServer.MODEL);
        }
        if (plan.pinecone()) {
            options.set(JobOptions.INDEX, IndexType.PINECONE);
        } else if (index != null) {
            options.set(JobOptions.INDEX_URL, index.controlPlaneUrl());
        }
        options.addAll(Configuration.fromMap(plan.options()));
        return options;
    }

    private void announce(JobConfig config) {
        out.printf(
                "%s on %s: policy %s, reader %s, LLM %s, index %s, embedding %s, speed %s%n",
                config.runId(),
                TerminalText.line(String.valueOf(plan.dataset().getFileName())),
                config.policy(),
                config.reader().type(),
                !config.asksLlm() ? "not asked" : config.llm().isStub() ? "stub (mock)" : "endpoint",
                plan.pinecone() ? "Pinecone" : "local server",
                config.embedding().type(),
                config.speed());
        out.flush();
    }

    private void tell(JobConfig config, Preflight.Findings findings) {
        findings.notes().forEach(note -> out.println("note: " + TerminalText.lines(note)));
        if (findings.mock() && !config.llm().isStub()) {
            out.println("note: the endpoint says that it is a stand-in; every result is labelled mock");
        }
        if (config.watchInterval() != null) {
            out.println("reads files stream*.jsonl as they appear in " + TerminalText.line(config.datasetPath())
                    + "; Ctrl-C ends the run");
        } else if (config.speed().paced()) {
            out.printf(
                    "the timeline takes about %,d s%n",
                    Math.max(
                            1,
                            Math.round(
                                    findings.timelineMs() / 1e3 / config.speed().factor())));
        }
        out.flush();
    }

    private RunLine run(JobConfig config, boolean mock) throws Exception {
        Backends backends = new ConfiguredBackends(config, clock);
        RunLine line = RunRecord.write(config, mock);
        Submitted submitted = submit(
                "fast-memory-write " + config.runId(),
                environment -> MemoryWriteJob.build(environment, config, wrapping.apply(backends), clock));
        out.println("web UI: http://localhost:" + submitted.port());
        out.flush();
        JobClient job = submitted.job();
        try (RunProgress progress = new RunProgress(
                        out,
                        submitted.port(),
                        job.getJobID().toHexString(),
                        config.runStart(),
                        config.speed().paced(),
                        clock);
                AutoCloseable watch = watcher.watch(
                        "http://localhost:" + submitted.port(), job.getJobID().toHexString());
                Interruption interruption =
                        new Interruption(job, out, () -> reportUnfinished(config, job), savepoints(config))) {
            RunRecord.writeLabels(config);
            try {
                interruption.await();
            } catch (CompletionException failed) {
                tellHowToGoOn(config, job);
                throw failed;
            }
            RunRecord.writeEnd(
                    config,
                    backends,
                    clock.instant(),
                    Restarts.of(job.getJobID().toHexString()));
        }
        return line;
    }

    private void reportUnfinished(JobConfig config, JobClient job) throws IOException {
        report.print();
        if (config.watchInterval() == null) { // which one drains, and has nothing left to do
            tellHowToGoOn(config, job);
        }
    }

    /**
     * A run that has not come to its end can be gone on with, as its job has left its last checkpoint; before its first one,
     * with what it was itself gone on from.
     */
    private void tellHowToGoOn(JobConfig config, JobClient job) throws IOException {
        String from = LastCheckpoint.of(checkpoints(), job.getJobID().toHexString())
                .map(last -> last.toUri().toString())
                .orElse(plan.options().get(StateRecoveryOptions.SAVEPOINT_PATH.key()));
        if (from == null) {
            return;
        }
        out.println("to go on with this run: the same command with --out " + plan.runDir() + " --option "
                + JobOptions.RUN_START.key() + "=" + config.runStart().toEpochMilli() + " --option "
                + StateRecoveryOptions.SAVEPOINT_PATH.key() + "=" + from);
        out.flush();
    }

    private Path checkpoints() {
        return plan.runDir().resolve("checkpoints").toAbsolutePath();
    }

    private @Nullable Path savepoints(JobConfig config) {
        return config.watchInterval() == null
                ? null
                : plan.runDir().resolve("savepoints").toAbsolutePath();
    }

    /** A job under way, and where its web UI listens. */
    private record Submitted(JobClient job, int port) {}

    /** Builds a job's graph. */
    @FunctionalInterface
    private interface Graph {
        void build(StreamExecutionEnvironment environment) throws IOException;
    }

    /** Submits the job at the first free port; another program may take a port that was just seen to be free. */
    private Submitted submit(String name, Graph graph) throws Exception {
        for (int port = FIRST_UI_PORT; port <= LAST_UI_PORT; port++) {
            if (!isFree(port)) {
                continue;
            }
            StreamExecutionEnvironment environment =
                    StreamExecutionEnvironment.createLocalEnvironmentWithWebUI(flink(port));
            MemoryWriteJob.configure(environment);
            graph.build(environment);
            try {
                return new Submitted(environment.executeAsync(name), port);
            } catch (Exception e) {
                if (!isTaken(e)) {
                    throw e;
                }
            }
        }
        throw new IOException("expected a free port for the web UI from " + FIRST_UI_PORT + " to " + LAST_UI_PORT);
    }

    private Configuration flink(int port) {
        Configuration flink = new Configuration();
        flink.set(RestOptions.PORT, port);
        flink.set(RestOptions.BIND_PORT, Integer.toString(port));
        flink.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        flink.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
        flink.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
        flink.set(
                WebOptions.LOG_PATH,
                plan.runDir().resolve("run.log").toAbsolutePath().toString());
        flink.set(CoreOptions.DEFAULT_PARALLELISM, plan.parallelism());
        flink.set(StateBackendOptions.STATE_BACKEND, plan.stateBackend());
        flink.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                checkpoints().toUri().toString());
        Restarts.options().forEach(flink::setString);
        plan.options().forEach((key, value) -> {
            if (!key.startsWith("fmw.")) {
                flink.setString(key, value);
            }
        });
        return flink;
    }

    private static boolean isTaken(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
