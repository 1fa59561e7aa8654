package io.fastmemory.job;

import io.fastmemory.connectors.sqlite.DecisionLog;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.DecisionOutcome;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.DigestLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of a run that has ended is to be decided again: the events its last recorded state knows as parked.
 *
 * <p>Rows of the log beyond that state are of a redrive that did not come to its end. They are not counted here, so that
 * their events are claimed again under the same numbers: the log then answers instead of the model, and what they did to
 * store, index and rollouts is completed.
 *
 * @param events in the order of each entity's calls
 * @param callsBefore calls of each of their entities in the recorded state, from which the log rebuilds its memory
 * @param streamMs stream time of the run's end: decisions count from it, behind all the run has seen
 */
public record Redrive(List<ArrivedEvent> events, Map<String, Long> callsBefore, long streamMs) {
    public Redrive {
        events = List.copyOf(events);
        callsBefore = Map.copyOf(callsBefore);
    }

    /**
     * Reads a run's log.
     *
     * @param states the last recorded state of each entity
     */
    public static Redrive of(DecisionLog log, String runId, Collection<DigestLine.State> states) {
        List<ArrivedEvent> parked = new ArrayList<>();
        Map<String, Long> callsBefore = new HashMap<>();
        long streamMs = 0;
        for (DigestLine.State state : states) {
            List<Decision> decisions = log.findFrom(runId, state.entityId(), 1).join().stream()
                    .filter(row -> row.callSeq() <= state.calls())
                    .map(row -> Json.read(row.payload(), Decision.class))
                    .toList();
            for (Decision decision : decisions) {
                streamMs = Math.max(streamMs, decision.streamMs());
            }
            streamMs = Math.max(streamMs, state.streamMs() + 1); // a watermark of t says that t is over
            Collection<ArrivedEvent> ofEntity = parked(decisions);
            parked.addAll(ofEntity);
            if (!ofEntity.isEmpty()) {
                callsBefore.put(state.entityId(), state.calls());
            }
        }
        long atEnd = streamMs;
        return new Redrive(parked.stream().map(event -> event.redrivenAt(atEnd)).toList(), callsBefore, atEnd);
    }

    /** The events whose last outcome is to be parked, in their order. */
    private static Collection<ArrivedEvent> parked(List<Decision> decisions) {
        Map<String, ArrivedEvent> parked = new LinkedHashMap<>();
        for (Decision decision : decisions) {
            for (ArrivedEvent event : decision.events()) {
                if (decision.outcome() == DecisionOutcome.PARKED) {
                    parked.putIfAbsent(event.event().eventId(), event);
                } else {
                    parked.remove(event.event().eventId());
                }
            }
        }
        return parked.values();
    }

    /** Whether nothing is parked. */
    public boolean isEmpty() {
        return events.isEmpty();
    }
}
