package io.fastmemory.job.step;

import io.fastmemory.job.source.GoldLabels;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.scoring.Verdict;
import io.fastmemory.model.scoring.Verdicts;
import io.fastmemory.model.timeline.DatasetLines;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Judges each answer against its label, and joins it with the life of the events it needed.
 *
 * <p>State, per entity: the life of each event that is evidence for a query; it ends when the event has
 * arrived and the last query that needs it is judged.
 *
 * <p>Time: none; a life that comes after the answer is joined by the evaluation, which sees the whole run.
 *
 * <p>Failure: a replayed query is judged again from its logged answer, so its record is the same.
 */
public final class ScoreFunction extends KeyedCoProcessFunction<String, AnsweredQuery, MemoryLife, String> {
    private static final long serialVersionUID = 1L;

    /** Address of the state in a savepoint: never rename. */
    static final MapStateDescriptor<String, EvidenceLife> EVIDENCE =
            new MapStateDescriptor<>("evidence", Types.STRING, Types.POJO(EvidenceLife.class));

    /**
     * What became of one event that is evidence.
     *
     * @param scoredQueries how many of the queries that need it are judged
     */
    public record EvidenceLife(
            @Nullable Instant arrivedAt,
            @Nullable Instant visibleAt,
            @Nullable Instant retrievedAt,
            @Nullable Instant usefulAt,
            int scoredQueries) {
        static final EvidenceLife UNKNOWN = new EvidenceLife(null, null, null, null, 0);
    }

    private final String goldFile;
    private transient GoldLabels gold;
    private transient MapState<String, EvidenceLife> evidence;
    private transient Histogram readyLag;
    private transient Histogram toRetrieved;
    private transient Histogram toUseful;
    private transient Counter succeeded;
    private transient Counter failed;

    @SuppressWarnings("NullAway.Init")
    public ScoreFunction(String goldFile) {
        this.goldFile = goldFile;
    }

    @Override
    public void open(OpenContext context) {
        gold = GoldLabels.load(goldFile);
        evidence = getRuntimeContext().getMapState(EVIDENCE);
        readyLag = StepMetrics.histogram(getRuntimeContext(), "readyLagMillis");
        toRetrieved = StepMetrics.histogram(getRuntimeContext(), "timeToRetrievedMemoryMillis");
        toUseful = StepMetrics.histogram(getRuntimeContext(), "timeToUsefulMemoryMillis");
        succeeded = getRuntimeContext().getMetricGroup().counter("queriesSucceeded");
        failed = getRuntimeContext().getMetricGroup().counter("queriesFailed");
    }

    @Override
    public void processElement1(AnsweredQuery answered, Context context, Collector<String> out) throws Exception {
        Query query = answered.retrieved().query();
        GoldQuery label = gold.query(query.queryId());
        if (AnswerFunction.DUPLICATE_QUERY.equals(answered.outcome().failure())) {
            context.output(ParseFunction.DEAD_LETTERS, duplicate(answered));
            return;
        }
        if (label == null) {
            Position position = Position.of(answered);
            out.collect(Rollouts.write(
                    new InputLine(position.file(), position.line(), "unlabelled_query", null, query.queryId())));
            return;
        }
        QueryLine line = judge(answered, query, label);
        (line.verdict().success() ? succeeded : failed).inc();
        for (int i = 0; i < label.required().size(); i++) {
            Verdict.AskVerdict verdict = line.verdict().asks().get(i);
            for (String eventId : label.required().get(i).evidence()) {
                join(eventId, line, verdict);
            }
        }
        out.collect(Rollouts.write(line));
    }

