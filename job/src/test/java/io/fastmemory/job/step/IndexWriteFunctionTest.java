package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.index.IndexWriterOptions;
import io.fastmemory.connectors.sqlite.IndexJournal;
import io.fastmemory.connectors.sqlite.IndexTimes;
import io.fastmemory.job.memory.IndexRequest;
import io.fastmemory.job.world.InstructedModel;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.RunClock;
import io.fastmemory.model.rollout.IndexLine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.MockStreamingRuntimeContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests as the schedule passes them on in two attempts of a job, of which the first fails before its checkpoint. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class IndexWriteFunctionTest {
    private static final JobID JOB = new JobID(); // of each attempt

    @TempDir
    private Path folder;

    private OutsideWorld world;

    @BeforeEach
    void open() {
        world = OutsideWorld.open("r1", folder.resolve("memory.db"), Duration.ofMillis(50), new InstructedModel());
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void whatExpiresWhileTheJobIsDownLeavesTheIndexAndKeepsItsTimes() throws Exception {
        IndexRequest request = request("index_now", 100, 2_000);

        List<IndexLine> before = attempt(1_000, request);
        assertThat(world.indexed()).containsOnlyKeys("ann:m1.0");
        List<IndexLine> after = attempt(2_000, request);

        assertThat(world.indexed()).isEmpty();
        assertThat(after).extracting(IndexLine::action).containsExactly("index_now", "expired");
        assertThat(after.get(0).superseded()).isTrue();
        assertThat(after.get(0).visibleAt())
                .as("readers saw it then")
                .isNotNull()
                .isEqualTo(before.get(0).visibleAt());
    }

    @Test
    void whatExpiresBeforeItIsWrittenHasNoTimes() throws Exception {
        List<IndexLine> lines = attempt(2_000, request("index_now", 100, 2_000));

        assertThat(lines).extracting(IndexLine::superseded).containsExactly(true, false);
        assertThat(lines.get(0).acknowledgedAt()).isNull();
        assertThat(lines.get(0).visibleAt()).isNull();
        assertThat(world.indexed()).isEmpty();
    }

    @Test
    void whatWouldComeAfterItsMemorysEndIsNotWritten() throws Exception {
        List<IndexLine> lines = attempt(0, request("delay_index", 2_000, 2_000));

        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line.superseded()).isTrue();
            assertThat(line.submittedAt()).isEqualTo(line.requestedAt());
        });
        assertThat(world.indexed()).isEmpty();
    }

    @Test
    void whatReadersHaveSeenKeepsItsTimeThoughTheJobFailsWhileLateEffectsAreWatchedFor() throws Exception {
        IndexJournal journal = new IndexJournal(world.store());
        attempt(0, request("index_now", 100, 2_000)); // so that the next one follows another
        IndexWriteFunction function = open(IndexWriterOptions.DEFAULTS);
        CollectedResult<IndexedMemory> held = new CollectedResult<>();
        function.asyncInvoke(request(2, "index_now", 100, 2_000), held);
        IndexTimes seen = null;
        while (seen == null) {
            seen = journal.find("r1", "ann:m1.0", 2, "upsert").join();
        }
        assertThat(held.isDone()).as("it is watched for half a minute").isFalse();
        function.close();

        IndexLine line = attempt(0, request(2, "index_now", 100, 2_000)).get(0);

        assertThat(line.visibleAt()).isEqualTo(seen.visibleAt()).isNotNull();
        assertThat(line.acknowledgedAt()).isEqualTo(seen.acknowledgedAt()).isNotNull();
    }

    /** The lines of a request that comes in an attempt of the job when stream time has come so far. */
    private List<IndexLine> attempt(long streamMs, IndexRequest request) throws Exception {
        IndexWriteFunction function =
                open(IndexWriterOptions.DEFAULTS.withWriteTimeouts(Duration.ofMinutes(1), Duration.ofMillis(300)));
        List<IndexLine> lines = new ArrayList<>();
        for (IndexRequest passedOn : scheduled(streamMs, request)) {
            CollectedResult<IndexedMemory> written = new CollectedResult<>();
            function.asyncInvoke(passedOn, written);
            lines.add(written.value().line());
        }
        function.close();
        return lines;
    }

    private IndexWriteFunction open(IndexWriterOptions options) throws Exception {
        IndexWriteFunction function = new IndexWriteFunction("r1", world.backends(), options, new RunClock());
        function.setRuntimeContext(new MockStreamingRuntimeContext(
                1, 0, new MockEnvironmentBuilder().setJobID(JOB).build()));
        function.open(DefaultOpenContext.INSTANCE);
        return function;
    }

    private static List<IndexRequest> scheduled(long streamMs, IndexRequest request) throws Exception {
        try (var harness = new KeyedOneInputStreamOperatorTestHarness<String, IndexRequest, IndexRequest>(
                new KeyedProcessOperator<>(new IndexScheduleFunction(false)), IndexRequest::entityId, Types.STRING)) {
            harness.open();
            harness.processWatermark(streamMs);
            harness.processElement(request, 0);
            return List.copyOf(harness.extractOutputValues());
        }
    }

    private static IndexRequest request(String action, long dueMs, long expiresMs) {
        return request(1, action, dueMs, expiresMs);
    }

    private static IndexRequest request(int version, String action, long dueMs, long expiresMs) {
        return IndexScheduleFunctionTest.write("ann", "ann:m1.0", version, action, dueMs, expiresMs);
    }
}
