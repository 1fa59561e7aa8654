package io.fastmemory.evaluation.metric;

import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.VersionLine;
import io.fastmemory.model.scoring.EvidenceLife;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The lives of events and memories as a finished run recorded them. Only events that are evidence for a query are kept. */
final class RecordedLife implements EvidenceLife {
    private final Rollouts rollouts;
    private final Map<String, Set<String>> memoriesOfEvent = new HashMap<>();
    private final Map<String, List<MemoryVersion>> versions = new HashMap<>();
    private final Map<String, List<IndexStep>> steps = new HashMap<>();

    RecordedLife(Rollouts rollouts) {
        this.rollouts = rollouts;
        Set<String> evidence = new HashSet<>();
        for (QueryLine query : rollouts.queries()) {
            query.gold().required().forEach(required -> evidence.addAll(required.evidence()));
        }
        for (VersionLine line : rollouts.versions()) {
            MemoryVersion memory = line.memory();
            versions.computeIfAbsent(memory.memoryId(), any -> new ArrayList<>(1))
                    .add(memory);
            for (String eventId : memory.sourceEventIds()) {
                if (evidence.contains(eventId)) {
                    memoriesOfEvent
                            .computeIfAbsent(eventId, any -> new TreeSet<>())
                            .add(memory.memoryId());
                }
            }
        }
        for (IndexLine line : rollouts.indexOperations()) {
            steps.computeIfAbsent(line.memoryId(), any -> new ArrayList<>(1)).add(IndexStep.of(line));
        }
        versions.values().forEach(list -> list.sort(Comparator.comparingInt(MemoryVersion::version)));
        steps.values()
                .forEach(list ->
                        list.sort(Comparator.comparing(IndexStep::requestedAt).thenComparingInt(IndexStep::version)));
    }

    @Override
    public EventLife event(String eventId) {
        EventLine event = rollouts.eventDuringRun(eventId);
        if (event == null) {
            return EventLife.UNKNOWN;
        }
        List<MemoryLife> memories = memoriesOfEvent.getOrDefault(eventId, Set.of()).stream()
                .map(this::memory)
                .toList();
        return EventLife.of(event, rollouts.isIgnored(eventId), rollouts.rejectedActions(event), memories);
    }

    @Override
    public MemoryLife memory(String memoryId) {
        return new MemoryLife(versions.getOrDefault(memoryId, List.of()), steps.getOrDefault(memoryId, List.of()));
    }
}
