package io.fastmemory.evaluation.chaos;

import io.fastmemory.connectors.index.local.Faults;
import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.datagen.StreamGenerator;
import io.fastmemory.evaluation.launch.LocalRun;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.Redrive;
import io.fastmemory.job.policy.OnPolicyFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The small dataset through the job on a local Flink, hurt as a {@link Scenario} says, and checked. */
final class ChaosRun {
    private static final String SPEED = "5x";
    private static final Latency LATENCY = Latency.parse("80ms~0.5");
    /** So slow that a run outlasts the blows to its cluster. */
    private static final Latency LATENCY_ON_CLUSTER = Latency.parse("1000ms~0.3");

    private static final Duration HANG = Duration.ofMinutes(2);
    private static final long LOCK_MILLIS = 1_000;
    /** Calls of model and embedder that any run of the small dataset makes, with a margin. */
    private static final int CALLS = 200;

    private final Path folder;
    private final Scenario scenario;
    private final long seed;
    private final Clock clock;

    /** @param folder of the run; its name is the run id */
    ChaosRun(Path folder, Scenario scenario, long seed, Clock clock) {
        this.folder = folder;
        this.scenario = scenario;
        this.seed = seed;
        this.clock = clock;
    }

    /** Runs, hurts and checks. */
    ChaosResult execute() throws Exception {
        Path dataset = folder.resolve("dataset");
        new StreamGenerator(GeneratorConfig.small(seed)).writeTo(dataset, true);
        RunCheck.Input input = RunCheck.Input.of(dataset);
        Map<String, Long> faults = new TreeMap<>(BadLines.insert(dataset, scenario.badLines(), seed));
        WatchedModel model = new WatchedModel(new MortalMemories(new NaiveModel()), clock);
        Instant from = clock.instant();
        try (LlmStubServer stub = LlmStubServer.start(stub(), model);
                LocalIndexServer index =
                        LocalIndexServer.start(LocalIndexOptions.inMemory().withFaults(scenario.index()));
                JobFailures failures = new JobFailures(runId(), scenario.jobFailures(), CALLS, seed, clock);
                StoreLocks locks = locks();
                PrintWriter log = new PrintWriter(
                        Files.newBufferedWriter(folder.resolve("printed.log"), StandardCharsets.UTF_8))) {
            IndexOutage away = away(index, model, failures);
            List<Outage> outages = scenario.blows().isEmpty()
                    ? locally(plan(dataset, options(stub, index)), log, failures, away)
                    : new StruckCluster(folder, scenario.blows(), model, clock).run(dataset, options(stub, index), log);
            stub.stats().faults().forEach((fault, n) -> faults.put("model " + word(fault), n));
            faults.put("index", index.counters().faulted());
            faults.put("store locked", locks == null ? 0 : locks.taken());
            faults.put("job failure", (long) failures.count());
            faults.put("index away", away == null ? 0L : 1L);
            scenario.blows().forEach(blow -> faults.merge(word(blow), 1L, Long::sum));
            faults.values().removeIf(n -> n == 0);
            List<String> differences = new ArrayList<>(unstruck(faults));
            index.inject(Faults.NONE); // what is checked is what it holds
            RunCheck check = check(input, index);
            differences.addAll(check.differences(scenario.badLines(), scenario.maxParked(), model.asked()));
            if (away != null) {
                differences.addAll(check.withoutIndex(away.passed(), outages));
            }
            if (scenario.isDrained()
                    && check.outcomes("decided")
                            >= RunCheck.Input.of(dataset).events().size()) {
                differences.add("expected the job to be drained before it had decided every event");
            }
            Set<String> parked = check.parked();
            if (!parked.isEmpty()) {
                stub.faults(Map.of());
                differences.addAll(redriven(input, parked, dataset, index, options(stub, index), model, log));
            }
            return result(check, faults, outages, parked.size(), from, differences);
        }
    }

    /** What does not hold once a redrive has decided what was parked, with everything well again. */
    private List<String> redriven(
            RunCheck.Input input,
            Set<String> parked,
            Path dataset,
            LocalIndexServer index,
            Map<String, String> options,
            WatchedModel model,
            PrintWriter log)
            throws Exception {
        int before = model.asked().size();
        Rollouts rollouts = Rollouts.read(folder.resolve(Rollouts.FILE));
        Redrive redrive;
        try (SqliteFile store = SqliteFile.open(store(), clock)) {
            redrive = Redrive.of(
                    new DecisionLog(store),
                    rollouts.run().runId(),
                    rollouts.stateDigests().values());
        }
        options.put(
                JobOptions.RUN_START.key(),
                Long.toString(rollouts.run().startedAt().toEpochMilli()));
        new LocalRun(plan(dataset, options), clock, log, () -> {}).redrive(rollouts.run(), redrive);
        List<WatchedModel.Asked> asked = model.asked();
        return check(input, index).afterRedrive(scenario.badLines(), parked, asked.subList(before, asked.size()));
    }

