package io.fastmemory.evaluation.benchmark;

import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.evaluation.launch.LocalRun;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.ResultFile;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.metric.TimeStat;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.policy.OnPolicyFailure;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures what the environment adds to a model's latency, and how far it keeps an entity's events from waiting for one
 * call each: the very job, with a stand-in model whose latency is fixed.
 *
 * <p>Two runs: a paced one in which no entity's events wait for each other, and a saturated one in which they all do; the
 * latter comes after an equal one that is not measured, so that it measures the job and not its compilation. The
 * model keeps every event; in the paced run it has it indexed at once, in the saturated one only on request, because
 * embedding that many texts in this process measures its processors. Budgets are so large that nothing is rejected.
 */
public final class WritePathBenchmark {
    private static final long STORAGE_TOKENS = 100_000_000;
    private static final int INDEX_OPERATIONS = 100_000_000;
    /** An entity's events come this many model latencies apart, so that each is decided long before the next. */
    private static final int LATENCIES_APART = 5;

    /** So long that the job has started on a busy machine as well, or its first events would queue. */
    private static final String START_DELAY = "10 s";

    private static final int ROUND_TRIPS = 20;

    /** Saturated runs before all that is measured: figures of a long run are asked for, not of the compiler at work. */
    private static final int WARM_UP_RUNS = 4;

    /** Saturated runs that are measured, of which the median counts: each lasts few seconds, and a disk may stall. */
    private static final int SATURATED_RUNS = 5;

    /**
     * What to measure.
     *
     * @param latency of the model
     * @param pacedEvents events of the paced run, of all entities
     * @param saturatedEvents events of the saturated run, of each entity
     * @param saturatedIndexing whether the memories of the saturated run are indexed
     * @param maxEventsPerCall events one policy call takes at most
     * @param options of the job and of Flink, over everything else here
     */
    public record Plan(
            Path folder,
            Duration latency,
            int entities,
            int pacedEvents,
            int saturatedEvents,
            boolean saturatedIndexing,
            int maxEventsPerCall,
            int parallelism,
            long seed,
            Map<String, String> options) {
        public Plan {
            options = Map.copyOf(options);
            if (latency.toMillis() < 1) {
                throw new IllegalArgumentException("latency must be at least 1 ms: " + latency);
            }
        }

        SyntheticStream pacedStream() {
            long slotMillis = LATENCIES_APART * latency.toMillis() / Math.max(1, entities - 1) + 1;
            return new SyntheticStream(pacedEvents, entities, Math.toIntExact(slotMillis), seed);
        }

        SyntheticStream saturatedStream() {
            return new SyntheticStream(Math.multiplyExact(saturatedEvents, entities), entities, 0, seed);
        }
    }

    private final Plan plan;
    private final Clock clock;
    private final PrintWriter out;

    /** A benchmark whose progress is told on {@code out}. */
    public WritePathBenchmark(Plan plan, Clock clock, PrintWriter out) {
        this.plan = plan;
        this.clock = clock;
        this.out = out;
    }

    /** Runs both phases, and writes {@value BenchmarkReport#FILE} into the folder beside the runs. */
    public BenchmarkReport execute() throws Exception {
        Instant startedAt = clock.instant();
        double loadBefore = load();
        List<SaturatedFigures> saturatedRuns = new ArrayList<>();
        try (LlmStubServer stub = stub(plan.saturatedIndexing())) {
            for (int number = 1; number <= WARM_UP_RUNS; number++) {
                run(plan.folder().resolve("warm-up-" + number), plan.saturatedStream(), "max", stub);
            }
            for (int number = 1; number <= SATURATED_RUNS; number++) {
                Path saturated = plan.folder().resolve("saturated-" + number);
                run(saturated, plan.saturatedStream(), "max", stub);
                Evaluator.evaluate(saturated);
                saturatedRuns.add(SaturatedFigures.of(rollouts(saturated)));
            }
        }
        Path paced = plan.folder().resolve("paced");
        TimeStat roundTrip;
        try (LlmStubServer stub = stub(true)) {
            say("probe: %d round trips of a plain client".formatted(ROUND_TRIPS));
            roundTrip = LatencyProbe.roundTrips(stub.baseUrl(), LlmStubServer.MODEL, ROUND_TRIPS);
            run(paced, plan.pacedStream(), "1x", stub);
        }
        EvalSummary pacedSummary = Evaluator.evaluate(paced);
        BenchmarkReport report = new BenchmarkReport(
                startedAt,
                new BenchmarkReport.Machine(Runtime.getRuntime().availableProcessors(), loadBefore, load()),
                plan.latency().toNanos() / 1e6,
                roundTrip,
                plan.maxEventsPerCall(),
                PacedFigures.of(pacedSummary, rollouts(paced)),
                saturatedRuns);
        write(report);
        return report;
    }

    private LlmStubServer stub(boolean indexing) throws IOException {
        StubOptions options = StubOptions.defaults()
                .withLatency(new Latency.Fixed(plan.latency()))
                .withSeed(plan.seed());
        return LlmStubServer.start(options, new VerbatimModel(indexing));
    }

    private void run(Path runDir, SyntheticStream stream, String speed, LlmStubServer stub) throws Exception {
        Path dataset = runDir.resolve("dataset");
        Files.createDirectories(dataset);
        stream.writeTo(dataset);
        say("%s: %,d events of %,d entities, about %d s"
                .formatted(runDir.getFileName(), stream.events(), stream.entities(), seconds(stream)));
        LocalRun.Plan run = new LocalRun.Plan(
                runDir,
                dataset,
                PolicyType.LLM,
                ReaderType.ORACLE,
                QueryServing.ARRIVAL,
                speed,
                plan.seed(),
                STORAGE_TOKENS,
                OnPolicyFailure.PARK,
                false,
                Latency.NONE,
                false,
                plan.parallelism(),
                "hashmap",
                options(stream, stub));
        new LocalRun(run, clock, out, () -> {}).execute();
    }

    private Map<String, String> options(SyntheticStream stream, LlmStubServer stub) {
        Map<String, String> options = new HashMap<>();
        options.put(JobOptions.LLM_CLIENT.key(), "stub");
        options.put(JobOptions.LLM_BASE_URL.key(), stub.baseUrl());
        options.put(JobOptions.LLM_MODEL.key(), LlmStubServer.MODEL);
        options.put(JobOptions.INDEX_OPERATIONS.key(), Integer.toString(INDEX_OPERATIONS));
        options.put(JobOptions.MAX_EVENTS_PER_CALL.key(), Integer.toString(plan.maxEventsPerCall()));
        options.put(JobOptions.RUN_START_DELAY.key(), stream.slotMillis() == 0 ? "0 s" : START_DELAY);
        options.putAll(plan.options());
        return options;
    }

    /** Seconds the stream takes at least, from its length or from the calls of an entity. */
    private long seconds(SyntheticStream stream) {
        long callMillis = plan.latency().toMillis() * stream.events() / stream.entities() / plan.maxEventsPerCall();
        long timelineMillis = (long) stream.events() * stream.slotMillis();
        return Math.max(1, (timelineMillis > 0 ? timelineMillis : callMillis) / 1_000);
    }

    private static Rollouts rollouts(Path runDir) throws IOException {
        return Rollouts.read(runDir.resolve(Rollouts.FILE));
    }

    private void write(BenchmarkReport report) throws IOException {
        ResultFile.replace(
                plan.folder().resolve(BenchmarkReport.FILE),
                Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
