package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.DecisionRow;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.policy.DecisionMaker;
import io.fastmemory.job.policy.MemoryWritePolicy;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.job.policy.PolicyDecision;
import io.fastmemory.job.policy.PolicyFactory;
import io.fastmemory.job.policy.PolicyOutcome;
import io.fastmemory.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.streaming.api.functions.async.ResultFuture;

/**
 * Asks the policy, and logs its decision before it takes effect; a decision the log already holds is not asked again.
 *
 * <p>Time: a policy keeps the call timeout itself and says why it could not decide; this step ends, a little later, what
 * does not keep it. Then the events are parked or stored, through the log as well.
 *
 * <p>Failure: calls restored from an older attempt are void, the keyed state makes them again; calls under way when the task
 * ends leave no row. If the log cannot be written
 * the job fails and restarts: a decision that is not logged must not take effect.
 */
public final class PolicyFunction extends AsyncStep<PolicyCall, PolicyDecision> {
    private static final long serialVersionUID = 1L;

    private final String runId;
    private final Backends backends;
    private final PolicyFactory policies;
    private final DecisionMaker decisions;
    private final Duration patience;
    private final Clock clock;

    private transient String generation;
    private transient SqliteFile file;
    private transient DecisionLog log;
    private transient MemoryWritePolicy policy;
    private transient Map<String, CompletableFuture<DecisionRow>> asked;
    private transient Histogram policyCallMillis;
    private transient Counter reusedDecisions;
    private transient Counter timeouts;

    /** @param patience how long to wait for a policy that does not keep the call timeout */
    @SuppressWarnings("NullAway.Init")
    public PolicyFunction(
            String runId,
            Backends backends,
            PolicyFactory policies,
            DecisionMaker decisions,
            Duration patience,
            Clock clock) {
        this.runId = runId;
        this.backends = backends;
        this.policies = policies;
        this.decisions = decisions;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        generation = LoopLink.generation(getRuntimeContext());
        file = backends.openStore();
        log = new DecisionLog(file);
        policy = policies.create();
        asked = new ConcurrentHashMap<>();
        var metrics = getRuntimeContext().getMetricGroup();
        policyCallMillis = StepMetrics.histogram(getRuntimeContext(), "policyCallMillis");
        reusedDecisions = metrics.counter("decisionsReusedFromLog");
        timeouts = metrics.counter("policyCallTimeouts");
        metrics.gauge("policyCallsAsked", () -> asked.size());
        StepMetrics.endpointGauges(getRuntimeContext(), policy::endpointHealth);
    }

    @Override
    public void asyncInvoke(PolicyCall call, ResultFuture<PolicyDecision> decided) {
        if (!call.generation().equals(generation)) {
            decided.complete(List.of());
            return;
        }
        log.find(runId, call.entityId(), call.callSeq())
                .thenAccept(row -> {
                    if (row != null) {
                        reusedDecisions.inc();
                        complete(call, row, decided);
                    } else {
                        ask(call, decided);
                    }
                })
                .whenComplete((done, failure) -> failJobOn(failure, decided));
    }

    /**
     * Asks, unless the same call is being asked already: one that is restored after its JobManager was replaced carries the
     * number of the one that keyed state makes again.
     */
    private synchronized void ask(PolicyCall call, ResultFuture<PolicyDecision> decided) {
        CompletableFuture<DecisionRow> waiting = asked.get(keyOf(call));
        CompletableFuture<DecisionRow> logged = waiting == null ? start(call) : waiting;
        // Not on the log's own thread: reading a long decision back would hold up every other commit.
        logged.thenAcceptAsync(row -> complete(call, row, decided))
                .whenComplete((done, failure) -> failJobOn(failure, decided));
    }

    /** Asks; what comes back is the row that was logged. */
    private CompletableFuture<DecisionRow> start(PolicyCall call) {
        Instant calledAt = clock.instant();
        CompletableFuture<Integer> before = log.recordAsk(runId, call.entityId(), call.callSeq());
        PolicyOutcome late = PolicyOutcome.failed("timeout", "no valid answer within " + patience);
        CompletableFuture<DecisionRow> logged = new CompletableFuture<>();
        CompletableFuture<PolicyOutcome> outcome = within(patience, policy.decide(call), late);
        asked.put(keyOf(call), logged);
        outcome.thenApply(result -> {
                    policyCallMillis.update(
                            Duration.between(calledAt, clock.instant()).toMillis()); // the call alone, without the log
                    if (result == late) {
                        timeouts.inc();
                    }
                    return result;
                })
                .thenCombine(before, (result, times) -> decisions.decide(call, result, calledAt, times))
                .thenCompose(decision -> record(call, decision))
                .whenComplete((row, failure) -> {
                    if (failure == null) {
                        asked.remove(keyOf(call), logged);
                        logged.complete(row);
                    } else if (!isEnding()) {
                        logged.completeExceptionally(failure);
                    }
                });
        return logged;
    }

    /** Writes a decision to the log, and passes on whatever the log holds then: an older attempt may have won. */
    private CompletableFuture<DecisionRow> record(PolicyCall call, Decision decision) {
        if (isEnding()) {
            return new CompletableFuture<>(); // what a closed client says is no answer
        }
        return log.putIfAbsent(runId, call.entityId(), call.callSeq(), Json.write(decision));
    }

    /** One call: an answer that comes too late must not be taken for that of the entity's next call. */
    private static String keyOf(PolicyCall call) {
        return call.entityId() + "#" + call.callSeq();
    }

    private static void complete(PolicyCall call, DecisionRow row, ResultFuture<PolicyDecision> decided) {
        Decision decision = Json.read(row.payload(), Decision.class).loggedAt(row.decidedAt());
        decided.complete(List.of(new PolicyDecision(call.generation(), decision)));
    }

    @Override
    void release() throws Exception {
        if (policy != null) {
            policy.close();
        }
        if (file != null) {
            file.close();
        }
    }
}
