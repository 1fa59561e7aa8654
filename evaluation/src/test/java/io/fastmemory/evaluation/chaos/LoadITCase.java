package io.fastmemory.evaluation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.datagen.DatasetWriter;
import io.fastmemory.evaluation.launch.LocalRun;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.policy.OnPolicyFailure;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.EventLine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The job under more load than its model can take, in process and paced by the clock. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LoadITCase {
    private static final Logger LOG = LoggerFactory.getLogger(LoadITCase.class);
    private static final Duration LATENCY = Duration.ofMillis(300);
    private static final int SUBTASKS = 2;
    /** Times are compared with each other, as all of them grow on a busy machine. */
    private static final double TIMES_LESS = 3;

    @TempDir
    private Path directory;

    private final AtomicReference<SoakProbe> probe = new AtomicReference<>();

    /** 200 events a second on a model that takes 60. */
    @Test
    void burstThatTheQueueHoldsIsWrittenRawAtOnceAndDrainsInOrder() throws Exception {
        int events = 400;
        Rollouts run = run(
                "burst",
                events,
                5,
                i -> "entity-" + i % 20,
                i -> Urgency.NORMAL,
                Map.of("fmw.policy.max-calls-in-flight", "3", "fmw.policy.max-events-per-call", "3"));

        long decided = decidedWhenAllWereWritten(run);
        Instant writing = run.events().stream()
                .map(EventLine::rawCommittedAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Function<EventLine, Instant> start =
                event -> event.arrivalAt().isAfter(writing) ? event.arrivalAt() : writing; // the job may start late
        double written = percentile(run, event -> true, start, EventLine::rawCommittedAt, 99);
        double backlog = percentile(run, event -> true, start, EventLine::decidedAt, 99);
        LOG.info(
                "burst within the queue: {} of {} decided when all were written, p99 of raw write {} ms, of decision {} ms, {}",
                decided,
                events,
                written,
                backlog,
                peaks());
        assertThat(decided).as("decided when all were written").isLessThan(events / 2);
        assertThat(written).as("raw write, p99").isLessThan(backlog / TIMES_LESS);
        assertDecidedInOrder(run);
    }

    /**
     * Many more than two queues of 100 and the raw writes under way can hold, by their number or by the size of so many short
     * events: they wait where they come from.
     */
    @ParameterizedTest
    @CsvSource({"100, 64 mb", "4096, 1000 bytes"})
    void burstBeyondTheQueueIsHeldBackVisiblyAndDrainsInOrder(String mostEvents, String mostCharacters)
            throws Exception {
        int queue = 100;
        int events = 4_000;
        Rollouts run = run(
                "flood",
                events,
                1,
                i -> "entity-" + i % 20,
                i -> Urgency.NORMAL,
                Map.of(
                        "fmw.policy.max-calls-in-flight",
                        "4",
                        "fmw.policy.max-events-per-call",
                        "16",
                        "fmw.policy.max-waiting-events",
                        mostEvents,
                        "fmw.policy.entity-share",
                        mostEvents,
                        "fmw.policy.max-waiting-size",
                        mostCharacters));

        long queued = probe.get().samples().stream()
                .mapToLong(SoakSample::queuedEvents)
                .max()
                .orElse(0);
        long decided = decidedWhenAllWereWritten(run);
        LOG.info("burst beyond the queue: {} of {} decided when all were written, {}", decided, events, peaks());
        assertThat(queued)
                .as("events queued")
                .isBetween(queue / 2L, SUBTASKS * (queue + 1L)); // one may go beyond the size
        assertThat(decided)
                .as("decided when all were written: the rest is queues, buffers and 1,024 raw writes under way")
                .isGreaterThan(events / 5);
        assertDecidedInOrder(run);
    }

    /**
     * A hot entity gets 54 events a second and can have 27 decided; only its share counts towards the bound that all have in
     * common, which it would fill alone.
     */
    @Test
    void hotEntityBeyondItsShareDelaysNobodyEither() throws Exception {
        Rollouts run = run(
                "hot-beyond-share",
                350,
                16,
                LoadITCase::mostlyHot,
                i -> Urgency.NORMAL,
                Map.of(
                        "fmw.policy.max-events-per-call", "8",
                        "fmw.policy.max-waiting-events", "50",
                        "fmw.policy.entity-share", "10"));

        double hot = percentile(run, LoadITCase::isHot, EventLine::arrivalAt, 95);
        double others = percentile(run, event -> !isHot(event), EventLine::arrivalAt, 75); // 35 events
        LOG.info("hot entity beyond its share: decision p95 {} ms, p75 of others {} ms, {}", hot, others, peaks());
        assertThat(hot).as("hot entity").isGreaterThan(4_000);
        assertThat(others).as("the others").isLessThan(hot / TIMES_LESS);
        assertDecidedInOrder(run);
    }

    /** What the bound on the excess costs: nothing may be dropped or read past, so that everyone waits for the source. */
    @Test
    void hotEntityBeyondTheExcessHoldsUpAllThatComesBehind() throws Exception {
        Rollouts run = run(
                "hot-bounded",
                400,
                16,
                LoadITCase::mostlyHot,
                i -> Urgency.NORMAL,
                Map.of(
                        "fmw.policy.max-events-per-call", "8",
                        "fmw.policy.entity-share", "10",
                        "fmw.policy.max-excess-events", "40"));

        double others = percentile(run, event -> !isHot(event), EventLine::arrivalAt, 95);
        double hot = percentile(run, LoadITCase::isHot, EventLine::arrivalAt, 95);
        LOG.info("hot entity beyond the excess: decision p95 {} ms, of others {} ms, {}", hot, others, peaks());
        assertThat(others).as("the others").isGreaterThan(hot / 2);
        assertDecidedInOrder(run);
    }

    /** 100 events a second on a model that takes 27, every 20th urgent. */
    @Test
    void urgentEventsAreDecidedBeforeTheBacklog() throws Exception {
        Rollouts run = run(
                "urgent",
                280,
                10,
                i -> "entity-" + i,
                i -> i % 20 == 0 ? Urgency.URGENT : Urgency.NORMAL,
                Map.of("fmw.policy.max-calls-in-flight", "4"));

        double urgent = percentile(run, event -> event.urgency() == Urgency.URGENT, EventLine::rawCommittedAt, 95);
        double normal = percentile(run, event -> event.urgency() == Urgency.NORMAL, EventLine::rawCommittedAt, 95);
        LOG.info("backlog of all: decision p95 of urgent {} ms, of others {} ms, {}", urgent, normal, peaks());
        assertThat(urgent).as("urgent").isLessThan(normal / TIMES_LESS);
        assertThat(normal).as("others").isGreaterThan(4_000);
    }

    private static String mostlyHot(int number) {
        return number % 10 == 0 ? "entity-" + number / 10 % 9 : "hot";
    }

    private static boolean isHot(EventLine event) {
        return event.entityId().equals("hot");
    }

    private Rollouts run(
            String name,
            int events,
            int slotMillis,
            IntFunction<String> entity,
            IntFunction<Urgency> urgency,
            Map<String, String> options)
            throws Exception {
        Path dataset = directory.resolve("dataset");
        write(dataset, name, events, slotMillis, entity, urgency);
        Clock clock = Clock.systemUTC();
        Path runDir = directory.resolve(name);
        StubOptions latency = StubOptions.defaults().withLatency(new Latency.Fixed(LATENCY));
        try (LlmStubServer stub = LlmStubServer.start(latency, new LatestEventModel())) {
            new LocalRun(plan(runDir, dataset, stub, options), clock, new PrintWriter(System.out, true), () -> {})
                    .watchedBy((webUi, jobId) -> {
                        probe.set(new SoakProbe(webUi, jobId, Duration.ofSeconds(1), clock));
                        return probe.get();
                    })
                    .execute();
        }
        EvalSummary summary = Evaluator.evaluate(runDir);
        assertThat(summary.reconciliation().differences()).isEmpty();
        Rollouts rollouts = Rollouts.read(runDir.resolve(Rollouts.FILE));
        assertThat(rollouts.events()).hasSize(events);
        return rollouts;
    }

    private static LocalRun.Plan plan(Path runDir, Path dataset, LlmStubServer stub, Map<String, String> options) {
        Map<String, String> all = new HashMap<>();
        all.put(JobOptions.LLM_CLIENT.key(), "stub");
        all.put(JobOptions.LLM_BASE_URL.key(), stub.baseUrl());
        all.put(JobOptions.LLM_MODEL.key(), LlmStubServer.MODEL);
        all.put(JobOptions.EMBEDDING.key(), "hashed");
        all.put(JobOptions.INDEX_OPERATIONS.key(), "1000000");
        all.put(JobOptions.RUN_START_DELAY.key(), "4 s");
        all.put("metrics.fetcher.update-interval", "500 ms"); // or the probe sees what was 10 s ago
        // Small buffers, so that what is held back is held at the source and not on the way.
        all.put("taskmanager.memory.segment-size", "4 kb");
        all.putAll(options);
        return new LocalRun.Plan(
                runDir,
                dataset,
                PolicyType.LLM,
                ReaderType.ORACLE,
                QueryServing.ARRIVAL,
                "1x",
                1,
                null,
                OnPolicyFailure.PARK,
                false,
                Latency.NONE,
                false,
                SUBTASKS,
                "hashmap",
                all);
    }

    private static void write(
            Path dataset,
            String name,
            int events,
            int slotMillis,
            IntFunction<String> entity,
            IntFunction<Urgency> urgency)
            throws Exception {
        try (DatasetWriter writer = DatasetWriter.open(dataset, false)) {
            for (int i = 0; i < events; i++) {
                Event event = new Event(
                        "e" + i,
                        entity.apply(i),
                        Scope.USER,
                        null,
                        (long) i * slotMillis,
                        null,
                        "load",
                        "Reading " + i + ".",
                        urgency.apply(i),
                        Map.of());
                writer.event(event, new GoldEvent("e" + i, EventCategory.NOISE, List.of(), null, List.of(), null));
            }
            writer.finish(name, "load", 1L, Instant.EPOCH, "load-1", Map.of());
        }
    }

    /**
     * A percentile of the time to the decision, in milliseconds: from the raw write, unless what happens before it counts,
     * as a busy machine may start the job long after the first arrivals.
     */
    private static double percentile(
            Rollouts run, Predicate<EventLine> which, Function<EventLine, Instant> start, int percent) {
        return percentile(run, which, start, EventLine::decidedAt, percent);
    }

    private static double percentile(
            Rollouts run,
            Predicate<EventLine> which,
            Function<EventLine, Instant> start,
            Function<EventLine, Instant> end,
            int percent) {
        double[] sorted = run.events().stream()
                .filter(which)
                .mapToDouble(event ->
                        Duration.between(start.apply(event), end.apply(event)).toMillis())
                .sorted()
                .toArray();
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    private static long decidedWhenAllWereWritten(Rollouts run) {
        Instant allWritten = run.events().stream()
                .map(EventLine::rawCommittedAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return run.events().stream()
                .filter(event -> event.decidedAt().isBefore(allWritten))
                .count();
    }

    /** The calls of an entity cover its events in the order they came. */
    private static void assertDecidedInOrder(Rollouts run) {
        Map<String, List<EventLine>> byEntity = run.events().stream()
                .sorted(Comparator.comparingLong(EventLine::offsetMs))
                .collect(Collectors.groupingBy(EventLine::entityId));
        byEntity.forEach((entityId, events) -> assertThat(events.stream().map(EventLine::callSeq))
                .as("calls that took the events of %s", entityId)
                .isSorted());
    }

    private String peaks() {
        List<SoakSample> samples = probe.get().samples();
        return "at most %d events queued and %d MiB of heap"
                .formatted(
                        samples.stream()
                                .mapToLong(SoakSample::queuedEvents)
                                .max()
                                .orElse(0),
                        samples.stream().mapToLong(SoakSample::heapBytes).max().orElse(0) >> 20);
    }
}
