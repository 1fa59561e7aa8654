package io.fastmemory.job.step;

import io.fastmemory.job.memory.ActionApplier;
import io.fastmemory.job.memory.ActiveMemory;
import io.fastmemory.job.memory.AppliedDecision;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.EntityMemory;
import io.fastmemory.job.memory.Ledger;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.job.policy.PolicyDecision;
import io.fastmemory.model.Event;
import io.fastmemory.model.rollout.DigestLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Holds each entity's queue and memory, and lets one policy call of the entity out at a time.
 *
 * <p>State, per entity: the queue (emptied by calls), the call in flight (ended by its decision), events decided ahead of
 * being read again (each ended when it is read), active memories (ended by the policy or their time to live), the ledger
 * and the short-term window (bounded; they live as long as the entity). Nothing in flight means nothing queued.
 *
 * <p>Time: watermarks do not pass through the asynchronous policy call, which would make one slow entity hold up all
 * others; they are handed to {@link ApplyDecisionsOperator} directly. The last one waits until every call is decided.
 *
 * <p>Failure: a call in flight is made again under the same number; what the log already holds is used instead of asking.
 */
final class MemoryWriteOperator extends AbstractStreamOperator<PolicyCall>
        implements OneInputStreamOperator<ArrivedEvent, PolicyCall>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    /** What keyed state holds when the input has ended. */
    static final OutputTag<DigestLine.State> DIGESTS =
            new OutputTag<>("state-digests", Types.POJO(DigestLine.State.class));

    /** Addresses of the state in a savepoint: never rename. */
    static final MapStateDescriptor<Long, ArrivedEvent> QUEUE =
            new MapStateDescriptor<>("queue", Types.LONG, Types.POJO(ArrivedEvent.class));

    static final ValueStateDescriptor<QueueBounds> BOUNDS =
            new ValueStateDescriptor<>("queue-bounds", Types.POJO(QueueBounds.class));
    static final ValueStateDescriptor<CallInFlight> IN_FLIGHT =
            new ValueStateDescriptor<>("in-flight", Types.POJO(CallInFlight.class));
    static final MapStateDescriptor<String, Boolean> DECIDED_AHEAD =
            new MapStateDescriptor<>("decided-ahead", Types.STRING, Types.BOOLEAN);
    static final MapStateDescriptor<String, ActiveMemory> MEMORIES =
            new MapStateDescriptor<>("memories", Types.STRING, Types.POJO(ActiveMemory.class));
    static final ValueStateDescriptor<Ledger> LEDGER = new ValueStateDescriptor<>("ledger", Types.POJO(Ledger.class));
    static final ListStateDescriptor<Event> RECENT =
            new ListStateDescriptor<>("recent-events", Types.POJO(Event.class));

    /** Places of the first and behind the last queued event. */
    public record QueueBounds(long head, long tail) {}

    /** The events of the call in flight. */
    public record CallInFlight(long callSeq, List<ArrivedEvent> events) {
        public CallInFlight {
            events = List.copyOf(events);
        }
    }

    private final MemoryWriteSettings settings;
    private final ActionApplier applier;
    private final transient MailboxExecutor mailbox;

    private transient MapState<Long, ArrivedEvent> queue;
    private transient ValueState<QueueBounds> bounds;
    private transient ValueState<CallInFlight> inFlight;
    private transient MapState<String, Boolean> decidedAhead;
    private transient MapState<String, ActiveMemory> memories;
    private transient ValueState<Ledger> ledger;
    private transient ListState<Event> recent;

    private transient String generation = "";
    private transient @Nullable ApplyDecisionsOperator apply;
    private transient long waitingEvents;
    private transient long callsInFlight;
    private transient long streamMs = Long.MIN_VALUE;
    private transient @Nullable Watermark lastWatermark;
    private transient Counter droppedReread;
    private transient Counter voidDecisions;

    @SuppressWarnings({"NullAway.Init", "this-escape"})
    MemoryWriteOperator(StreamOperatorParameters<PolicyCall> parameters, MemoryWriteSettings settings) {
        super(parameters);
        this.settings = settings;
        this.applier = new ActionApplier(settings.budgets(), settings.recentEvents());
        this.mailbox = parameters.getMailboxExecutor();
        LoopLink.register(parameters.getContainingTask(), this);
    }

    /** Called by the apply operator of the same task before any record. */
    void connect(ApplyDecisionsOperator applyDecisions) {
        this.apply = applyDecisions;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        var store = context.getKeyedStateStore();
        queue = store.getMapState(QUEUE);
        bounds = store.getState(BOUNDS);
        inFlight = store.getState(IN_FLIGHT);
        decidedAhead = store.getMapState(DECIDED_AHEAD);
        memories = store.getMapState(MEMORIES);
        ledger = store.getState(LEDGER);
        recent = store.getListState(RECENT);
    }

    @Override
    public void open() throws Exception {
        super.open();
        generation = LoopLink.generation(getRuntimeContext());
        var metrics = getRuntimeContext().getMetricGroup();
        metrics.gauge("queuedEvents", () -> waitingEvents);
        metrics.gauge("policyCallsInFlight", () -> callsInFlight);
        droppedReread = metrics.counter("eventsDecidedBeforeReread");
        voidDecisions = metrics.counter("voidDecisions");
        reissueCallsInFlight();
    }

    /** Makes the calls again that were in flight when the state was saved. */
    private void reissueCallsInFlight() throws Exception {
        for (String entityId : keysOf(List.of(IN_FLIGHT.getName()))) {
            setCurrentKey(entityId);
            CallInFlight call = inFlight.value();
            if (call != null) {
                callsInFlight++;
                waitingEvents += call.events().size() + queuedCount();
                emitLater(entityId, call.callSeq());
            }
        }
    }

    private List<String> keysOf(List<String> states) {
        try (Stream<String> keys = this.<String>getKeyedStateBackend().getKeys(states, VoidNamespace.INSTANCE)) {
            return keys.distinct().toList();
        }
    }

    @Override
    public void processElement(StreamRecord<ArrivedEvent> record) throws Exception {
        ArrivedEvent event = record.getValue();
        while (waitingEvents >= settings.maxWaitingEvents()) {
            mailbox.yield(); // back pressure: decisions are taken in meanwhile
        }
        setCurrentKey(event.event().entityId());
        if (decidedAhead.contains(event.event().eventId())) {
            decidedAhead.remove(event.event().eventId());
            if (decidedAhead.isEmpty()) {
                decidedAhead.clear(); // on the heap backend an emptied map would stay behind per entity
            }
            droppedReread.inc();
            return;
        }
        waitingEvents++;
        enqueue(List.of(event), false);
        if (inFlight.value() == null) {
            CallInFlight call = claimNext();
            if (call != null) {
                emit(event.event().entityId(), call);
            }
        }
    }

    /**
     * Takes in a decision of the entity's call in flight.
     *
     * @return what it did, or {@code null} if it answers no call of this attempt
     */
    @Nullable
    AppliedDecision apply(PolicyDecision answer) throws Exception {
        Decision decision = answer.decision();
        setCurrentKey(decision.entityId());
        CallInFlight call = inFlight.value();
        if (call == null
                || call.callSeq() != decision.callSeq()
                || !answer.generation().equals(generation)) {
            voidDecisions.inc();
            return null;
        }
        settle(call, decision);
        ActionApplier.Outcome outcome = applier.apply(entityMemory(), decision);
        save(outcome);
        inFlight.clear();
        callsInFlight--;
        CallInFlight next = claimNext();
        if (next != null) {
            emitLater(decision.entityId(), next.callSeq());
        }
        return outcome.applied();
    }

    /**
     * Squares the events of the call in flight with those the logged decision covers. They differ only when the log is
     * ahead of the state: what is covered but not read yet will be dropped when it comes, and what is in flight but not
     * covered goes back to the head of the queue.
     */
    private void settle(CallInFlight call, Decision decision) throws Exception {
        Set<String> covered = idsOf(decision.events());
        Set<String> claimed = idsOf(call.events());
        waitingEvents -= call.events().size();
        List<ArrivedEvent> uncovered = call.events().stream()
                .filter(event -> !covered.contains(event.event().eventId()))
                .toList();
        waitingEvents += uncovered.size();
        enqueue(uncovered, true);
        covered.removeAll(claimed);
        if (!covered.isEmpty()) {
            waitingEvents -= dropFromQueue(covered);
            for (String eventId : covered) {
                decidedAhead.put(eventId, true);
            }
        }
    }

    /** Takes the events of these ids out of the queue and out of {@code ids}. */
    private int dropFromQueue(Set<String> ids) throws Exception {
        List<ArrivedEvent> kept = new ArrayList<>();
        QueueBounds range = queueBounds();
        int before = ids.size();
        for (long place = range.head(); place < range.tail(); place++) {
            ArrivedEvent event = queue.get(place);
            if (!ids.remove(event.event().eventId())) {
                kept.add(event);
            }
        }
        if (ids.size() < before) {
            queue.clear();
            bounds.clear();
            enqueue(kept, false);
        }
        return before - ids.size();
    }

    private static Set<String> idsOf(List<ArrivedEvent> events) {
        return events.stream().map(event -> event.event().eventId()).collect(Collectors.toSet());
    }

    private void enqueue(List<ArrivedEvent> events, boolean atHead) throws Exception {
        if (events.isEmpty()) {
            return;
        }
        QueueBounds range = queueBounds();
        long place = atHead ? range.head() - events.size() : range.tail();
        bounds.update(
                atHead ? new QueueBounds(place, range.tail()) : new QueueBounds(range.head(), place + events.size()));
        for (ArrivedEvent event : events) {
            queue.put(place++, event);
        }
    }

    /** Claims the next events in state; {@code null} when the queue is empty. */
    private @Nullable CallInFlight claimNext() throws Exception {
        QueueBounds range = queueBounds();
        long end = Math.min(range.tail(), range.head() + settings.maxEventsPerCall());
        if (range.head() == end) {
            return null;
        }
        List<ArrivedEvent> events = new ArrayList<>();
        for (long place = range.head(); place < end; place++) {
            events.add(queue.get(place));
            queue.remove(place);
        }
        if (end == range.tail()) {
            queue.clear();
            bounds.clear();
        } else {
            bounds.update(new QueueBounds(end, range.tail()));
        }
        CallInFlight call = new CallInFlight(ledgerOrEmpty().calls() + 1, events);
        inFlight.update(call);
        callsInFlight++;
        return call;
    }

    private void emitLater(String entityId, long callSeq) {
        try {
            mailbox.execute(
                    () -> {
                        setCurrentKey(entityId);
                        CallInFlight call = inFlight.value();
                        if (call != null && call.callSeq() == callSeq) {
                            emit(entityId, call);
                        }
                    },
                    "emit policy call %s of %s",
                    callSeq,
                    entityId);
        } catch (RejectedExecutionException e) {
            LOG.debug("task is stopping, the call is made again from state: entity={} call={}", entityId, callSeq);
        }
    }

    private void emit(String entityId, CallInFlight call) throws Exception {
        PolicyCall policyCall =
                settings.callBuilder().build(entityId, call.callSeq(), generation, call.events(), entityMemory());
        output.collect(new StreamRecord<>(policyCall));
    }

    private EntityMemory entityMemory() throws Exception {
        Map<String, ActiveMemory> active = new HashMap<>();
        for (Map.Entry<String, ActiveMemory> entry : memories.entries()) {
            active.put(entry.getKey(), entry.getValue());
        }
        List<Event> window = new ArrayList<>();
        recent.get().forEach(window::add);
        return new EntityMemory(active, ledgerOrEmpty(), window);
    }

    private void save(ActionApplier.Outcome outcome) throws Exception {
        Map<String, ActiveMemory> active = outcome.after().active();
        List<String> ended = new ArrayList<>();
        for (Map.Entry<String, ActiveMemory> entry : memories.entries()) {
            ActiveMemory after = active.get(entry.getKey());
            if (after == null) {
                ended.add(entry.getKey());
            }
        }
        for (String memoryId : ended) {
            memories.remove(memoryId);
        }
        for (Map.Entry<String, ActiveMemory> entry : active.entrySet()) {
            if (!entry.getValue().equals(memories.get(entry.getKey()))) {
                memories.put(entry.getKey(), entry.getValue());
            }
        }
        if (active.isEmpty()) {
            memories.clear();
        }
        ledger.update(outcome.after().ledger());
        recent.update(outcome.after().recent());
    }

    private Ledger ledgerOrEmpty() throws Exception {
        Ledger value = ledger.value();
        return value == null ? Ledger.EMPTY : value;
    }

    private QueueBounds queueBounds() throws Exception {
        QueueBounds value = bounds.value();
        return value == null ? new QueueBounds(0, 0) : value;
    }

    private long queuedCount() throws Exception {
        QueueBounds range = queueBounds();
        return range.tail() - range.head();
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (mark.getTimestamp() == Long.MAX_VALUE) {
            lastWatermark = mark;
        } else {
            streamMs = mark.getTimestamp();
            applyOperator().forward(mark);
        }
    }

    @Override
    public void endInput() throws Exception {
        while (waitingEvents > 0) {
            mailbox.yield();
        }
        for (String entityId : keysOf(List.of(LEDGER.getName()))) {
            setCurrentKey(entityId);
            output.collect(DIGESTS, new StreamRecord<>(digest(entityId)));
        }
        if (lastWatermark != null) {
            applyOperator().forward(lastWatermark);
        }
    }

    private DigestLine.State digest(String entityId) throws Exception {
        EntityMemory memory = entityMemory();
        List<DigestLine.MemoryRef> active = new ArrayList<>();
        List<DigestLine.MemoryRef> indexed = new ArrayList<>();
        for (Map.Entry<String, ActiveMemory> entry : memory.active().entrySet()) {
            ActiveMemory value = entry.getValue();
            Long expires = value.latest().expiresStreamMs();
            if (expires != null && expires <= streamMs) {
                continue;
            }
            active.add(new DigestLine.MemoryRef(entry.getKey(), value.latest().version()));
            int version = value.indexDueMs() != null ? value.latest().version() : value.indexedVersion();
            if (version > 0) {
                indexed.add(new DigestLine.MemoryRef(entry.getKey(), version));
            }
        }
        return new DigestLine.State(
                entityId,
                active,
                indexed,
                memory.ledger().tokens(),
                memory.ledger().calls(),
                queuedCount()
                        + (inFlight.value() == null
                                ? 0
                                : inFlight.value().events().size()),
                streamMs);
    }

    private ApplyDecisionsOperator applyOperator() {
        if (apply == null) {
            throw new IllegalStateException("memory-write and apply-decisions must be chained in one task");
        }
        return apply;
    }

    @Override
    public void close() throws Exception {
        LoopLink.remove(getContainingTask());
        super.close();
    }
}
