package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.ENTITY;
import static io.fastmemory.evaluation.metric.RecordedRun.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary.StoragePoint;
import io.fastmemory.model.Fact;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.VersionLine;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageHistoryTest {
    private static final Fact RED = Fact.of("bike", "colour", "red");

    private final RecordedRun run = new RecordedRun().add(RecordedRun.run("r1", 2, 0));

    @Test
    void followsActiveAndWrittenTokensAndVectors() {
        run.version("m1", 1, 0, 1000, RED, "e1")
                .version("m1", 2, 1, 2000, RED, "e1")
                .version("m2", 1, 1, 2000, RED, "e2")
                .upsert("m1", 1, 0, 1000, 1500L)
                .upsert("m1", 2, 1, 2000, 2500L);
        stale("m1", 3, 4000);
        run.add(new IndexLine(
                        "m1", 3, ENTITY, 2, "delete", "stale", 1, false, at(4000), at(4001), at(4002), at(5000), false,
                        null))
                .add(RecordedRun.end("r1", 10_000));

        List<StoragePoint> history = StorageHistory.of(run.rollouts());

        assertThat(history).hasSize(101);
        assertThat(history.get(9)).isEqualTo(new StoragePoint(900, 0, 0, 0));
        assertThat(history.get(10)).isEqualTo(new StoragePoint(1000, 10, 10, 0));
        assertThat(history.get(15)).isEqualTo(new StoragePoint(1500, 10, 10, 1));
        assertThat(history.get(20)).isEqualTo(new StoragePoint(2000, 20, 30, 1));
        assertThat(history.get(40)).isEqualTo(new StoragePoint(4000, 10, 30, 1));
        assertThat(history.get(100)).isEqualTo(new StoragePoint(10_000, 10, 30, 0));
    }

    @Test
    void isEmptyWhereNothingWasWritten() {
        assertThat(StorageHistory.of(run.rollouts())).isEmpty();
    }

    private void stale(String memoryId, int version, long committedMs) {
        run.version(memoryId, version, 2, committedMs, RED, "e1");
        VersionLine line = (VersionLine) run.lines.remove(run.lines.size() - 1);
        MemoryVersion memory = line.memory();
        run.add(new VersionLine(
                new MemoryVersion(
                        memory.memoryId(),
                        memory.version(),
                        memory.entityId(),
                        memory.scope(),
                        memory.sessionId(),
                        memory.callSeq(),
                        MemoryStatus.STALE,
                        memory.layer(),
                        memory.content(),
                        memory.facts(),
                        memory.tokens(),
                        memory.sourceEventIds(),
                        memory.verbatim(),
                        memory.fallback(),
                        memory.supersededBy(),
                        memory.createdStreamMs(),
                        memory.updatedStreamMs(),
                        memory.newestSourceMs(),
                        memory.eventTime(),
                        memory.expiresStreamMs(),
                        memory.decidedAt()),
                line.committedAt()));
    }
}
