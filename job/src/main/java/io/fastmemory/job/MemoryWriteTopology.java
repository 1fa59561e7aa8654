package io.fastmemory.job;

import io.fastmemory.connectors.index.IndexWriterOptions;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.memory.AppliedDecision;
import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.job.memory.IndexRequest;
import io.fastmemory.job.policy.DecisionMaker;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.job.policy.PolicyDecision;
import io.fastmemory.job.policy.PolicyFactory;
import io.fastmemory.job.reader.ReaderFactory;
import io.fastmemory.job.source.InputLine;
import io.fastmemory.job.source.TimelineRecord;
import io.fastmemory.job.step.AdmitFunction;
import io.fastmemory.job.step.AnswerFunction;
import io.fastmemory.job.step.AnsweredQuery;
import io.fastmemory.job.step.ApplyDecisionsOperatorFactory;
import io.fastmemory.job.step.EntityInput;
import io.fastmemory.job.step.GatherMarkersFunction;
import io.fastmemory.job.step.IndexScheduleFunction;
import io.fastmemory.job.step.IndexWriteFunction;
import io.fastmemory.job.step.IndexedMemory;
import io.fastmemory.job.step.MemoryLife;
import io.fastmemory.job.step.MemoryStoreFunction;
import io.fastmemory.job.step.MemoryWriteOperatorFactory;
import io.fastmemory.job.step.MemoryWriteSettings;
import io.fastmemory.job.step.ParseFunction;
import io.fastmemory.job.step.PolicyFunction;
import io.fastmemory.job.step.RawWriteFunction;
import io.fastmemory.job.step.RawWritten;
import io.fastmemory.job.step.RecordDecisionFunction;
import io.fastmemory.job.step.RecordIndexedFunction;
import io.fastmemory.job.step.RetrieveFunction;
import io.fastmemory.job.step.RetrievedQuery;
import io.fastmemory.job.step.Rollouts;
import io.fastmemory.job.step.ScoreFunction;
import io.fastmemory.job.step.StoredDecision;
import io.fastmemory.job.step.StreamTimeStrategy;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Undecided;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The graph on one page: events become memory on the left of ARCHITECTURE.md's picture, queries are answered from it on
 * the right, and everything that happens leaves a line.
 *
 * @param goldFile labels, for scoring only
 * @param epoch the world's date at offset 0
 */
