package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.DecisionRow;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.connectors.sqlite.StoreException;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.DecisionOutcome;
import io.fastmemory.job.memory.EntityMemory;
import io.fastmemory.job.memory.EntityUnderTest;
import io.fastmemory.job.policy.CallBuilder;
import io.fastmemory.job.policy.DecisionMaker;
import io.fastmemory.job.policy.MemoryWritePolicy;
import io.fastmemory.job.policy.OnPolicyFailure;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.job.policy.PolicyDecision;
import io.fastmemory.job.policy.PolicyOutcome;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.PolicyAnswer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.streaming.util.MockStreamingRuntimeContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFunctionTest {
    private static final String RUN = "r1";

    @TempDir
    private Path folder;

    private final HeldPolicy policy = new HeldPolicy();
    private StoreOnly world;
    private SqliteFile file;
    private DecisionLog log;
    private PolicyFunction function;
    private String generation;

    @BeforeEach
    void open() throws Exception {
        Path path = folder.resolve("memory.db");
        world = new StoreOnly(path);
        open(Duration.ofMinutes(5));
        file = SqliteFile.open(path, Clock.systemUTC());
        log = new DecisionLog(file);
    }

    private void open(Duration patience) throws Exception {
        function = new PolicyFunction(
                RUN, world, () -> policy, new DecisionMaker(OnPolicyFailure.PARK), patience, Clock.systemUTC());
        RuntimeContext context = new MockStreamingRuntimeContext(1, 0);
        generation = LoopLink.generation(context);
        function.setRuntimeContext(context);
        function.open(DefaultOpenContext.INSTANCE);
    }

    @AfterEach
    void close() throws Exception {
        function.close();
        file.close();
    }

    @Test
    void logsADecisionBeforeItPassesItOn() throws Exception {
        CollectedResult<PolicyDecision> decided = ask(call(1));
        awaitCall(1).complete(ignoring("noise"));

        Decision decision = decided.value().decision();
        DecisionRow row = log.find(RUN, "ann", 1).get();
        assertThat(decision.outcome()).isEqualTo(DecisionOutcome.DECIDED);
        assertThat(reason(decision)).isEqualTo("noise");
        assertThat(decision.reasked()).isZero();
        assertThat(decided.value().generation()).isEqualTo(generation);
        assertThat(decision.decidedAt()).isEqualTo(row.decidedAt());
        assertThat(Json.read(row.payload(), Decision.class).loggedAt(row.decidedAt()))
                .isEqualTo(decision);
    }

    @Test
    void doesNotAskAgainWhatIsLogged() throws Exception {
        CollectedResult<PolicyDecision> first = ask(call(1));
        awaitCall(1).complete(ignoring("noise"));
        Decision logged = first.value().decision();

        CollectedResult<PolicyDecision> again = ask(call(1));

        assertThat(again.value().decision()).isEqualTo(logged);
        assertThat(policy.calls()).isEqualTo(1);
    }

    @Test
    void passesOnTheRowOfAnOlderAttemptThatWon() throws Exception {
        CollectedResult<PolicyDecision> decided = ask(call(1));
        CompletableFuture<PolicyOutcome> mine = awaitCall(1);
        Decision older = EntityUnderTest.decision(
                "ann",
                1,
                call(1).events(),
                List.of(),
                DecisionOutcome.DECIDED,
                List.of(new IgnoreEvent("e1", "older")));
        log.putIfAbsent(RUN, "ann", 1, Json.write(older)).get();

        mine.complete(ignoring("mine"));

        assertThat(reason(decided.value().decision())).isEqualTo("older");
    }

    @Test
    void countsACallWhoseAnswerWasLostBeforeItWasLogged() throws Exception {
        log.recordAsk(RUN, "ann", 1).get();
        CollectedResult<PolicyDecision> decided = ask(call(1));
        awaitCall(1).complete(ignoring("noise"));

        assertThat(decided.value().decision().reasked()).isEqualTo(1);
    }

    @Test
    void completesACallOfAnOlderAttemptEmptyAndAsksNothing() throws Exception {
        CollectedResult<PolicyDecision> decided = ask(call(1, "another-job/0"));

        assertThat(decided.values()).isEmpty();
        assertThat(policy.calls()).isZero();
        assertThat(log.find(RUN, "ann", 1).get()).isNull();
    }

    @Test
    void parksThroughTheLogWhenTheCallTimesOut() throws Exception {
        impatient();
        CollectedResult<PolicyDecision> decided = ask(call(1));
        CompletableFuture<PolicyOutcome> pending = awaitCall(1);

        Decision decision = decided.value().decision();
        assertThat(decision.outcome()).isEqualTo(DecisionOutcome.PARKED);
        assertThat(decision.reason()).isEqualTo("timeout");
        assertThat(Json.read(decision.actions(), PolicyAnswer.class).actions()).isEmpty();
        assertThat(pending).isCancelled();
        assertThat(log.find(RUN, "ann", 1).get().payload()).contains("parked");
    }

    @Test
    void dropsALateAnswerWithoutLosingTheEntitysNextCall() throws Exception {
        impatient();
        policy.ignoreCancelling();
        CollectedResult<PolicyDecision> parked = ask(call(1));
        CompletableFuture<PolicyOutcome> late = awaitCall(1);
        parked.value();
        policy.answerAtOnce(() -> {
            late.complete(ignoring("too late"));
            return ignoring("in time");
        });
        CollectedResult<PolicyDecision> next = ask(call(2));

        assertThat(reason(next.value().decision())).isEqualTo("in time");
        assertThat(next.value().decision().callSeq()).isEqualTo(2);
        assertThat(parked.value().decision().outcome()).isEqualTo(DecisionOutcome.PARKED);
        assertThat(log.find(RUN, "ann", 1).get().payload()).doesNotContain("too late");
    }

    @Test
    void asksOnceForARestoredCallWithTheNumberOfTheOneMadeAgain() throws Exception {
        CollectedResult<PolicyDecision> restored = ask(call(1));
        CompletableFuture<PolicyOutcome> first = awaitCall(1);
        CollectedResult<PolicyDecision> reissued = ask(call(1));

        first.complete(ignoring("first"));

        assertThat(reason(restored.value().decision())).isEqualTo("first");
        assertThat(reason(reissued.value().decision())).isEqualTo("first");
    }

    @Test
    void callThatTheEndOfTheTaskCutsOffIsNotLoggedAndFailsNoStopWithASavepoint() throws Exception {
        CollectedResult<PolicyDecision> decided = ask(call(1));
        CompletableFuture<PolicyOutcome> cutOff = awaitCall(1);

        function.close();

        assertThat(cutOff).isCompleted();
        assertThat(decided.isDone()).isFalse();
        assertThat(log.find(RUN, "ann", 1).get()).isNull();
    }

    @Test
    void failsWhenTheLogCannotBeRead() throws Exception {
        file.close();
        world.fail();

        assertThat(ask(call(1)).rootCause()).isInstanceOf(StoreException.class);
        assertThat(policy.calls()).isZero();
    }

    @Test
    void failsRatherThanLettingADecisionTakeEffectThatIsNotLogged() throws Exception {
        CollectedResult<PolicyDecision> decided = ask(call(1));
        CompletableFuture<PolicyOutcome> pending = awaitCall(1);
        file.close();
        world.fail();

        pending.complete(ignoring("noise"));

        assertThat(decided.rootCause()).isInstanceOf(StoreException.class);
    }

    @Test
    void failsOnARowThisProgramDidNotWrite() throws Exception {
        log.putIfAbsent(RUN, "ann", 1, "{\"not\":\"a decision\"}").get();

        assertThat(ask(call(1)).failure()).hasStackTraceContaining("not a valid Decision");
    }

    @Test
    void failsOnABugOfThePolicy() throws Exception {
        policy.failWith(new IllegalStateException("a bug"));

        assertThat(ask(call(1)).failure()).hasStackTraceContaining("a bug");
    }

    /** From now on it waits for the policy for a short time only. */
    private void impatient() throws Exception {
        function.close();
        open(Duration.ofMillis(200));
    }

    /** The pending outcome of a call, once the step that asked for it has nothing left to do. */
    private CompletableFuture<PolicyOutcome> awaitCall(long callSeq) throws Exception {
        CompletableFuture<PolicyOutcome> pending = policy.await(callSeq);
        log.find(RUN, "ann", callSeq).get(); // the file's reader goes on only when the step is through
        return pending;
    }

    private CollectedResult<PolicyDecision> ask(PolicyCall call) {
        CollectedResult<PolicyDecision> decided = new CollectedResult<>();
        function.asyncInvoke(call, decided);
        return decided;
    }

    private PolicyCall call(long callSeq) {
        return call(callSeq, generation);
    }

    private static PolicyCall call(long callSeq, String generation) {
        return new CallBuilder(EntityUnderTest.budgets(), 8_000)
                .build(
                        "ann",
                        callSeq,
                        generation,
                        List.of(EntityUnderTest.event("e" + callSeq, callSeq, "text")),
                        EntityMemory.EMPTY);
    }

    private static PolicyOutcome ignoring(String reason) {
        return PolicyOutcome.of(List.of(new IgnoreEvent("e1", reason)));
    }

    private static String reason(Decision decision) {
        return Json.read(decision.actions(), PolicyAnswer.class)
                .actions()
                .get(0)
                .reason();
    }

    /** A policy whose calls the test answers. */
    private static final class HeldPolicy implements MemoryWritePolicy {
        private final Map<Long, CompletableFuture<PolicyOutcome>> held = new ConcurrentHashMap<>();
        private final BlockingQueue<Long> asked = new LinkedBlockingQueue<>();
        private volatile boolean cancellable = true;
        private volatile RuntimeException bug;
        private volatile Supplier<PolicyOutcome> answer;

        @Override
        public CompletableFuture<PolicyOutcome> decide(PolicyCall call) {
            if (bug != null) {
                throw bug;
            }
            if (answer != null) {
                return CompletableFuture.completedFuture(answer.get());
            }
            CompletableFuture<PolicyOutcome> outcome = new CompletableFuture<>() {
                @Override
                public boolean cancel(boolean mayInterrupt) {
                    return cancellable && super.cancel(mayInterrupt);
                }
            };
            held.put(call.callSeq(), outcome);
            asked.add(call.callSeq());
            return outcome;
        }

        CompletableFuture<PolicyOutcome> await(long callSeq) throws InterruptedException {
            assertThat(asked.poll(20, TimeUnit.SECONDS)).isEqualTo(callSeq);
            return held.get(callSeq);
        }

        int calls() {
            return held.size();
        }

        void answerAtOnce(Supplier<PolicyOutcome> outcome) {
            answer = outcome;
        }

        void ignoreCancelling() {
            cancellable = false;
        }

        void failWith(RuntimeException failure) {
            bug = failure;
        }

        @Override
        public void close() {
            held.values().forEach(outcome -> outcome.complete(PolicyOutcome.failed("connection", "closed")));
        }
    }
}
