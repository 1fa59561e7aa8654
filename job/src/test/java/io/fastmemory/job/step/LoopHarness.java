package io.fastmemory.job.step;

import io.fastmemory.job.memory.AppliedDecision;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.job.policy.PolicyDecision;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.rollout.DigestLine;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** Drives one subtask of the keyed loop by hand: the test decides when a call is answered. */
final class LoopHarness implements AutoCloseable {
    private static final int MAX_PARALLELISM = 16;

    private final ChainPolicy policy;
    private final int parallelism;
    private final int subtask;
    private final KeyedOneInputStreamOperatorTestHarness<String, EntityInput, PolicyCall> harness;
    private final MemoryWriteOperator operator;
    private final Deque<PolicyCall> calls = new ArrayDeque<>();
    private final Set<String> entitiesInFlight = new HashSet<>();
    private final Map<String, MemoryVersion> latest = new HashMap<>();
    private final List<EntityMarker> markers = new ArrayList<>();

    private LoopHarness(
            ChainPolicy policy,
            int parallelism,
            int subtask,
            KeyedOneInputStreamOperatorTestHarness<String, EntityInput, PolicyCall> harness) {
        this.policy = policy;
        this.parallelism = parallelism;
        this.subtask = subtask;
        this.harness = harness;
        this.operator = (MemoryWriteOperator) harness.getOperator();
        operator.connect(new LoopTail() {
            @Override
            public void pass(EntityMarker marker) {
                markers.add(marker);
            }

            @Override
            public void forward(Watermark mark) {
                // nothing of the loop itself goes by it
            }
        });
    }

    static LoopHarness start(
            ChainPolicy policy,
            MemoryWriteSettings settings,
            int parallelism,
            int subtask,
            @Nullable OperatorSubtaskState state)
            throws Exception {
        return start(policy, settings, new StoreOnly(Path.of("unused.db")), parallelism, subtask, state);
    }

    static LoopHarness start(
            ChainPolicy policy,
            MemoryWriteSettings settings,
            StoreOnly world,
            int parallelism,
            int subtask,
            @Nullable OperatorSubtaskState state)
            throws Exception {
        LoopHarness loop = open(policy, settings, world, parallelism, subtask, state);
        loop.drain();
        return loop;
    }

    /**
     * The same on a new JobManager, whose attempts have the same numbers again: the asynchronous step opens first, and its
     * restored copy of the call is answered from the log before anything the operator itself has put into its mailbox.
     */
    static LoopHarness startAnswering(
            PolicyCall restored,
            ChainPolicy policy,
            MemoryWriteSettings settings,
            StoreOnly world,
            OperatorSubtaskState state)
            throws Exception {
        LoopHarness loop = open(policy, settings, world, 1, 0, state);
        String generation = LoopLink.generation(loop.operator.getRuntimeContext());
        if (loop.operator.apply(new PolicyDecision(generation, policy.decide(restored))) == null) {
            throw new AssertionError("the restored call was expected to be in flight: " + restored.callSeq());
        }
        loop.drain();
        return loop;
    }

    private static LoopHarness open(
            ChainPolicy policy,
            MemoryWriteSettings settings,
            StoreOnly world,
            int parallelism,
            int subtask,
            @Nullable OperatorSubtaskState state)
            throws Exception {
        var harness = new KeyedOneInputStreamOperatorTestHarness<String, EntityInput, PolicyCall>(
                new MemoryWriteOperatorFactory(settings, "run", world),
                EntityInput::entityId,
                Types.STRING,
                MAX_PARALLELISM,
                parallelism,
                subtask);
        harness.setup(Types.POJO(PolicyCall.class).createSerializer(new SerializerConfigImpl()));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return new LoopHarness(policy, parallelism, subtask, harness);
    }

    /** Feeds events of this subtask, answering calls in between by chance. */
    void feedRandomly(List<ArrivedEvent> stream, int from, int to, Random random) throws Exception {
        for (int i = from; i < to; i++) {
            feed(stream.get(i));
            while (!calls.isEmpty() && random.nextInt(3) == 0) {
                decideOne(random.nextInt(calls.size()));
            }
        }
    }

