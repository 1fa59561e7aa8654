package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.backend.ReplayedRun;
import io.fastmemory.job.memory.ActionApplier;
import io.fastmemory.job.memory.ActiveMemory;
import io.fastmemory.job.memory.AppliedDecision;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.job.memory.EntityMemory;
import io.fastmemory.job.memory.Ledger;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.job.policy.PolicyDecision;
import io.fastmemory.model.Event;
import io.fastmemory.model.rollout.DigestLine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * Holds each entity's queue and memory, and lets one policy call of the entity out at a time.
 *
 * <p>State, per entity: the queue (emptied by calls), the call in flight (ended by its decision), events decided ahead of
 * being read again (each ended when it is read), the query it waits for (ended by its answer), active memories (ended by
 * the policy or their time to live), the ledger, the short-term window, and the count of calls its digest was made of
 * (bounded; they live as long as the entity). Per subtask: the stream time it has seen. An entity with events queued and nothing in flight waits until a call is
 * free, those with an urgent event first ({@link ReadyEntities}, made again from the queues), or, when queries are settled,
 * for the events of its call.
 *
 * <p>Time: watermarks do not pass through the asynchronous policy call, which would make one slow entity hold up all
 * others; they are handed to {@link ApplyDecisionsOperator} directly. The last one waits until every call is decided. By
 * then each entity's digest and a marker behind it have said up to which stream time its memories have expired.
 *
 * <p>A settled query's marker is queued among its entity's events. When it is first, it is passed on behind all earlier
 * decisions, and the entity takes no further call until the query is answered.
 *
 * <p>Failure: a call in flight is made again under the same number; what the log already holds is used instead of asking.
 */
