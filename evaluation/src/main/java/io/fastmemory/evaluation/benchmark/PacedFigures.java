package io.fastmemory.evaluation.benchmark;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.metric.TimeMetric;
import io.fastmemory.evaluation.metric.TimeStat;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.VersionLine;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a run took in which nothing queues.
 *
 * @param events events that arrived
 * @param queued those that arrived before the entity's previous event was decided; they say that it was too fast
 * @param indexed those whose memory became visible in the index
 * @param memoryWrite {@code time_to_memory_write}
 * @param indexedMemory {@code time_to_indexed_memory}
 * @param stages where the time went, in the order of the way
 */
public record PacedFigures(
        long events, long queued, long indexed, TimeStat memoryWrite, TimeStat indexedMemory, List<Stage> stages) {
    public PacedFigures {
        stages = List.copyOf(stages);
    }

    /** Reads them off a run. */
    static PacedFigures of(EvalSummary summary, Rollouts rollouts) {
        TimeStat indexedMemory = stat(summary, TimeMetric.TIME_TO_INDEXED_MEMORY);
        return new PacedFigures(
                rollouts.events().size(),
                queued(rollouts),
                indexedMemory.count() - indexedMemory.censored(),
                stat(summary, TimeMetric.TIME_TO_MEMORY_WRITE),
                indexedMemory,
                stages(rollouts));
    }

    private static TimeStat stat(EvalSummary summary, TimeMetric metric) {
        return Objects.requireNonNull(summary.time().get(metric.key()), metric.key());
    }

    private static long queued(Rollouts rollouts) {
        Map<String, Instant> decidedUntil = new HashMap<>();
        long queued = 0;
        for (EventLine event : rollouts.events().stream()
                .sorted(Comparator.comparing(EventLine::arrivalAt))
                .toList()) {
            Instant before = decidedUntil.put(event.entityId(), event.decidedAt());
            queued += before != null && event.arrivalAt().isBefore(before) ? 1 : 0;
        }
        return queued;
    }

    private static List<Stage> stages(Rollouts rollouts) {
        Stage.Collector stages = new Stage.Collector();
        Map<String, CallLine> calls = new HashMap<>();
        for (CallLine call : rollouts.calls()) {
            calls.put(call.entityId() + " " + call.callSeq(), call);
        }
        for (EventLine event : rollouts.events()) {
            CallLine call = calls.get(event.entityId() + " " + event.callSeq());
            Instant answeredAt = call == null ? null : call.answeredAt();
            stages.add("arrival to raw write", event.arrivalAt(), event.rawCommittedAt());
            stages.add("raw write to policy call", event.rawCommittedAt(), event.calledAt());
            stages.add("policy call to answer", event.calledAt(), answeredAt);
            stages.add("answer to decision log", answeredAt, event.decidedAt());
        }
        Map<String, IndexLine> upserts = new HashMap<>();
        for (IndexLine operation : rollouts.indexOperations()) {
            if (operation.operation().equals("upsert")) {
                upserts.put(operation.memoryId() + " " + operation.version(), operation);
            }
        }
        for (VersionLine version : rollouts.versions()) {
            stages.add("decision log to memory store", version.memory().decidedAt(), version.committedAt());
            IndexLine upsert = upserts.get(
                    version.memory().memoryId() + " " + version.memory().version());
            if (upsert != null) {
                stages.add("memory store to index step", version.committedAt(), upsert.submittedAt());
                stages.add("index step to acknowledged", upsert.submittedAt(), upsert.acknowledgedAt());
                stages.add("acknowledged to visible", upsert.acknowledgedAt(), upsert.visibleAt());
            }
        }
        return stages.stages();
    }
}