    void feedWithoutDeciding(List<ArrivedEvent> stream, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            feed(stream.get(i));
        }
    }

    private void feed(ArrivedEvent event) throws Exception {
        String entityId = event.event().entityId();
        if (KeyGroupRangeAssignment.assignKeyToParallelOperator(entityId, MAX_PARALLELISM, parallelism) == subtask) {
            harness.processElement(new StreamRecord<>(EntityInput.of(event)));
            drain();
        }
    }

    void feed(EntityMarker marker) throws Exception {
        harness.processElement(new StreamRecord<>(EntityInput.of(marker)));
        drain();
    }

    /** The call that has waited longest for a decision. */
    PolicyCall call() {
        return calls.getFirst();
    }

    void decideAtMost(int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            for (int waiting = calls.size(); waiting > 0; waiting--) {
                decideOne(0);
            }
        }
    }

    void decideAll() throws Exception {
        while (!calls.isEmpty()) {
            decideOne(0);
        }
    }

    /** The calls that wait for a decision, in the order they were made, as entity and events. */
    List<String> callsInFlight() {
        return calls.stream()
                .map(call -> call.entityId() + " "
                        + call.events().stream()
                                .map(event -> event.event().eventId())
                                .collect(Collectors.joining(",")))
                .toList();
    }

    void decideOne(int place) throws Exception {
        List<PolicyCall> waiting = new ArrayList<>(calls);
        PolicyCall call = waiting.remove(place);
        calls.clear();
        calls.addAll(waiting);
        entitiesInFlight.remove(call.entityId());
        AppliedDecision applied = operator.apply(new PolicyDecision(call.generation(), policy.decide(call)));
        if (applied == null) {
            throw new AssertionError("a decision on the call in flight was ignored: " + call.callSeq());
        }
        policy.record(applied.versions());
        applied.versions().forEach(version -> latest.put(version.memoryId(), version));
        drain();
    }

    /** Runs what the operator left in its mailbox, and takes over the calls it made. */
    private void drain() throws Exception {
        Optional<Mail> mail;
        while ((mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY)).isPresent()) {
            mail.get().run();
        }
        Object element;
        while ((element = harness.getOutput().poll()) != null) {
            if (element instanceof Watermark) {
                continue;
            }
            PolicyCall call = harnessValue(element);
            if (!entitiesInFlight.add(call.entityId())) {
                throw new AssertionError("two calls in flight for " + call.entityId());
            }
            calls.add(call);
        }
    }

    @SuppressWarnings("unchecked")
    private static PolicyCall harnessValue(Object element) {
        return ((StreamRecord<PolicyCall>) element).getValue();
    }

    OperatorSubtaskState snapshot() throws Exception {
        return harness.snapshot(1, 1);
    }

    List<DigestLine.State> digests() throws Exception {
        operator.endInput();
        if (operator.excess() != 0) {
            throw new AssertionError(
                    "with nothing queued " + operator.excess() + " are said to be beyond their shares");
        }
        List<DigestLine.State> digests = new ArrayList<>();
        var output = harness.getSideOutput(MemoryWriteOperator.DIGESTS);
        if (output != null) {
            output.forEach(digestRecord -> digests.add(digestRecord.getValue()));
        }
        digests.sort(Comparator.comparing(DigestLine.State::entityId));
        return digests;
    }

    /** What was passed on behind the decisions. */
    List<EntityMarker> markers() {
        return List.copyOf(markers);
    }

    /** Moves stream time. */
    void streamTime(long streamMs) throws Exception {
        harness.processWatermark(new Watermark(streamMs));
    }

    /** Events queued beyond their entities' shares. */
    long excess() {
        return operator.excess();
    }

    int keyedStateEntries() {
        return harness.numKeyedStateEntries();
    }

    /** Entities that still wait for events the log has decided. */
    long eventsDecidedAhead() {
        return operator.<String>getKeyedStateBackend()
                .getKeys(MemoryWriteOperator.DECIDED_AHEAD.getName(), VoidNamespace.INSTANCE)
                .count();
    }

    Map<String, MemoryVersion> latestVersions() {
        return Map.copyOf(latest);
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