final class MemoryWriteOperator extends AbstractStreamOperator<PolicyCall>
        implements OneInputStreamOperator<EntityInput, PolicyCall>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    /** What keyed state holds when the input has ended. */
    static final OutputTag<DigestLine.State> DIGESTS =
            new OutputTag<>("state-digests", Types.POJO(DigestLine.State.class));

    /** Addresses of the state in a savepoint, beside those of {@link EntityQueue}: never rename. */
    static final ValueStateDescriptor<CallInFlight> IN_FLIGHT =
            new ValueStateDescriptor<>("in-flight", Types.POJO(CallInFlight.class));

    static final ValueStateDescriptor<Hold> HELD = new ValueStateDescriptor<>("held", Types.POJO(Hold.class));
    static final MapStateDescriptor<String, Boolean> DECIDED_AHEAD =
            new MapStateDescriptor<>("decided-ahead", Types.STRING, Types.BOOLEAN);
    static final MapStateDescriptor<String, ActiveMemory> MEMORIES =
            new MapStateDescriptor<>("memories", Types.STRING, Types.POJO(ActiveMemory.class));
    static final ValueStateDescriptor<Ledger> LEDGER = new ValueStateDescriptor<>("ledger", Types.POJO(Ledger.class));
    static final ListStateDescriptor<Long> STREAM_TIME = new ListStateDescriptor<>("stream-time", Types.LONG);
    static final ValueStateDescriptor<Long> DIGESTED = new ValueStateDescriptor<>("digested-calls", Types.LONG);
    static final ListStateDescriptor<Event> RECENT =
            new ListStateDescriptor<>("recent-events", Types.POJO(Event.class));

    /** The events of the call in flight. */
    public record CallInFlight(long callSeq, List<ArrivedEvent> events) {
        public CallInFlight {
            events = List.copyOf(events);
        }
    }

    /**
     * A query the entity waits for.
     *
     * @param passed whether its marker is on its way
     */
    public record Hold(EntityMarker marker, boolean passed) {
        String queryId() {
            return Objects.requireNonNull(marker.query(), "only queries hold an entity")
                    .queryId();
        }
    }

    private final MemoryWriteSettings settings;
    private final String runId;
    private final Backends backends;
    private final ActionApplier applier;
    private final transient MailboxExecutor mailbox;

    /** Entities whose next call waits until one may be made. */
    private final transient ReadyEntities ready = new ReadyEntities();

    private transient boolean dispatching;
    private transient EntityQueue queue;
    private transient ValueState<CallInFlight> inFlight;
    private transient ValueState<Hold> held;
    private transient MapState<String, Boolean> decidedAhead;
    private transient MapState<String, ActiveMemory> memories;
    private transient ValueState<Ledger> ledger;
    private transient ListState<Event> recent;
    private transient ValueState<Long> digested;
    private transient ListState<Long> streamTime;

    private transient String generation = "";
    private transient @Nullable LoopTail tail;
    private transient @Nullable AnsweredQueries answered;
    /** Events of each call of the run that is repeated, by entity. */
    private transient @Nullable Map<String, int[]> replayedSizes;
    /** Rebuilds the memory of entities whose parked events are decided again. */
    private transient @Nullable LoggedMemory loggedMemory;
    /** Inputs queued or in flight, and those of them that only wait for more of their entity. */
    private transient long waiting;

    private transient long gathering;
    /** Characters of the events that only wait for more, and of those in flight. */
    private transient long charactersGathering;

    private transient long charactersInFlight;
    private transient long callsInFlight;
    private transient long entitiesHeld;
    private transient boolean inputEnded;
    private transient long streamMs = Long.MIN_VALUE;
    private transient @Nullable Watermark lastWatermark;
    private transient Counter droppedReread;
    private transient Counter voidDecisions;

    @SuppressWarnings({"NullAway.Init", "this-escape"})
    MemoryWriteOperator(
            StreamOperatorParameters<PolicyCall> parameters,
            MemoryWriteSettings settings,
            String runId,
            Backends backends) {
        super(parameters);
        this.settings = settings;
        this.runId = runId;
        this.backends = backends;
        this.applier = new ActionApplier(settings.budgets(), settings.recentEvents());
        this.mailbox = parameters.getMailboxExecutor();
        LoopLink.register(parameters.getContainingTask(), this);
    }

    /** Called by the apply operator of the same task before any record. */
    void connect(LoopTail loopTail) {
        this.tail = loopTail;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        var store = context.getKeyedStateStore();
        queue = new EntityQueue(store, settings.queue().entityShare());
        inFlight = store.getState(IN_FLIGHT);
        held = store.getState(HELD);
        decidedAhead = store.getMapState(DECIDED_AHEAD);
        memories = store.getMapState(MEMORIES);
        ledger = store.getState(LEDGER);
        recent = store.getListState(RECENT);
        digested = store.getState(DIGESTED);
        streamTime = context.getOperatorStateStore().getListState(STREAM_TIME);
        for (long seen : streamTime.get()) {
            streamMs = Math.max(streamMs, seen);
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        // One for each subtask there may ever be: a rescaling deals them out.
        streamTime.update(
                Collections.nCopies(getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks(), streamMs));
    }

    @Override
    public void open() throws Exception {
        super.open();
        generation = LoopLink.generation(getRuntimeContext());
        var metrics = getRuntimeContext().getMetricGroup();
        metrics.gauge("queuedEvents", () -> waiting);
        metrics.gauge("queuedEventsBeyondShare", this::excess);
        metrics.gauge("queuedCharacters", this::charactersWaiting);
        metrics.gauge("policyCallsInFlight", () -> callsInFlight);
        metrics.gauge("entitiesReadyForCall", ready::size);
        metrics.gauge("entitiesHeldByQueries", () -> entitiesHeld);
        droppedReread = metrics.counter("eventsDecidedBeforeReread");
        voidDecisions = metrics.counter("voidDecisions");
        if (settings.settled()) {
            answered = new AnsweredQueries(runId, backends);
        }
        if (settings.replay() != null) {
            replayedSizes = sizesOf(settings.replay());
        }
        if (settings.redrivenCalls() != null) {
            loggedMemory = new LoggedMemory(runId, backends, applier, settings.redrivenCalls());
        }
        resume();
    }

    private Map<String, int[]> sizesOf(ReplayedRun run) {
        try (SqliteFile file = backends.openStoreOf(run)) {
            return new DecisionLog(file).callSizes(run.runId()).join();
        }
    }

    /** Goes on where the state was saved: makes the calls in flight again and waits for the same queries. */
    private void resume() throws Exception {
        for (String entityId : keysOf(List.of(IN_FLIGHT.getName(), HELD.getName(), EntityQueue.BOUNDS.getName()))) {
            setCurrentKey(entityId);
            CallInFlight call = inFlight.value();
            Hold hold = held.value();
            queue.countRestored();
            waiting += queue.size();
            ready.countUrgent(entityId, queue.urgentEvents());
            if (call != null) {
                callsInFlight++;
                waiting += call.events().size();
                charactersInFlight += EntityQueue.charactersOf(call.events());
                emitLater(entityId);
            } else if (hold != null) {
                entitiesHeld++;
                waiting++;
                if (hold.passed()) {
                    awaitAnswer(entityId, hold.queryId());
                } else {
                    emitLater(entityId);
                }
            } else if (goOn(entityId)) {
                emitLater(entityId);
            }
        }
        dispatchLater();
    }

    private List<String> keysOf(List<String> states) {
        try (Stream<String> keys = this.<String>getKeyedStateBackend().getKeys(states, VoidNamespace.INSTANCE)) {
            return keys.distinct().toList();
        }
    }

    @Override
    public void processElement(StreamRecord<EntityInput> record) throws Exception {
        EntityInput input = record.getValue();
        while (isFull()) {
            mailbox.yield(); // back pressure: decisions are taken in meanwhile
        }
        setCurrentKey(input.entityId());
        if (input.event() != null && wasDecidedAhead(input.event().event().eventId())) {
            return;
        }
        if (loggedMemory != null && ledger.value() == null) {
            save(loggedMemory.of(input.entityId()));
        }
        boolean gathers = isIdle() && !ready.contains(input.entityId());
        if (gathers) {
            gathering -= queue.size();
            charactersGathering -= queue.characters();
        }
        waiting++;
        queue.add(input);
        ready.queued(input);
        if (gathers && goOn(input.entityId())) {
            emitClaimed(input.entityId());
        }
        dispatch();
    }

    /**
     * What an entity has beyond its share is bounded apart, so that it holds up no other before that bound. None counts what
     * goes on only with more input: events of a call that is not full, queries whose other entities' markers are to come.
     */
    private boolean isFull() {
        QueueBounds bounds = settings.queue();
        return waiting - gathering - entitiesHeld - excess() >= bounds.maxWaiting()
                || excess() >= bounds.maxExcess()
                || charactersWaiting() - charactersGathering >= bounds.maxCharacters();
    }

    private long charactersWaiting() {
        return queue.charactersOfAll() + charactersInFlight;
    }

    /** Events queued beyond their entities' shares. */
    long excess() {
        return queue.excess();
    }

    private boolean wasDecidedAhead(String eventId) throws Exception {
        if (!decidedAhead.contains(eventId)) {
            return false;
        }
        decidedAhead.remove(eventId);
        if (decidedAhead.isEmpty()) {
            decidedAhead.clear(); // on the heap backend an emptied map would stay behind per entity
        }
        droppedReread.inc();
        return true;
    }

    private boolean isIdle() throws Exception {
        return inFlight.value() == null && held.value() == null;
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
        save(outcome.after());
        inFlight.clear();
        callsInFlight--;
        if (goOn(decision.entityId())) {
            emitLater(decision.entityId());
        }
        dispatchLater();
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
        waiting -= call.events().size();
        charactersInFlight -= EntityQueue.charactersOf(call.events());
        List<ArrivedEvent> uncovered = call.events().stream()
                .filter(event -> !covered.contains(event.event().eventId()))
                .toList();
        waiting += uncovered.size();
        queue.addFirst(uncovered);
        covered.removeAll(claimed);
        if (!covered.isEmpty()) {
            waiting -= queue.removeEvents(covered);
            for (String eventId : covered) {
                decidedAhead.put(eventId, true);
            }
        }
        if (!uncovered.isEmpty() || !claimed.containsAll(idsOf(decision.events()))) {
            ready.countUrgent(decision.entityId(), queue.urgentEvents());
        }
    }

    private static Set<String> idsOf(List<ArrivedEvent> events) {
        return events.stream().map(event -> event.event().eventId()).collect(Collectors.toSet());
    }

    /**
     * Lets an idle entity go on with what is first in its queue: a query holds it, in state; or its next call is to be made
     * as soon as one is free.
     *
     * @return whether a query holds it now, whose marker is to be passed on
     */
    private boolean goOn(String entityId) throws Exception {
        EntityInput first = queue.first();
        if (first == null) {
            return false;
        }
        if (first.marker() != null) {
            queue.removeFirstMarker();
            held.update(new Hold(first.marker(), false));
            entitiesHeld++;
            return true;
        }
        if (waitsForMore(entityId)) {
            gathering += queue.size();
            charactersGathering += queue.characters();
        } else {
            ready.add(entityId);
        }
        return false;
    }

    /**
     * When queries wait for memory, a call waits for as many events as it may take or for the next query, so that what it
     * covers does not depend on time. It may take no more when it is full, or when the event behind it would be too much.
     */
    private boolean waitsForMore(String entityId) throws Exception {
        if (inputEnded || !(settings.settled() || replayedSizes != null)) {
            return false;
        }
        CallBounds bounds = boundsOf(ledgerOrEmpty().calls() + 1, entityId);
        List<ArrivedEvent> events = queue.firstEvents(bounds);
        return events.size() == queue.size() && !bounds.areReached(events.size(), EntityQueue.charactersOf(events));
    }

    /** Makes calls, urgent ones first, as long as there are entities that want one and calls that may be made. */
    private void dispatch() throws Exception {
        while (callsInFlight < settings.maxCallsInFlight() && ready.size() > 0) {
            String entityId = ready.next();
            setCurrentKey(entityId);
            claimCall(entityId);
            emitClaimed(entityId);
        }
    }

    private void dispatchLater() {
        if (!dispatching && ready.size() > 0) {
            dispatching = true;
            later(
                    () -> {
                        dispatching = false;
                        dispatch();
                    },
                    "make the calls that are free");
        }
    }

    /** Claims in state the call on the first events of an entity that is ready. */
    private void claimCall(String entityId) throws Exception {
        long callSeq = ledgerOrEmpty().calls() + 1;
        List<ArrivedEvent> events = queue.firstEvents(boundsOf(callSeq, entityId));
        queue.removeFirst(events);
        charactersInFlight += EntityQueue.charactersOf(events);
        ready.taken(entityId, events);
        inFlight.update(new CallInFlight(callSeq, events));
        callsInFlight++;
    }

    /** How much a call takes at most, in a repeated run as many events as it took there. */
    private CallBounds boundsOf(long callSeq, String entityId) {
        int[] sizes = replayedSizes == null ? null : replayedSizes.get(entityId);
        return sizes == null || callSeq > sizes.length
                ? settings.call()
                : CallBounds.ofEvents(sizes[Math.toIntExact(callSeq - 1)]);
    }

    private void emitLater(String entityId) {
        later(
                () -> {
                    setCurrentKey(entityId);
                    emitClaimed(entityId);
                },
                "emit what is claimed of " + entityId);
    }

    private void later(ThrowingRunnable<Exception> mail, String description) {
        try {
            mailbox.execute(mail, "%s", description);
        } catch (RejectedExecutionException e) {
            LOG.debug("task is stopping, state says how to go on: {}", description, e);
        }
    }

    private void emitClaimed(String entityId) throws Exception {
        CallInFlight call = inFlight.value();
        Hold hold = held.value();
        if (call != null) {
            emit(entityId, call);
        } else if (hold != null && !hold.passed()) {
            held.update(new Hold(hold.marker(), true));
            tail().pass(hold.marker());
            awaitAnswer(entityId, hold.queryId());
        }
    }

    /** Lets the entity go on when the query is answered: what comes after it must not be seen by it. */
    private void awaitAnswer(String entityId, String queryId) {
        Objects.requireNonNull(answered, "queries hold entities only when they are settled")
                .await(queryId)
                .whenComplete((done, failure) -> later(
                        () -> {
                            if (failure != null) {
                                throw new IllegalStateException(
                                        "cannot tell whether query " + queryId + " is answered", failure);
                            }
                            release(entityId);
                        },
                        "release " + entityId + " from query " + queryId));
    }

    private void release(String entityId) throws Exception {
        setCurrentKey(entityId);
        held.clear();
        entitiesHeld--;
        waiting--;
        if (goOn(entityId)) {
            emitClaimed(entityId);
        }
        dispatch();
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

    private void save(EntityMemory after) throws Exception {
        Map<String, ActiveMemory> active = after.active();
        List<String> ended = new ArrayList<>();
        for (Map.Entry<String, ActiveMemory> entry : memories.entries()) {
            if (!active.containsKey(entry.getKey())) {
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
        ledger.update(after.ledger());
        recent.update(after.recent());
    }

    private Ledger ledgerOrEmpty() throws Exception {
        Ledger value = ledger.value();
        return value == null ? Ledger.EMPTY : value;
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (mark.getTimestamp() == Long.MAX_VALUE) {
            lastWatermark = mark;
        } else {
            streamMs = Math.max(streamMs, mark.getTimestamp());
            tail().forward(mark);
        }
    }

    @Override
    public void endInput() throws Exception {
        inputEnded = true;
        for (String entityId : keysOf(List.of(EntityQueue.BOUNDS.getName()))) {
            setCurrentKey(entityId);
            if (isIdle() && !ready.contains(entityId) && goOn(entityId)) {
                emitClaimed(entityId);
            }
        }
        dispatch();
        while (waiting > 0) {
            mailbox.yield();
        }
        for (String entityId : keysOf(List.of(LEDGER.getName()))) {
            setCurrentKey(entityId);
            tail().pass(EntityMarker.endOfInput(entityId, streamMs));
            emitDigest(entityId);
        }
        if (lastWatermark != null) {
            tail().forward(lastWatermark);
        }
    }

    /** Once for what the entity holds now: after a failure of another task this one's input may end again. */
    private void emitDigest(String entityId) throws Exception {
        long calls = ledgerOrEmpty().calls();
        if (!Objects.equals(digested.value(), calls)) {
            output.collect(DIGESTS, new StreamRecord<>(digest(entityId)));
            digested.update(calls);
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
                queue.size()
                        + (inFlight.value() == null
                                ? 0
                                : inFlight.value().events().size()),
                streamMs);
    }

    private LoopTail tail() {
        if (tail == null) {
            throw new IllegalStateException("memory-write and apply-decisions must be chained in one task");
        }
        return tail;
    }

    @Override
    public void close() throws Exception {
        LoopLink.remove(getContainingTask());
        if (answered != null) {
            answered.close();
        }
        if (loggedMemory != null) {
            loggedMemory.close();
        }
        super.close();
    }
}
