package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.job.memory.IndexRequest;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Layer;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IndexScheduleFunctionTest {
    private KeyedOneInputStreamOperatorTestHarness<String, IndexRequest, IndexRequest> harness;
    private int seen;

    @BeforeEach
    void open() throws Exception {
        harness = start(null);
    }

    @AfterEach
    void holdsNothingAtTheEnd() throws Exception {
        harness.processWatermark(Long.MAX_VALUE);
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numEventTimeTimers()).isZero();
        harness.close();
    }

    private boolean settled;

    @Test
    void inASettledRunADelayedRequestWaitsForItsEntitysNextMarkerBehindItsTime() throws Exception {
        restartSettled();
        IndexRequest delayed = write("m1", 1, "delay_index", 5_000, null);
        IndexRequest before = IndexRequest.passing(marker(4_999));
        IndexRequest after = IndexRequest.passing(marker(5_000));

        harness.processWatermark(9_000);
        send(delayed, before);
        assertThat(released()).containsExactly(before);
        send(after);
        assertThat(released()).containsExactly(delayed, after);
    }

    @Test
    void inASettledRunAVectorExpiresBeforeTheMarkerBehindItsTime() throws Exception {
        restartSettled();
        IndexRequest written = write("m1", 1, "index_now", 100, 2_000L);
        IndexRequest before = IndexRequest.passing(marker(1_999));
        IndexRequest after = IndexRequest.passing(marker(2_000));

        send(written, before, after);

        assertThat(released()).containsExactly(written, before, written.expiry(), after);
    }

    @Test
    void inASettledRunADueRequestIsNotReplacedByALaterOne() throws Exception {
        restartSettled();
        IndexRequest first = write("m1", 1, "delay_index", 5_000, null);
        IndexRequest removal = removal("m1", 1, 8_000);

        send(first, removal);

        assertThat(released()).containsExactly(first, removal);
    }

    private void restartSettled() throws Exception {
        harness.close();
        settled = true;
        harness = start(null);
    }

    private static EntityMarker marker(long offsetMs) {
        Query query = new Query("q" + offsetMs, List.of("ann"), null, offsetMs, null, "?", List.of(), null);
        return new EntityMarker("ann", offsetMs, query, "stream.jsonl", offsetMs, Instant.EPOCH);
    }

    private KeyedOneInputStreamOperatorTestHarness<String, IndexRequest, IndexRequest> start(
            @Nullable OperatorSubtaskState state) throws Exception {
        var made = new KeyedOneInputStreamOperatorTestHarness<String, IndexRequest, IndexRequest>(
                new KeyedProcessOperator<>(new IndexScheduleFunction(settled)), IndexRequest::entityId, Types.STRING);
        if (state != null) {
            made.initializeState(state);
        }
        made.open();
        seen = 0;
        return made;
    }

    @Test
    void passesOnAtOnceWhatIsNotDelayed() throws Exception {
        IndexRequest now = write("m1", 1, "index_now", 5_000, null);
        IndexRequest removal = removal("m2", 1, 5_000);

        send(now, removal);

        assertThat(released()).containsExactly(now, removal);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void holdsADelayedRequestUntilStreamTimeReachesItsDueTime() throws Exception {
        IndexRequest delayed = write("m1", 1, "delay_index", 5_000, null);
        send(delayed);

        harness.processWatermark(4_999);
        assertThat(released()).isEmpty();
        harness.processWatermark(5_000);
        assertThat(released()).containsExactly(delayed);
        assertThat(harness.numKeyedStateEntries()).isZero();
        harness.processWatermark(6_000);
        assertThat(released()).isEmpty();
    }

    @Test
    void passesOnAtOnceADelayedRequestThatIsDueAlready() throws Exception {
        harness.processWatermark(5_000);
        IndexRequest late = write("m1", 1, "delay_index", 5_000, null);

        send(late);

        assertThat(released()).containsExactly(late);
    }

    @Test
    void replacesAPendingRequestByTheNextOfItsMemory() throws Exception {
        IndexRequest second = write("m1", 2, "delay_index", 8_000, null);
        send(write("m1", 1, "delay_index", 5_000, null), second);

        harness.processWatermark(7_999);
        assertThat(released()).isEmpty();
        harness.processWatermark(8_000);
        assertThat(released()).containsExactly(second);
        assertThat(takenBack()).containsExactly("m1/1 due 5000");
    }

    @Test
    void replacesAPendingRequestByAnImmediateOne() throws Exception {
        IndexRequest now = write("m1", 2, "index_now", 100, null);
        send(write("m1", 1, "delay_index", 5_000, null), now);

        harness.processWatermark(9_000);

        assertThat(released()).containsExactly(now);
        assertThat(takenBack()).containsExactly("m1/1 due 5000");
    }

    @Test
    void withdrawsAPendingRequestWhenItsMemoryLeavesTheIndex() throws Exception {
        IndexRequest removal = removal("m1", 1, 100);
        send(write("m1", 1, "delay_index", 5_000, null), removal);

        harness.processWatermark(9_000);

        assertThat(released()).containsExactly(removal);
        assertThat(takenBack()).containsExactly("m1/1 due 5000");
    }

    @Test
    void keepsMemoriesAndEntitiesApart() throws Exception {
        IndexRequest other = write("bob", "m1", 1, "delay_index", 5_000, null);
        IndexRequest sibling = write("m2", 1, "delay_index", 5_000, null);
        send(write("m1", 1, "delay_index", 5_000, null), other, sibling, removal("m1", 1, 100));
        released();

        harness.processWatermark(5_000);

        assertThat(released()).containsExactlyInAnyOrder(other, sibling);
    }

    @Test
    void removesTheVectorWhenItsMemoryExpires() throws Exception {
        send(write("m1", 3, "index_now", 100, 2_000L));
        released();

        harness.processWatermark(1_999);
        assertThat(released()).isEmpty();
        harness.processWatermark(2_000);

        assertThat(released()).singleElement().satisfies(expiry -> {
            assertThat(expiry.action()).isEqualTo("expired");
            assertThat(expiry.document()).isNull();
            assertThat(expiry.memoryId()).isEqualTo("m1");
            assertThat(expiry.version()).isEqualTo(3);
            assertThat(expiry.atEnd()).isFalse();
        });
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void expiresADelayedVectorToo() throws Exception {
        send(write("m1", 1, "delay_index", 1_000, 2_000L));

        harness.processWatermark(3_000);

        assertThat(released()).extracting(IndexRequest::action).containsExactly("delay_index", "expired");
    }

    @Test
    void doesNotIndexAtAllWhatWouldHaveExpiredByThen() throws Exception {
        send(write("m1", 1, "delay_index", 2_000, 2_000L));

        harness.processWatermark(5_000);

        assertThat(released()).isEmpty();
        assertThat(takenBack()).containsExactly("m1/1 due 2000");
    }

    @Test
    void forgetsTheExpiryOfAVectorThatLeftBefore() throws Exception {
        IndexRequest removal = removal("m1", 1, 200);
        send(write("m1", 1, "index_now", 100, 2_000L), removal);
        released();

        harness.processWatermark(5_000);

        assertThat(released()).isEmpty();
    }

    @Test
    void doesWhatIsPendingWhenTheInputEndsAndFlagsIt() throws Exception {
        IndexRequest delayed = write("m1", 1, "delay_index", 500_000, null);
        send(delayed, write("m2", 1, "index_now", 100, 900_000L));
        released();

        harness.processWatermark(Long.MAX_VALUE);

        assertThat(released()).as("and nothing expires by it").containsExactly(delayed.flaggedAtEnd());
        assertThat(delayed.flaggedAtEnd().atEnd()).isTrue();
    }

    @Test
    void doesNotIndexWhatHasExpiredWhenItsDecisionComesLate() throws Exception {
        harness.processWatermark(2_000);
        IndexRequest late = write("m1", 1, "index_now", 100, 2_000L);

        send(late);

        assertThat(takenBack()).containsExactly("m1/1 due 100");
        assertThat(released())
                .as("an attempt before a failure of the job may have come in time")
                .containsExactly(late.expiry());
        harness.processWatermark(3_000);
        assertThat(released()).isEmpty();
    }

    @Test
    void anEarlierRequestStaysWhenTheNextWouldComeAfterTheMemorysEnd() throws Exception {
        IndexRequest first = write("m1", 1, "delay_index", 1_000, 2_000L);
        send(first, write("m1", 1, "delay_index", 2_000, 2_000L));
        assertThat(takenBack()).containsExactly("m1/1 due 2000");

        harness.processWatermark(1_000);
        assertThat(released()).containsExactly(first);
        harness.processWatermark(2_000);
        assertThat(released()).containsExactly(first.expiry());
    }

    @Test
    void removesWhatHasExpiredByTheEndOfItsEntitysInput() throws Exception {
        IndexRequest written = write("m1", 1, "index_now", 100, 2_000L);
        IndexRequest later = write("m2", 1, "index_now", 100, 2_001L);
        IndexRequest end = IndexRequest.passing(EntityMarker.endOfInput("ann", 2_000));
        send(written, later);
        released();

        send(end); // the watermark is behind

        assertThat(released()).containsExactly(written.expiry(), end);
        harness.processWatermark(9_000); // as it may after a restart
        assertThat(released()).isEmpty();
    }

    @Test
    void doesWhatIsPendingAtTheEndOfItsEntitysInputForGood() throws Exception {
        IndexRequest delayed = write("m1", 1, "delay_index", 5_000, 6_000L);
        IndexRequest end = IndexRequest.passing(EntityMarker.endOfInput("ann", 2_000));
        send(delayed, end);

        assertThat(released()).containsExactly(delayed.flaggedAtEnd(), end);
        harness.processWatermark(9_000);
        assertThat(released()).isEmpty();
    }

    @Test
    void takesBackNothingOfWhatIsHandedOn() throws Exception {
        send(write("m1", 1, "delay_index", 5_000, null), write("m2", 1, "index_now", 100, null), removal("m2", 1, 200));

        harness.processWatermark(5_000);

        assertThat(released()).hasSize(3);
        assertThat(takenBack()).isEmpty();
    }

    @Test
    void goesOnAfterARestore() throws Exception {
        IndexRequest delayed = write("m1", 1, "delay_index", 5_000, 9_000L);
        send(delayed, write("m2", 4, "index_now", 100, 7_000L));
        harness.processWatermark(1_000);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();

        harness = start(snapshot);
        harness.processWatermark(4_999);
        assertThat(released()).isEmpty();
        harness.processWatermark(10_000);

        assertThat(released())
                .extracting(request -> request.memoryId() + " " + request.action())
                .containsExactly("m1 delay_index", "m2 expired", "m1 expired");
    }

    private void send(IndexRequest... requests) throws Exception {
        for (IndexRequest request : requests) {
            harness.processElement(request, 0);
        }
    }

    /** What came out since the last time, without what was taken back. */
    private List<IndexRequest> released() {
        List<IndexRequest> all = new ArrayList<>(harness.extractOutputValues());
        List<IndexRequest> fresh = all.subList(seen, all.size());
        seen = all.size();
        return fresh.stream().filter(request -> request.takenBackAt() == null).toList();
    }

    /** The requests that were passed on as taken back. */
    private List<String> takenBack() {
        return harness.extractOutputValues().stream()
                .filter(request -> request.takenBackAt() != null)
                .map(taken -> "%s/%d due %d".formatted(taken.memoryId(), taken.version(), taken.dueStreamMs()))
                .toList();
    }

    private static IndexRequest write(
            String memoryId, int version, String action, long dueMs, @Nullable Long expiresMs) {
        return write("ann", memoryId, version, action, dueMs, expiresMs);
    }

    static IndexRequest write(
            String entityId, String memoryId, int version, String action, long dueMs, @Nullable Long expiresMs) {
        IndexDocument document = new IndexDocument(
                memoryId,
                version,
                entityId,
                Scope.USER,
                null,
                Layer.FACT,
                "content",
                List.of(),
                List.of("e1"),
                false,
                0,
                0,
                0,
                null,
                false);
        return new IndexRequest(
                entityId,
                memoryId,
                version,
                1,
                action,
                document,
                0,
                dueMs,
                expiresMs,
                Instant.EPOCH,
                Instant.EPOCH,
                false,
                null,
                null);
    }

    private static IndexRequest removal(String memoryId, int version, long dueMs) {
        return new IndexRequest(
                "ann",
                memoryId,
                version,
                2,
                "stale",
                null,
                dueMs,
                dueMs,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                false,
                null,
                null);
    }
}
