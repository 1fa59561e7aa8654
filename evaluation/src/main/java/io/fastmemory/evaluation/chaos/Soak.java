package io.fastmemory.evaluation.chaos;

import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.evaluation.benchmark.SyntheticStream;
import io.fastmemory.evaluation.launch.LocalRun;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.policy.OnPolicyFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A long run under steady load, with a stand-in model whose memory does not grow: nothing else may grow either. */
public final class Soak {
    /** Name of the file with the samples. */
    public static final String FILE = "soak.csv";

    private static final int MILLIS = 1_000;
    private static final int NO_LIMIT = 1_000_000_000;

    /**
     * What to run.
     *
     * @param duration of the timeline
     * @param eventsPerSecond over all entities
     * @param latency of the model
     * @param period between two samples
     * @param options of the job and of Flink, over everything else here
     */
    public record Plan(
            Path folder,
            Duration duration,
            int eventsPerSecond,
            int entities,
            Duration latency,
            Duration period,
            int parallelism,
            String stateBackend,
            long seed,
            Map<String, String> options) {
        public Plan {
            options = Map.copyOf(options);
            if (eventsPerSecond < 1 || eventsPerSecond > MILLIS) {
                throw new IllegalArgumentException("expected 1 to " + MILLIS + " events a second: " + eventsPerSecond);
            }
        }

        SyntheticStream stream() {
            int slotMillis = MILLIS / eventsPerSecond;
            return new SyntheticStream(Math.toIntExact(duration.toMillis() / slotMillis), entities, slotMillis, seed);
        }
    }

    private final Plan plan;
    private final Clock clock;
    private final PrintWriter out;

    /** A run whose progress is told on {@code out}. */
    public Soak(Plan plan, Clock clock, PrintWriter out) {
        this.plan = plan;
        this.clock = clock;
        this.out = out;
    }

    /** Runs to the end of the timeline; writes {@value #FILE} into the folder. */
    public SoakReport execute() throws Exception {
        Path dataset = plan.folder().resolve("dataset");
        Files.createDirectories(dataset);
        SyntheticStream stream = plan.stream();
        stream.writeTo(dataset);
        out.printf(
                "soak: %,d events of %,d entities, %d a second%n",
                stream.events(), stream.entities(), plan.eventsPerSecond());
        out.flush();
        List<SoakProbe> probes = new ArrayList<>();
        try (LlmStubServer stub = stub()) {
            new LocalRun(run(dataset, stub), clock, out, () -> {})
                    .watchedBy((webUi, jobId) -> {
                        SoakProbe probe = new SoakProbe(webUi, jobId, plan.period(), clock);
                        probes.add(probe);
                        return probe;
                    })
                    .execute();
        }
        List<SoakSample> samples = probes.get(0).samples();
        Files.writeString(plan.folder().resolve(FILE), SoakReport.csv(samples));
        return new SoakReport(samples, differences(dataset));
    }

    /** What does not hold of what the run left. */
    private List<String> differences(Path dataset) throws IOException {
        Path run = plan.folder().resolve("run");
        EvalSummary summary = Evaluator.evaluate(run);
        RunCheck.Input input = RunCheck.Input.of(dataset);
        RunCheck check;
        try (SqliteFile store = SqliteFile.open(run.resolve("memory.db"), clock);
                LocalIndexServer index =
                        LocalIndexServer.start(LocalIndexOptions.inMemory().withDirectory(run.resolve("index")))) {
            check = new RunCheck(input, Remains.of(run, summary, store, index.controlPlaneUrl(), clock), false);
        }
        List<String> differences = check.differences(0, 0, List.of());
        out.printf(
                "%,d events in, %,d outcomes, %d differences%n",
                check.eventsIn(), check.outcomes(), differences.size());
        out.flush();
        return differences;
    }

    private LlmStubServer stub() throws IOException {
        StubOptions options = StubOptions.defaults()
                .withLatency(new Latency.Fixed(plan.latency()))
                .withSeed(plan.seed());
        return LlmStubServer.start(options, new LatestEventModel());
    }

    private LocalRun.Plan run(Path dataset, LlmStubServer stub) {
        Map<String, String> options = new HashMap<>();
        options.put(JobOptions.LLM_CLIENT.key(), "stub");
        options.put(JobOptions.LLM_BASE_URL.key(), stub.baseUrl());
        options.put(JobOptions.LLM_MODEL.key(), LlmStubServer.MODEL);
        options.put(JobOptions.EMBEDDING.key(), "hashed"); // what is watched is the environment, not the embedder
        options.put(JobOptions.INDEX_OPERATIONS.key(), Integer.toString(NO_LIMIT));
        options.putAll(plan.options());
        return new LocalRun.Plan(
                plan.folder().resolve("run"),
                dataset,
                PolicyType.LLM,
                ReaderType.ORACLE,
                QueryServing.ARRIVAL,
                "1x",
                plan.seed(),
                null,
                OnPolicyFailure.PARK,
                false,
                Latency.NONE,
                false,
                plan.parallelism(),
                plan.stateBackend(),
                options);
    }
}