    private static QueryLine judge(AnsweredQuery answered, Query query, GoldQuery label) {
        RetrievedQuery retrieved = answered.retrieved();
        Verdict verdict = Verdicts.judge(
                query.asks(),
                query.deadlineMs(),
                retrieved.arrivalAt(),
                answered.answeredAt(),
                label,
                answered.outcome().answer(),
                retrieved.hits(),
                answered.readerHits());
        String failure = retrieved.failure() != null
                ? retrieved.failure()
                : answered.outcome().failure();
        return new QueryLine(
                query.queryId(),
                query.entityIds(),
                query.offsetMs(),
                query.deadlineMs(),
                query.text(),
                query.asks(),
                retrieved.arrivalAt(),
                retrieved.retrievedAt(),
                answered.answeredAt(),
                answered.readerHits(),
                retrieved.hits(),
                answered.outcome().answer(),
                failure,
                answered.outcome().repairs(),
                answered.outcome().promptTokens(),
                answered.outcome().completionTokens(),
                answered.outcome().llmCalls(),
                answered.outcome().httpRetries(),
                label,
                verdict,
                null,
                null);
    }

    private void join(String eventId, QueryLine line, Verdict.AskVerdict verdict) throws Exception {
        EvidenceLife life = lifeOf(eventId);
        Instant arrivedAt = life.arrivedAt();
        Instant retrievedAt = life.retrievedAt();
        Instant usefulAt = life.usefulAt();
        if (retrievedAt == null && verdict.retrieved()) {
            retrievedAt = line.retrievedAt();
            measure(toRetrieved, arrivedAt, retrievedAt);
        }
        if (usefulAt == null && line.verdict().success() && verdict.supported()) {
            usefulAt = line.answeredAt();
            measure(toUseful, arrivedAt, usefulAt);
        }
        save(eventId, new EvidenceLife(arrivedAt, life.visibleAt(), retrievedAt, usefulAt, life.scoredQueries() + 1));
    }

    /** Keeps a life until the event has arrived and every query that needs it is judged, in whichever order. */
    private void save(String eventId, EvidenceLife life) throws Exception {
        if (life.arrivedAt() == null || life.scoredQueries() < gold.queriesNeeding(eventId)) {
            evidence.put(eventId, life);
            return;
        }
        evidence.remove(eventId);
        if (evidence.isEmpty()) {
            evidence.clear(); // on the heap backend an emptied map would stay behind per entity
        }
    }

    private static void measure(Histogram histogram, @Nullable Instant from, @Nullable Instant to) {
        if (from != null && to != null) {
            histogram.update(Duration.between(from, to).toMillis());
        }
    }

    @Override
    public void processElement2(MemoryLife step, Context context, Collector<String> out) throws Exception {
        for (int i = 0; i < step.eventIds().size(); i++) {
            String eventId = step.eventIds().get(i);
            boolean ended = step.arrivedAt().isEmpty() && !evidence.contains(eventId);
            if (gold.queriesNeeding(eventId) == 0 || ended) {
                continue;
            }
            EvidenceLife life = lifeOf(eventId);
            Instant arrivedAt = step.arrivedAt().isEmpty()
                    ? life.arrivedAt()
                    : step.arrivedAt().get(i);
            Instant visibleAt = life.visibleAt();
            if (visibleAt == null && step.visibleAt() != null) {
                visibleAt = step.visibleAt();
                measure(readyLag, arrivedAt, visibleAt);
            }
            save(
                    eventId,
                    new EvidenceLife(arrivedAt, visibleAt, life.retrievedAt(), life.usefulAt(), life.scoredQueries()));
        }
    }

    private EvidenceLife lifeOf(String eventId) throws Exception {
        EvidenceLife life = evidence.get(eventId);
        return life == null ? EvidenceLife.UNKNOWN : life;
    }

    private static DeadLetter duplicate(AnsweredQuery answered) {
        Query query = answered.retrieved().query();
        Position position = Position.of(answered);
        return DeadLetter.of(
                DeadLetterCode.DUPLICATE_QUERY,
                position.file(),
                position.line(),
                "/query_id",
                "expected a query id not seen before: " + query.queryId(),
                query.queryId(),
                DatasetLines.of(query).getBytes(StandardCharsets.UTF_8));
    }

    /** Where a query was read. */
    private record Position(String file, long line) {
        static Position of(AnsweredQuery answered) {
            String position = answered.retrieved().position();
            int colon = position.lastIndexOf(':');
            return new Position(position.substring(0, colon), Long.parseLong(position.substring(colon + 1)));
        }
    }
}
