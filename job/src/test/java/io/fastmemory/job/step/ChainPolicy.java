package io.fastmemory.job.step;

import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.DecisionOutcome;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.model.Event;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.MemoryView;
import io.fastmemory.model.PolicyAnswer;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.DigestLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A policy whose memory proves its history: each entity has one memory, whose content is the chain of its events.
 *
 * <p>It keeps a decision log as the job does: what is logged is used, what is not is asked and logged.
 */
final class ChainPolicy {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Map<String, Decision> log = new HashMap<>();
    private final Map<String, Map<Long, Decision>> byEntity = new TreeMap<>();
    private final List<String> askedAfterLogged = new ArrayList<>();
    private final Map<String, MemoryVersion> versions = new HashMap<>();

    static List<ArrivedEvent> events(int entities, int count) {
        List<ArrivedEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long offsetMs = i * 100L;
            // A hot entity gets every second event, so that its queue grows.
            String entityId = "entity-" + (i % 2 == 0 ? 0 : i % entities);
            Event event = new Event(
                    "e-" + i,
                    entityId,
                    Scope.USER,
                    null,
                    offsetMs,
                    START.plusMillis(offsetMs),
                    "test",
                    "event " + i,
                    Urgency.NORMAL,
                    Map.of());
            events.add(new ArrivedEvent(event, START.plusMillis(offsetMs), START.plusMillis(offsetMs + 1)));
        }
        return events;
    }

    /** What a call is answered with: the logged decision if there is one. */
    Decision decide(PolicyCall call) {
        String key = call.entityId() + "#" + call.callSeq();
        Decision logged = log.get(key);
        if (logged != null) {
            return logged;
        }
        List<String> ids = call.events().stream().map(e -> e.event().eventId()).toList();
        byEntity.getOrDefault(call.entityId(), Map.of()).values().stream()
                .flatMap(decision -> decision.events().stream())
                .map(event -> event.event().eventId())
                .filter(ids::contains)
                .forEach(askedAfterLogged::add);
        Decision decision = decisionOf(call);
        log.put(key, decision);
        byEntity.computeIfAbsent(call.entityId(), e -> new TreeMap<>()).put(call.callSeq(), decision);
        return decision;
    }

    private static Decision decisionOf(PolicyCall call) {
        String before = call.memories().isEmpty() ? "" : call.memories().get(0).content();
        StringBuilder content = new StringBuilder(before);
        List<String> sources = new ArrayList<>();
        for (ArrivedEvent event : call.events()) {
            content.append('|').append(event.event().eventId());
            sources.add(event.event().eventId());
        }
        List<MemoryAction> actions = new ArrayList<>();
        List<Fact> facts = List.of(Fact.of(call.entityId(), "chain", content.toString()));
        if (call.memories().isEmpty()) {
            actions.add(new WriteMemory(content.toString(), facts, sources, Layer.FACT, null, "first"));
        } else {
            MemoryView memory = call.memories().get(0);
            actions.add(new UpdateMemory(memory.memoryId(), content.toString(), facts, sources, "chain"));
        }
        actions.add(call.callSeq() % 3 == 0 ? new DelayIndex("$0", 500, "later") : new IndexNow("$0", "now"));
        return new Decision(
                call.entityId(),
                call.callSeq(),
                call.events(),
                List.of(),
                DecisionOutcome.DECIDED,
                null,
                null,
                START,
                START,
                null,
                null,
                List.of(),
                Json.write(new PolicyAnswer(actions)),
                0,
                0,
                1,
                0,
                0,
                START.plusMillis(call.callSeq()));
    }

    void record(List<MemoryVersion> made) {
        made.forEach(version -> versions.put(version.memoryId() + "@" + version.version(), version));
    }

    /** Events that were given to the policy although the log had decided them. */
    List<String> askedAfterLogged() {
        return askedAfterLogged;
    }

    Map<String, MemoryVersion> loggedVersions() {
        return versions;
    }

    Map<String, List<String>> eventsByEntityInLogOrder() {
        Map<String, List<String>> ids = new TreeMap<>();
        byEntity.forEach((entityId, decisions) -> ids.put(
                entityId,
                decisions.values().stream()
                        .flatMap(decision -> decision.events().stream())
                        .map(event -> event.event().eventId())
                        .toList()));
        return ids;
    }

    static Map<String, List<String>> idsByEntity(List<ArrivedEvent> events) {
        Map<String, List<String>> ids = new TreeMap<>();
        for (ArrivedEvent event : events) {
            ids.computeIfAbsent(event.event().entityId(), e -> new ArrayList<>())
                    .add(event.event().eventId());
        }
        return ids;
    }

    /** The content each entity's memory must end with. */
    static Map<String, String> fold(List<ArrivedEvent> events) {
        Map<String, String> contents = new TreeMap<>();
        idsByEntity(events).forEach((entityId, ids) -> contents.put(entityId, "|" + String.join("|", ids)));
        return contents;
    }

    /** The contents of what the state holds active at the end. */
    static Map<String, String> finalContents(List<DigestLine.State> digests, Map<String, MemoryVersion> versions) {
        Map<String, String> contents = new TreeMap<>();
        for (DigestLine.State digest : digests) {
            for (DigestLine.MemoryRef ref : digest.active()) {
                contents.put(
                        digest.entityId(),
                        versions.get(ref.memoryId() + "@" + ref.version()).content());
            }
        }
        return contents;
    }
}
