package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.index.IndexWriterOptions;
import io.fastmemory.job.memory.IndexRequest;
import io.fastmemory.job.world.InstructedModel;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.RunClock;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Layer;
import io.fastmemory.model.Scope;
import io.fastmemory.model.rollout.IndexLine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.MockStreamingRuntimeContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests as the schedule passes them on in two attempts of a job, of which the first fails before its checkpoint. */
class IndexWriteFunctionTest {
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

    /** The lines of a request that comes in an attempt of the job when stream time has come so far. */
    private List<IndexLine> attempt(long streamMs, IndexRequest request) throws Exception {
        IndexWriteFunction function =
                new IndexWriteFunction("r1", world.backends(), IndexWriterOptions.DEFAULTS, new RunClock());
        function.setRuntimeContext(new MockStreamingRuntimeContext(1, 0));
        function.open(DefaultOpenContext.INSTANCE);
        List<IndexLine> lines = new ArrayList<>();
        for (IndexRequest passedOn : scheduled(streamMs, request)) {
            CollectedResult<IndexedMemory> written = new CollectedResult<>();
            function.asyncInvoke(passedOn, written);
            lines.add(written.value().line());
        }
        function.close();
        return lines;
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
        IndexDocument document = new IndexDocument(
                "ann:m1.0",
                1,
                "ann",
                Scope.USER,
                null,
                Layer.FACT,
                "parking spot 7",
                List.of(),
                List.of("e1"),
                false,
                0,
                0,
                0,
                null,
                false);
        return new IndexRequest(
                "ann",
                "ann:m1.0",
                1,
                1,
                action,
                document,
                100,
                dueMs,
                expiresMs,
                Instant.EPOCH,
                Instant.EPOCH,
                false,
                null,
                null);
    }
}
