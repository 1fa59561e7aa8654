package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.world.JobRun;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.RunFiles;
import io.fastmemory.job.world.StubbedModel;
import io.fastmemory.job.world.TestTimeline;
import io.fastmemory.model.Json;
import io.fastmemory.model.Undecided;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EventLine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole job against an endpoint that does everything wrong, over real HTTP. */
class FaultyEndpointITCase {
    private static final Logger LOG = LoggerFactory.getLogger(FaultyEndpointITCase.class);
    private static final int ENTITIES = 20;
    private static final int EVENTS = 200;
    private static final InMemoryReporter METRICS = InMemoryReporter.createWithRetainedMetrics();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .setConfiguration(METRICS.addToConfiguration(new Configuration()))
            .build());

    @TempDir
    Path folder;

    @Test
    void givesEveryEventOneOutcomeInAStormOfAllFaults() throws Exception {
        Map<Fault, Double> rates = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            rates.put(fault, 0.6 / Fault.values().length);
        }
        TestTimeline timeline = TestTimeline.desks(ENTITIES, EVENTS).writeTo(folder.resolve("dataset"));
        try (LlmStubServer stub = StubbedModel.server(Duration.ofMillis(10));
                OutsideWorld world = open("storm", stub, Duration.ofMillis(700))) {
            stub.faults(rates);
            JobRun run = run("storm", world, Duration.ofSeconds(10));
            JobRun.awaitEnd(run.start());

            List<Decision> decisions = everyEventHasOneOutcome("storm", timeline, world, run.files());
            List<CallLine> calls = run.files().rollouts(CallLine.class);
            long asked = calls.stream()
                    .mapToLong(call -> call.llmCalls() + (long) call.httpRetries())
                    .sum();
            LOG.info(
                    "storm calls={} parked={} requests={} faults={} longest_call_ms={}",
                    calls.size(),
                    run.files().undecided().stream().map(Undecided::reason).toList(),
                    stub.stats().chatRequests(),
                    stub.stats().faults(),
                    longest(calls).toMillis());
            assertThat(decisions).allMatch(row -> row.reasked() == 0);
            assertThat(stub.stats().chatRequests()).isLessThanOrEqualTo(asked);
            assertThat(run.files().undecided())
                    .extracting(Undecided::reason)
                    .isSubsetOf(
                            "timeout",
                            "endpoint_unavailable",
                            "invalid_answer",
                            "refused",
                            "unauthorized",
                            "malformed_response",
                            "server_error",
                            "connection",
                            "rate_limited");
            assertThat(longest(calls)).as("it ends by its time of 10 s").isLessThan(Duration.ofSeconds(30));
            assertThat(stub.stats().faults().values().stream().filter(count -> count > 0))
                    .as("kinds of faults that struck")
                    .hasSizeGreaterThan(20);
        }
    }

    @Test
    void letsOneHangingCallDelayNobodyElse() throws Exception {
        TestTimeline timeline = TestTimeline.desks(ENTITIES, EVENTS).writeTo(folder.resolve("dataset"));
        Duration attempt = Duration.ofSeconds(6);
        try (LlmStubServer stub = StubbedModel.server(Duration.ofMillis(10));
                OutsideWorld world = open("hanging", stub, attempt)) {
            stub.failNextChats(Fault.HANG);
            JobRun run = run("hanging", world, Duration.ofSeconds(60));
            JobRun.awaitEnd(run.start());

            everyEventHasOneOutcome("hanging", timeline, world, run.files());
            assertThat(run.files().undecided()).isEmpty();
            List<CallLine> calls = run.files().rollouts(CallLine.class);
            CallLine hung = calls.stream()
                    .filter(call -> call.httpRetries() == 1)
                    .findFirst()
                    .orElseThrow();
            assertThat(took(hung)).isGreaterThanOrEqualTo(attempt);
            Instant lastOfOthers = calls.stream()
                    .filter(call -> !call.entityId().equals(hung.entityId()))
                    .map(CallLine::decidedAt)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            LOG.info(
                    "hanging others_done_ms={} hung_done_ms={}",
                    Duration.between(hung.calledAt(), lastOfOthers).toMillis(),
                    took(hung).toMillis());
            assertThat(lastOfOthers).isBefore(hung.decidedAt());
        }
    }

    @Test
    void waitsOutAnOutageWithFewRequestsAndParksNothing() throws Exception {
        TestTimeline timeline = TestTimeline.desks(ENTITIES, EVENTS).writeTo(folder.resolve("dataset"));
        try (LlmStubServer stub = StubbedModel.server(Duration.ofMillis(10));
                OutsideWorld world = open("outage", stub, Duration.ofSeconds(2))) {
            stub.faults(Map.of(Fault.UNAVAILABLE, 1.0));
            JobRun run = run("outage", world, Duration.ofSeconds(40));
            Instant start = Instant.now();
            JobClient job = run.start();
            await(() -> gauges(job, "llmCircuitOpen").anyMatch(open -> open == 1));
            await(() -> gauges(job, "llmUnavailableMillis").anyMatch(millis -> millis >= 4_000));
            assertThat(gauges(job, "llmCallsWaiting")
                            .mapToLong(waiting -> waiting)
                            .sum())
                    .isBetween(ENTITIES - 1L, (long) ENTITIES);
            long requests = stub.stats().chatRequests();
            long probes = 4 + Duration.between(start, Instant.now()).dividedBy(Duration.ofMillis(500));
            stub.faults(Map.of());
            JobRun.awaitEnd(job);

            LOG.info(
                    "outage requests_in_4s={} requests={}",
                    requests,
                    stub.stats().chatRequests());
            everyEventHasOneOutcome("outage", timeline, world, run.files());
            assertThat(run.files().undecided()).isEmpty();
            // At most one attempt of each entity until it opens, then a probe after 100, 200, 400, 500, 500, … ms.
            assertThat(requests).isLessThanOrEqualTo(ENTITIES + probes);
        }
    }

    private List<Decision> everyEventHasOneOutcome(
            String runId, TestTimeline timeline, OutsideWorld world, RunFiles files) throws Exception {
        List<Decision> decisions = new ArrayList<>();
        DecisionLog log = new DecisionLog(world.store());
        for (Map.Entry<String, List<String>> entity : timeline.eventIds().entrySet()) {
            List<Decision> rows = log.findFrom(runId, entity.getKey(), 0).join().stream()
                    .map(row -> Json.read(row.payload(), Decision.class))
                    .toList();
            assertThat(rows.stream()
                            .flatMap(row -> row.events().stream())
                            .map(event -> event.event().eventId()))
                    .as("logged events of " + entity.getKey())
                    .containsExactlyElementsOf(entity.getValue());
            decisions.addAll(rows);
        }
        List<EventLine> events = files.rollouts(EventLine.class);
        assertThat(events.stream().map(EventLine::eventId))
                .containsExactlyInAnyOrderElementsOf(timeline.eventIds().values().stream()
                        .flatMap(List::stream)
                        .toList());
        assertThat(files.undecided().stream().map(undecided -> undecided.event().eventId()))
                .containsExactlyInAnyOrderElementsOf(events.stream()
                        .filter(event -> event.outcome().equals("parked"))
                        .map(EventLine::eventId)
                        .toList());
        assertThat(files.rollouts(CallLine.class).stream().map(call -> call.entityId() + "#" + call.callSeq()))
                .doesNotHaveDuplicates()
                .hasSize(decisions.size());
        assertThat(files.rollouts(DigestLine.State.class)).allMatch(digest -> digest.pending() == 0);
        return decisions;
    }

    private static Duration longest(List<CallLine> calls) {
        return calls.stream()
                .map(FaultyEndpointITCase::took)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Duration took(CallLine call) {
        return Duration.between(call.calledAt(), call.decidedAt());
    }

    private static Stream<Long> gauges(JobClient job, String name) {
        return METRICS.getMetricsByGroup().entrySet().stream()
                .filter(group -> {
                    Map<String, String> variables = group.getKey().getAllVariables();
                    return job.getJobID().toString().equals(variables.get("<job_id>"))
                            && "LLM policy".equals(variables.get("<operator_name>"));
                })
                .map(group -> group.getValue().get(name))
                .filter(Gauge.class::isInstance)
                .map(gauge -> ((Number) ((Gauge<?>) gauge).getValue()).longValue());
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline of the wait").isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private OutsideWorld open(String runId, LlmStubServer stub, Duration attempt) {
        return OutsideWorld.open(
                runId, folder.resolve("memory.db"), Duration.ZERO, StubbedModel.impatient(stub, attempt));
    }

    private JobRun run(String runId, OutsideWorld world, Duration callTimeout) {
        return new JobRun(runId, folder, world)
                .with(JobOptions.MAX_EVENTS_PER_CALL.key(), "1")
                .with(JobOptions.CALL_TIMEOUT.key(), callTimeout.toMillis() + " ms");
    }
}
