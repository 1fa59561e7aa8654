package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.AnswerLog;
import io.fastmemory.connectors.sqlite.AnswerRow;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.reader.Reader;
import io.fastmemory.job.reader.ReaderFactory;
import io.fastmemory.job.reader.ReaderOutcome;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.streaming.api.functions.async.ResultFuture;

/**
 * Lets the reader answer each query from its hits, and logs the answer with what it was given.
 *
 * <p>Failure: a logged answer is used again together with its hits, so a replay changes no verdict.
 */
public final class AnswerFunction extends AsyncStep<RetrievedQuery, AnsweredQuery> {
    private static final long serialVersionUID = 1L;

    private final String runId;
    private final Backends backends;
    private final ReaderFactory readers;
    private final int readerHits;
    private final Duration patience;
    private final Clock clock;
    private transient SqliteFile file;
    private transient AnswerLog log;
    private transient Reader reader;
    private transient Histogram answerMillis;

    /** @param patience how long to wait for a reader that does not keep its own timeout */
    @SuppressWarnings("NullAway.Init")
    public AnswerFunction(
            String runId, Backends backends, ReaderFactory readers, int readerHits, Duration patience, Clock clock) {
        this.runId = runId;
        this.backends = backends;
        this.readers = readers;
        this.readerHits = readerHits;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        file = backends.openStore();
        log = new AnswerLog(file);
        reader = readers.create();
        StepMetrics.endpointGauges(getRuntimeContext(), reader::endpointHealth);
        answerMillis = StepMetrics.histogram(getRuntimeContext(), "answerMillis");
    }

    @Override
    public void asyncInvoke(RetrievedQuery retrieved, ResultFuture<AnsweredQuery> answered) {
        log.find(runId, retrieved.query().queryId())
                .thenAccept(row -> {
                    if (row != null) {
                        complete(retrieved, row, answered);
                    } else {
                        ask(retrieved, answered);
                    }
                })
                .whenComplete((done, failure) -> failJobOn(failure, answered));
    }

    private void ask(RetrievedQuery retrieved, ResultFuture<AnsweredQuery> answered) {
        List<Hit> shown = retrieved
                .hits()
                .subList(0, Math.min(readerHits, retrieved.hits().size()));
        Instant startedAt = clock.instant();
        CompletableFuture<ReaderOutcome> outcome = retrieved.failure() == null
                ? reader.answer(retrieved.query(), shown)
                : CompletableFuture.completedFuture(ReaderOutcome.failed("retrieval_failed"));
        within(patience, outcome, ReaderOutcome.failed("timeout"))
                .thenAccept(result -> {
                    answerMillis.update(
                            Duration.between(startedAt, clock.instant()).toMillis());
                    if (!isEnding()) { // what a closed client says is no answer
                        record(retrieved, shown.size(), result, answered);
                    }
                })
                .whenComplete((done, failure) -> failJobOn(failure, answered));
    }

    private void record(
            RetrievedQuery retrieved, int shown, ReaderOutcome outcome, ResultFuture<AnsweredQuery> answered) {
        AnsweredQuery answer = new AnsweredQuery(retrieved, shown, outcome, Instant.EPOCH);
        log.putIfAbsent(runId, retrieved.query().queryId(), Json.write(answer))
                .thenAccept(row -> complete(retrieved, row, answered))
                .whenComplete((done, failure) -> failJobOn(failure, answered));
    }

    /** Passes on the logged answer; that of another line with the same query id answers nothing here. */
    private static void complete(RetrievedQuery retrieved, AnswerRow row, ResultFuture<AnsweredQuery> answered) {
        AnsweredQuery logged = Json.read(row.payload(), AnsweredQuery.class).loggedAt(row.answeredAt());
        boolean same = logged.retrieved().position().equals(retrieved.position());
        answered.complete(List.of(
                same
                        ? logged
                        : new AnsweredQuery(retrieved, 0, ReaderOutcome.failed(DUPLICATE_QUERY), row.answeredAt())));
    }

    /** Marks a query whose id was taken by another line. */
    static final String DUPLICATE_QUERY = "duplicate_query";

    @Override
    void release() throws Exception {
        if (reader != null) {
            reader.close();
        }
        if (file != null) {
            file.close();
        }
    }
}
