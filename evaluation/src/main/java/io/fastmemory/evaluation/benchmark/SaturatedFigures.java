package io.fastmemory.evaluation.benchmark;

import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.EventLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a run achieved in which every entity's events all wait from the start.
 *
 * <p>An entity's rate is its events over the time from its first policy call to its last logged decision. Its first call
 * finds only what had arrived by then, which is no saturation yet; so there is a second rate without that call and its
 * events, as warm-up.
 *
 * @param events events that were decided
 * @param indexOperations operations on the index that ran beside them
 * @param llmCalls requests to the model, repairs included
 * @param slowestRate events decided per second of the slowest entity
 * @param medianRate the same of the median entity
 * @param fastestRate the same of the fastest entity
 * @param slowestWarmRate the rate of the slowest entity without every entity's first call
 * @param stages where an entity's time went between its calls
 */
public record SaturatedFigures(
        long events,
        long indexOperations,
        long llmCalls,
        int entities,
        double slowestRate,
        double medianRate,
        double fastestRate,
        double slowestWarmRate,
        List<Stage> stages) {
    private static final double MILLIS_PER_SECOND = 1_000;

    public SaturatedFigures {
        stages = List.copyOf(stages);
    }

    /** Model requests for one event. */
    public double callsPerEvent() {
        return (double) llmCalls / events;
    }

    /** Reads them off a run; events that were parked count as not decided. */
    static SaturatedFigures of(Rollouts rollouts) {
        List<EventLine> decided = rollouts.events().stream()
                .filter(event -> event.outcome().equals("decided"))
                .toList();
        List<Double> rates = rates(decided.stream());
        return new SaturatedFigures(
                decided.size(),
                rollouts.indexOperations().size(),
                rollouts.calls().stream().mapToLong(CallLine::llmCalls).sum(),
                rates.size(),
                rates.get(0),
                rates.get((rates.size() - 1) / 2),
                rates.get(rates.size() - 1),
                rates(decided.stream().filter(event -> event.callSeq() > 1)).get(0),
                stages(rollouts));
    }

    /** Events per second of each entity, slowest first. */
    private static List<Double> rates(Stream<EventLine> events) {
        Map<String, Decided> byEntity = new TreeMap<>();
        events.forEach(event ->
                byEntity.merge(event.entityId(), new Decided(1, event.calledAt(), event.decidedAt()), Decided::and));
        if (byEntity.isEmpty()) {
            throw new IllegalArgumentException("expected decided events of more than one call of an entity: none");
        }
        return byEntity.values().stream().map(Decided::perSecond).sorted().toList();
    }

    private static List<Stage> stages(Rollouts rollouts) {
        Stage.Collector stages = new Stage.Collector();
        Map<String, List<CallLine>> byEntity = new TreeMap<>();
        for (CallLine call : rollouts.calls()) {
            byEntity.computeIfAbsent(call.entityId(), any -> new ArrayList<>()).add(call);
        }
        for (List<CallLine> calls : byEntity.values()) {
            calls.sort(Comparator.comparingLong(CallLine::callSeq));
            Instant before = null;
            for (CallLine call : calls) {
                stages.add("policy call to answer", call.calledAt(), call.answeredAt());
                stages.add("answer to decision log", call.answeredAt(), call.decidedAt());
                stages.add("decision log to next call", before, call.calledAt());
                before = call.decidedAt();
            }
        }
        return stages.stages();
    }

    /** What was decided of one entity, and from when to when that took. */
    private record Decided(long events, Instant from, Instant to) {
        Decided and(Decided other) {
            return new Decided(
                    events + other.events,
                    from.isBefore(other.from) ? from : other.from,
                    to.isAfter(other.to) ? to : other.to);
        }

        double perSecond() {
            return events * MILLIS_PER_SECOND / Stage.millis(from, to);
        }
    }
}