public record MemoryWriteTopology(
        JobConfig config,
        Backends backends,
        PolicyFactory policies,
        ReaderFactory readers,
        String goldFile,
        Instant epoch,
        Clock clock) {
    /** Waits that the outside world ends by itself; longer ones are failures of the job. */
    private static final Duration STORE_TIMEOUT = Duration.ofMinutes(5);

    /** What policy and reader get to end a call themselves when its time is over: they know why it took so long. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /**
     * Writes under way are not keyed: after a rescaling two writers could hold those of one memory, and an older upsert could
     * outlive the newer removal, or a query's marker come before the decision ahead of it. One writer for the store and one for
     * the index keep them in order, and fill transactions and batches; both have one outside that takes one at a time.
     */
    private static final int ONE_WRITER = 1;

    private static final int RAW_WRITES_IN_FLIGHT = 1_024;
    private static final int STORE_WRITES_IN_FLIGHT = 1_024;
    private static final int RETRIEVALS_IN_FLIGHT = 256;

    /** What the graph leaves, for sinks: JSON lines of rollouts, unreadable input, undecided events. */
    public record Outputs(
            DataStream<String> rollouts, DataStream<DeadLetter> deadLetters, DataStream<Undecided> undecided) {}

    /**
     * Builds the graph from the lines of a timeline. Up to the raw write it is as parallel as its source, so that the order
     * of the lines holds until events are told apart by entity.
     */
    public Outputs build(DataStream<InputLine> lines) {
        SingleOutputStreamOperator<TimelineRecord> parsed = parse(lines);
        DataStream<TimelineRecord> timeline = streamTime(parsed);

        boolean settled = config.memoryWrite().settled();
        SingleOutputStreamOperator<EntityInput> inputs =
                rawWrite(settled ? timeline : only(timeline, line -> line.event() != null, Uids.EVENTS));
        SingleOutputStreamOperator<PolicyCall> calls = memoryWrite(inputs, config.memoryWrite());
        DataStream<AppliedDecision> applied = applyDecisions(policy(calls));
        SingleOutputStreamOperator<IndexRequest> requests = recordDecision(memoryStore(applied));
        SingleOutputStreamOperator<IndexRequest> due = indexSchedule(requests);
        SingleOutputStreamOperator<MemoryLife> indexed =
                recordIndexed(indexWrite(due, config.index().writing()));

        DataStream<TimelineRecord> queries = settled
                ? gather(indexed.getSideOutput(RecordIndexedFunction.MARKERS))
                : only(timeline, line -> line.query() != null, Uids.QUERIES);
        DataStream<MemoryLife> lives =
                requests.getSideOutput(RecordDecisionFunction.LIVES).union(indexed);
        SingleOutputStreamOperator<String> scored = score(answer(retrieve(queries)), lives);

        DataStream<DeadLetter> deadLetters = dealtOut(parsed.getSideOutput(ParseFunction.DEAD_LETTERS)
                .union(
                        inputs.getSideOutput(ParseFunction.DEAD_LETTERS),
                        scored.getSideOutput(ParseFunction.DEAD_LETTERS)));
        DataStream<String> rollouts = dealtOut(scored.union(
                inputs.getSideOutput(Rollouts.LINES),
                requests.getSideOutput(Rollouts.LINES),
                indexed.getSideOutput(Rollouts.LINES),
                line(calls.getSideOutput(MemoryWriteOperatorFactory.DIGESTS), Rollouts::digest, Uids.DIGEST_ROLLOUTS),
                line(deadLetters, Rollouts::deadLetter, Uids.DEAD_LETTER_ROLLOUTS)));
        return new Outputs(rollouts, deadLetters, requests.getSideOutput(RecordDecisionFunction.UNDECIDED));
    }

    /**
     * Builds the part of the graph that decides, from events which are in the raw store already; it answers no query.
     *
     * @param followsAnother whether a redrive that did not come to its end may have left index writes without an answer
     */
    public Outputs buildRedrive(
            SingleOutputStreamOperator<EntityInput> inputs, Map<String, Long> callsBefore, boolean followsAnother) {
        SingleOutputStreamOperator<PolicyCall> calls =
                memoryWrite(inputs, config.memoryWrite().redriving(callsBefore));
        SingleOutputStreamOperator<IndexRequest> requests = recordDecision(memoryStore(applyDecisions(policy(calls))));
        SingleOutputStreamOperator<IndexRequest> due = indexSchedule(requests);
        SingleOutputStreamOperator<MemoryLife> indexed =
                recordIndexed(indexWrite(due, config.index().writing().followingAnother(followsAnother)));
        DataStream<String> rollouts = dealtOut(requests.getSideOutput(Rollouts.LINES)
                .union(
                        indexed.getSideOutput(Rollouts.LINES),
                        line(
                                calls.getSideOutput(MemoryWriteOperatorFactory.DIGESTS),
                                Rollouts::digest,
                                Uids.DIGEST_ROLLOUTS)));
        return new Outputs(
                rollouts,
                dealtOut(inputs.getSideOutput(ParseFunction.DEAD_LETTERS)), // none: the events were read before
                requests.getSideOutput(RecordDecisionFunction.UNDECIDED));
    }

    /**
     * Dealt out to all, where order means nothing. Edges from subtask to subtask would hold records back behind a checkpoint's
     * barrier, also where checkpoints are unaligned; see docs/adr/0001-policy-loop.md.
     */
    private static <T> DataStream<T> dealtOut(DataStream<T> stream) {
        return stream.rebalance();
    }

    private static <T> DataStream<String> line(DataStream<T> stream, MapFunction<T, String> line, String uid) {
        return stream.map(line).returns(Types.STRING).uid(uid).name(uid);
    }

    private SingleOutputStreamOperator<TimelineRecord> parse(DataStream<InputLine> lines) {
        return lines.process(new ParseFunction(
                        config.runStart(), config.speed(), epoch, config.watchInterval() == null ? null : clock))
                .uid(Uids.PARSE)
                .name("parse")
                .setParallelism(lines.getParallelism());
    }

    private DataStream<TimelineRecord> streamTime(SingleOutputStreamOperator<TimelineRecord> parsed) {
        return parsed.assignTimestampsAndWatermarks(new StreamTimeStrategy(config.runStart(), config.speed(), clock))
                .uid(Uids.STREAM_TIME)
                .name("stream time")
                .setParallelism(parsed.getParallelism());
    }

    private SingleOutputStreamOperator<EntityInput> rawWrite(DataStream<TimelineRecord> arrived) {
        DataStream<RawWritten> written = AsyncDataStream.orderedWait(
                        arrived,
                        new RawWriteFunction(config.runId(), backends),
                        STORE_TIMEOUT.toMillis(),
                        TimeUnit.MILLISECONDS,
                        RAW_WRITES_IN_FLIGHT)
                .uid(Uids.RAW_WRITE)
                .name("raw write")
                .setParallelism(arrived.getParallelism());
        return written.process(new AdmitFunction(epoch))
                .uid(Uids.ADMIT)
                .name("admit once")
                .setParallelism(arrived.getParallelism());
    }

    private SingleOutputStreamOperator<PolicyCall> memoryWrite(
            DataStream<EntityInput> inputs, MemoryWriteSettings settings) {
        return inputs.keyBy(EntityInput::entityId)
                .transform(
                        "memory-write queue",
                        Types.POJO(PolicyCall.class),
                        new MemoryWriteOperatorFactory(settings, config.runId(), backends))
                .uid(Uids.MEMORY_WRITE);
    }

    private DataStream<PolicyDecision> policy(DataStream<PolicyCall> calls) {
        PolicyFunction function = new PolicyFunction(
                config.runId(),
                backends,
                policies,
                new DecisionMaker(config.onPolicyFailure()),
                config.callTimeout().plus(GRACE),
                clock);
        return AsyncDataStream.unorderedWait(
                        calls,
                        function,
                        0,
                        TimeUnit.MILLISECONDS,
                        config.memoryWrite().maxCallsInFlight())
                .uid(Uids.POLICY)
                .name("LLM policy");
    }

    private DataStream<AppliedDecision> applyDecisions(DataStream<PolicyDecision> decisions) {
        return decisions
                .transform("validate + apply", Types.POJO(AppliedDecision.class), new ApplyDecisionsOperatorFactory())
                .uid(Uids.APPLY);
    }

    private DataStream<StoredDecision> memoryStore(DataStream<AppliedDecision> applied) {
        return AsyncDataStream.orderedWait(
                        applied,
                        new MemoryStoreFunction(config.runId(), backends),
                        STORE_TIMEOUT.toMillis(),
                        TimeUnit.MILLISECONDS,
                        STORE_WRITES_IN_FLIGHT)
                .uid(Uids.MEMORY_STORE)
                .name("memory store")
                .setParallelism(ONE_WRITER);
    }

    private SingleOutputStreamOperator<IndexRequest> recordDecision(DataStream<StoredDecision> stored) {
        return stored.process(new RecordDecisionFunction())
                .uid(Uids.RECORD_DECISION)
                .name("record decision")
                .setParallelism(ONE_WRITER);
    }

    private SingleOutputStreamOperator<IndexRequest> indexSchedule(DataStream<IndexRequest> requests) {
        return requests.keyBy(IndexRequest::entityId)
                .process(new IndexScheduleFunction(config.memoryWrite().settled()))
                .uid(Uids.INDEX_SCHEDULE)
                .name("index now / delayed");
    }

    private DataStream<IndexedMemory> indexWrite(DataStream<IndexRequest> requests, IndexWriterOptions writing) {
        IndexWriteFunction function = new IndexWriteFunction(config.runId(), backends, writing, clock);
        DataStream<IndexRequest> untimed = untimed(requests, Uids.INDEX_UNTIMED).setParallelism(ONE_WRITER);
        int inFlight = config.index().maxInFlight();
        // Markers must come out behind the operations before them.
        SingleOutputStreamOperator<IndexedMemory> written = config.memoryWrite().settled()
                ? AsyncDataStream.orderedWait(untimed, function, 0, TimeUnit.MILLISECONDS, inFlight)
                : AsyncDataStream.unorderedWait(untimed, function, 0, TimeUnit.MILLISECONDS, inFlight);
        return written.setParallelism(ONE_WRITER).uid(Uids.INDEX_WRITE).name("embed + vector index");
    }

    private SingleOutputStreamOperator<MemoryLife> recordIndexed(DataStream<IndexedMemory> indexed) {
        return indexed.process(new RecordIndexedFunction())
                .uid(Uids.RECORD_INDEXED)
                .name("record indexed")
                .setParallelism(ONE_WRITER);
    }

    private DataStream<TimelineRecord> gather(DataStream<EntityMarker> markers) {
        return markers.keyBy(GatherMarkersFunction::keyOf)
                .process(new GatherMarkersFunction())
                .uid(Uids.GATHER_MARKERS)
                .name("gather settled queries");
    }

    private DataStream<RetrievedQuery> retrieve(DataStream<TimelineRecord> queries) {
        JobConfig.Retrieval retrieval = config.retrieval();
        return AsyncDataStream.unorderedWait(
                        untimed(queries, Uids.QUERY_UNTIMED).rebalance(),
                        new RetrieveFunction(backends, retrieval.recordedHits(), retrieval.includeGlobal(), clock),
                        retrieval.timeout().toMillis(),
                        TimeUnit.MILLISECONDS,
                        RETRIEVALS_IN_FLIGHT)
                .uid(Uids.RETRIEVE)
                .name("retrieve");
    }

    private DataStream<AnsweredQuery> answer(DataStream<RetrievedQuery> retrieved) {
        AnswerFunction function = new AnswerFunction(
                config.runId(),
                backends,
                readers,
                config.retrieval().topK(),
                config.reader().timeout().plus(GRACE),
                clock);
        return AsyncDataStream.unorderedWait(
                        retrieved,
                        function,
                        0,
                        TimeUnit.MILLISECONDS,
                        config.reader().maxInFlight())
                .uid(Uids.ANSWER)
                .name("answer");
    }

    private SingleOutputStreamOperator<String> score(DataStream<AnsweredQuery> answered, DataStream<MemoryLife> lives) {
        return answered.keyBy(query -> query.retrieved().query().entityIds().get(0))
                .connect(lives.keyBy(MemoryLife::entityId))
                .process(new ScoreFunction(goldFile))
                .uid(Uids.SCORE)
                .name("score");
    }

    private static DataStream<TimelineRecord> only(
            DataStream<TimelineRecord> timeline, FilterFunction<TimelineRecord> kind, String uid) {
        return timeline.filter(kind).uid(uid).name(uid).setParallelism(timeline.getParallelism());
    }

    /** Without watermarks, which would make an unordered wait hold every record behind the slowest before them. */
    private static <T> SingleOutputStreamOperator<T> untimed(DataStream<T> stream, String uid) {
        return stream.assignTimestampsAndWatermarks(WatermarkStrategy.noWatermarks())
                .uid(uid)
                .name("untimed")
                .setParallelism(stream.getParallelism());
    }
}