    private RunCheck check(RunCheck.Input input, LocalIndexServer index) throws IOException {
        EvalSummary summary = Evaluator.evaluate(folder);
        try (SqliteFile store = SqliteFile.open(store(), clock)) {
            RunCheck.Input read = scenario.isDrained() ? input.read(store, runId()) : input;
            Remains remains = Remains.of(folder, summary, store, index.controlPlaneUrl(), clock);
            return new RunCheck(read, remains, scenario.isDrained());
        }
    }

    private String runId() {
        return folder.getFileName().toString();
    }

    private Path store() {
        return folder.resolve("memory.db");
    }

    /** A scenario that hurts nothing shows nothing. */
    private List<String> unstruck(Map<String, Long> faults) {
        List<String> unstruck = new ArrayList<>();
        if (!scenario.llm().isEmpty() && faults.keySet().stream().noneMatch(kind -> kind.startsWith("model "))) {
            unstruck.add("expected faults of the model, none struck");
        }
        if (!scenario.index().equals(Faults.NONE) && !faults.containsKey("index")) {
            unstruck.add("expected faults of the index, none struck");
        }
        if (scenario.storeLocks() > 0 && !faults.containsKey("store locked")) {
            unstruck.add("expected the store to be locked, it never was");
        }
        if (scenario.jobFailures() > 0 && !faults.containsKey("job failure")) {
            unstruck.add("expected the job to fail, it never did");
        }
        return unstruck;
    }

    /** From when to when the job was gone. */
    private List<Outage> locally(LocalRun.Plan plan, PrintWriter log, JobFailures failures, @Nullable IndexOutage away)
            throws Exception {
        String runId = runId();
        LocalRun run = new LocalRun(plan, clock, log, () -> {}, backends -> new FaultyBackends(backends, runId));
        (away == null ? run : run.watchedBy(away)).execute();
        return failures.outages();
    }

    private static String word(Enum<?> fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private StubOptions stub() {
        return new StubOptions(
                "127.0.0.1",
                0,
                scenario.blows().isEmpty() ? LATENCY : LATENCY_ON_CLUSTER,
                Latency.NONE,
                scenario.llm(),
                Duration.ofSeconds(1),
                HANG,
                seed,
                null,
                StubOptions.defaults().responseFormats(),
                StubOptions.defaults().embeddingDimension());
    }

    private @Nullable StoreLocks locks() throws IOException {
        return scenario.storeLocks() == 0 ? null : new StoreLocks(store(), scenario.storeLocks(), LOCK_MILLIS);
    }

    private @Nullable IndexOutage away(LocalIndexServer index, WatchedModel model, JobFailures failures) {
        return scenario.indexAway().isZero()
                ? null
                : new IndexOutage(index, scenario.indexAway(), model, failures, clock);
    }

    private Map<String, String> options(LlmStubServer stub, LocalIndexServer index) {
        Map<String, String> options = new HashMap<>();
        options.put(JobOptions.LLM_CLIENT.key(), "stub");
        options.put(JobOptions.LLM_BASE_URL.key(), stub.baseUrl());
        options.put(JobOptions.LLM_MODEL.key(), LlmStubServer.MODEL);
        options.put(JobOptions.INDEX_URL.key(), index.controlPlaneUrl());
        options.put(JobOptions.EMBEDDING.key(), "hashed");
        options.put(JobOptions.PREFLIGHT.key(), "false"); // it would meet the first faults
        options.put(JobOptions.RUN_START_DELAY.key(), "1 s");
        options.put(JobOptions.LLM_ATTEMPT_TIMEOUT.key(), "2 s");
        options.put(JobOptions.CALL_TIMEOUT.key(), "15 s");
        options.put(JobOptions.LATE_EFFECT_TIMEOUT.key(), "3 s"); // on loopback nothing comes later
        options.put("execution.checkpointing.interval", "300 ms");
        if (!scenario.blows().isEmpty()) {
            options.put(JobOptions.MAX_EVENTS_PER_CALL.key(), "2"); // many questions, to strike between
            options.put(JobOptions.LLM_ATTEMPT_TIMEOUT.key(), "15 s");
            options.put(JobOptions.CALL_TIMEOUT.key(), "60 s");
        }
        options.putAll(scenario.options());
        return options;
    }

    private LocalRun.Plan plan(Path dataset, Map<String, String> options) {
        return new LocalRun.Plan(
                folder,
                dataset,
                PolicyType.LLM,
                ReaderType.LLM,
                QueryServing.ARRIVAL,
                SPEED,
                seed,
                null,
                OnPolicyFailure.PARK,
                false,
                Latency.NONE,
                false,
                2,
                options.getOrDefault("state.backend.type", "hashmap"),
                options);
    }

    private ChaosResult result(
            RunCheck check,
            Map<String, Long> faults,
            List<Outage> outages,
            long redriven,
            Instant from,
            List<String> differences) {
        return new ChaosResult(
                scenario.name(),
                scenario.group(),
                scenario.fault(),
                scenario.promise(),
                faults,
                check.eventsIn(),
                check.outcomes("decided"),
                check.outcomes("parked"),
                check.outcomes("fallback_stored"),
                redriven,
                check.deadLetters(),
                check.queries(),
                check.restarts(),
                check.recoverySeconds(outages),
                Duration.between(from, clock.instant()).toMillis() / 1e3,
                differences);
    }
}
