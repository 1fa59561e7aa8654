package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.sqlite.AnswerLog;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.connectors.sqlite.StoreException;
import io.fastmemory.job.memory.EntityUnderTest;
import io.fastmemory.job.reader.Reader;
import io.fastmemory.job.reader.ReaderOutcome;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.streaming.util.MockStreamingRuntimeContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerFunctionTest {
    private static final Instant ARRIVAL = EntityUnderTest.START;

    @TempDir
    private Path folder;

    private final HeldReader reader = new HeldReader();
    private StoreOnly world;
    private SqliteFile file;
    private AnswerFunction function;

    @BeforeEach
    void open() throws Exception {
        Path path = folder.resolve("memory.db");
        world = new StoreOnly(path);
        open(Duration.ofMinutes(5));
        file = SqliteFile.open(path, Clock.systemUTC());
    }

    private void open(Duration patience) throws Exception {
        function = new AnswerFunction("r1", world, () -> reader, 2, patience, Clock.systemUTC());
        function.setRuntimeContext(new MockStreamingRuntimeContext(1, 0));
        function.open(DefaultOpenContext.INSTANCE);
    }

    @AfterEach
    void close() throws Exception {
        function.close();
        file.close();
    }

    @Test
    void showsTheReaderTheBestHitsOnlyAndLogsItsAnswer() throws Exception {
        CollectedResult<AnsweredQuery> answered = ask(retrieved("q1", 1, null));
        awaitCall().complete(ReaderOutcome.of(Answer.abstention("one")));

        AnsweredQuery answer = answered.value();
        assertThat(reader.shown).containsExactly(List.of("m0", "m1"));
        assertThat(answer.readerHits()).isEqualTo(2);
        assertThat(answer.retrieved().hits()).as("all are recorded").hasSize(3);
        assertThat(answer.answeredAt())
                .isEqualTo(new AnswerLog(file).find("r1", "q1").get().answeredAt());
    }

    @Test
    void usesALoggedAnswerAgainTogetherWithItsHits() throws Exception {
        CollectedResult<AnsweredQuery> first = ask(retrieved("q1", 3, null));
        awaitCall().complete(ReaderOutcome.of(Answer.abstention("one")));
        AnsweredQuery logged = first.value();

        AnsweredQuery again = ask(retrieved("q1", 0, null)).value();

        assertThat(again).isEqualTo(logged);
        assertThat(reader.shown).hasSize(1);
    }

    @Test
    void doesNotAnswerAnotherLineWithTheSameQueryId() throws Exception {
        CollectedResult<AnsweredQuery> first = ask(retrieved("q1", 1, null));
        awaitCall().complete(ReaderOutcome.of(Answer.abstention("one")));
        first.value();

        AnsweredQuery second = ask(retrieved("q1", 1, null, "stream.jsonl:9")).value();

        assertThat(second.outcome().failure()).isEqualTo("duplicate_query");
        assertThat(second.outcome().answer()).isNull();
        assertThat(second.retrieved().position()).isEqualTo("stream.jsonl:9");
    }

    @Test
    void doesNotAskTheReaderWhenRetrievalFailed() throws Exception {
        AnsweredQuery answer = ask(retrieved("q1", 0, "timeout")).value();

        assertThat(answer.outcome().failure()).isEqualTo("retrieval_failed");
        assertThat(reader.shown).isEmpty();
    }

    @Test
    void logsATimeoutAndDropsTheLateAnswer() throws Exception {
        function.close();
        open(Duration.ofMillis(200));
        CollectedResult<AnsweredQuery> answered = ask(retrieved("q1", 1, null));
        CompletableFuture<ReaderOutcome> pending = awaitCall();

        assertThat(answered.value().outcome().failure()).isEqualTo("timeout");
        assertThat(pending).isCancelled();
        assertThat(new AnswerLog(file).find("r1", "q1").get().payload()).contains("timeout");
    }

    @Test
    void answerThatTheEndOfTheTaskCutsOffIsNotLoggedAndFailsNoStopWithASavepoint() throws Exception {
        CollectedResult<AnsweredQuery> answered = ask(retrieved("q1", 1, null));
        CompletableFuture<ReaderOutcome> cutOff = awaitCall();

        function.close();

        assertThat(cutOff).isCompleted();
        assertThat(answered.isDone()).isFalse();
        assertThat(new AnswerLog(file).find("r1", "q1").get()).isNull();
    }

    @Test
    void failsWhenTheLogCannotBeReadOrWritten() throws Exception {
        CollectedResult<AnsweredQuery> underWay = ask(retrieved("q1", 1, null));
        CompletableFuture<ReaderOutcome> pending = awaitCall();
        file.close();
        world.fail();
        pending.complete(ReaderOutcome.of(Answer.abstention("one")));

        assertThat(underWay.rootCause()).isInstanceOf(StoreException.class);
        assertThat(ask(retrieved("q2", 1, null)).rootCause()).isInstanceOf(StoreException.class);
    }

    @Test
    void failsOnARowThisProgramDidNotWrite() throws Exception {
        new AnswerLog(file).putIfAbsent("r1", "q1", "{}x").get();

        assertThat(ask(retrieved("q1", 1, null)).failure()).hasStackTraceContaining("not a valid AnsweredQuery");
    }

    /** The pending outcome of the next call, once the step that asked for it has nothing left to do. */
    private CompletableFuture<ReaderOutcome> awaitCall() throws Exception {
        CompletableFuture<ReaderOutcome> pending = reader.await();
        new AnswerLog(file).find("r1", "q1").get(); // the file's reader goes on only when the step is through
        return pending;
    }

    private CollectedResult<AnsweredQuery> ask(RetrievedQuery query) {
        CollectedResult<AnsweredQuery> answered = new CollectedResult<>();
        function.asyncInvoke(query, answered);
        return answered;
    }

    private static RetrievedQuery retrieved(String queryId, int newestSourceMs, @Nullable String failure) {
        return retrieved(queryId, newestSourceMs, failure, "stream.jsonl:4");
    }

    private static RetrievedQuery retrieved(
            String queryId, int newestSourceMs, @Nullable String failure, String position) {
        Query query = new Query(
                queryId, List.of("ann"), null, 0, null, "Which tea?", List.of(new Ask("a1", "Ann", null)), null);
        List<Hit> hits = new ArrayList<>();
        for (int i = 0; failure == null && i < 3; i++) {
            hits.add(new Hit("m" + i, 1, 0.9 - i, "content", List.of(), List.of("e1"), false, newestSourceMs));
        }
        return new RetrievedQuery(query, position, ARRIVAL, failure == null ? ARRIVAL : null, hits, failure);
    }

    /** A reader whose answers the test gives. */
    private static final class HeldReader implements Reader {
        private final List<List<String>> shown = new CopyOnWriteArrayList<>();
        private final BlockingQueue<CompletableFuture<ReaderOutcome>> asked = new LinkedBlockingQueue<>();
        private final List<CompletableFuture<ReaderOutcome>> underWay = new CopyOnWriteArrayList<>();

        @Override
        public CompletableFuture<ReaderOutcome> answer(Query query, List<Hit> hits) {
            shown.add(hits.stream().map(Hit::memoryId).toList());
            CompletableFuture<ReaderOutcome> outcome = new CompletableFuture<>();
            asked.add(outcome);
            underWay.add(outcome);
            return outcome;
        }

        CompletableFuture<ReaderOutcome> await() throws InterruptedException {
            CompletableFuture<ReaderOutcome> outcome = asked.poll(20, TimeUnit.SECONDS);
            assertThat(outcome).as("the reader is asked").isNotNull();
            return outcome;
        }

        @Override
        public void close() {
            underWay.forEach(outcome -> outcome.complete(ReaderOutcome.failed("connection")));
        }
    }
}
