package io.fastmemory.evaluation.metric;

import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.PolicyAnswer;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.DigestLine.MemoryRef;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.LabelLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.VersionLine;
import io.fastmemory.model.scoring.OracleReader;
import io.fastmemory.model.scoring.Verdict;
import io.fastmemory.model.scoring.Verdicts;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A made-up run of any size with a seed: entities whose attributes change, a policy that forgets, is late and leaves old
 * memories behind, and a reader that errs. Values are plain words, so that comparing strings tells what is right.
 */
final class SyntheticRun {
    private static final int ATTRIBUTES = 12;
    private static final long GAP_MS = 20;
    private static final int EVENTS_PER_QUERY = 5;

    private final Random random;
    private final int entities;
    private final BufferedWriter out;
    private final Map<String, Told> told = new HashMap<>();
    private final Map<Integer, List<Held>> memories = new TreeMap<>();
    private final Map<Integer, Long> calls = new TreeMap<>();
    private int queries;

    private static final class Told {
        final List<Fact> past = new ArrayList<>();
        Fact fact;
        String eventId;
    }

    private static final class Held {
        MemoryVersion latest;
        int asked;
        final List<Seen> seen = new ArrayList<>();
    }

    private record Seen(MemoryVersion version, Instant at) {}

    private SyntheticRun(int entities, long seed, BufferedWriter out) {
        this.entities = entities;
        this.random = new Random(seed);
        this.out = out;
    }

    /** Writes the parts of a run into a folder. */
    static void write(Path run, int entities, int events, long seed) throws IOException {
        Path parts = Files.createDirectories(run.resolve("parts/raw_rollouts"));
        try (BufferedWriter out = Files.newBufferedWriter(parts.resolve("part-0-0"))) {
            SyntheticRun made = new SyntheticRun(entities, seed, out);
            for (int i = 0; i < events; i++) {
                made.event(i);
                if (i % EVENTS_PER_QUERY == EVENTS_PER_QUERY - 1) {
                    made.query(i);
                }
            }
            made.digests();
            Files.writeString(
                    run.resolve("parts/run.jsonl"),
                    Json.write(RecordedRun.run("synthetic", events, made.queries)) + "\n");
            Files.writeString(
                    run.resolve("parts/end.jsonl"),
                    Json.write(RecordedRun.end("synthetic", events * GAP_MS + 5_000)) + "\n");
        }
    }

    private void line(RolloutLine line) throws IOException {
        out.write(Json.MAPPER.writerFor(RolloutLine.class).writeValueAsString(line));
        out.write('\n');
    }

    private static String name(int entity) {
        return "ent-" + entity;
    }

    private void event(int i) throws IOException {
        int entity = Math.min(random.nextInt(entities), random.nextInt(entities));
        String id = "e" + i;
        long arrival = i * GAP_MS;
        long decided = arrival + 100 + random.nextInt(random.nextInt(50) == 0 ? 7_000 : 400);
        long seq = calls.merge(entity, 1L, Long::sum) - 1;
        Told fact = random.nextInt(5) == 0 ? null : tell(entity, i, id);
        if (fact == null) {
            line(new LabelLine(new GoldEvent(id, EventCategory.NOISE, List.of(), null, List.of(), null)));
        }
        boolean ignored = fact == null ? random.nextInt(5) > 0 : random.nextInt(10) == 0;
        line(new EventLine(
                id,
                name(entity),
                arrival,
                Urgency.NORMAL,
                5,
                RecordedRun.at(arrival),
                RecordedRun.at(arrival + 5),
                RecordedRun.at(arrival + 20),
                RecordedRun.at(decided),
                "decided",
                seq,
                null));
        boolean indexed = !ignored && random.nextInt(10) > 0;
        call(
                entity,
                seq,
                id,
                decided,
                ignored,
                indexed,
                fact == null ? Fact.of("chat", "about", "nothing" + i) : fact.fact);
        if (!ignored) {
            remember(
                    entity,
                    seq,
                    id,
                    decided,
                    indexed,
                    fact == null ? Fact.of("chat", "about", "nothing" + i) : fact.fact);
        }
    }

    private Told tell(int entity, int i, String eventId) throws IOException {
        String subject = "item " + entity + "x" + random.nextInt(ATTRIBUTES);
        Told known = told.computeIfAbsent(subject, any -> new Told());
        List<String> supersedes = known.eventId == null ? List.of() : List.of(known.eventId);
        if (known.fact != null) {
            known.past.add(known.fact);
        }
        Fact next = Fact.of(subject, "state", "value" + random.nextInt(6));
        if (next.equals(known.fact)) {
            next = Fact.of(subject, "state", "another" + i);
        }
        known.past.remove(next);
        known.fact = next;
        known.eventId = eventId;
        line(new LabelLine(new GoldEvent(
                eventId,
                supersedes.isEmpty() ? EventCategory.USEFUL_FACT : EventCategory.STALE_UPDATE,
                List.of(known.fact),
                null,
                supersedes,
                null)));
        return known;
    }

    private void call(int entity, long seq, String eventId, long decided, boolean ignored, boolean indexed, Fact fact)
            throws IOException {
        CallLine plain = RecordedRun.callLine(seq, decided, List.of(), List.of(eventId));
        List<MemoryAction> actions = new ArrayList<>();
        List<ActionResult> results = new ArrayList<>();
        if (ignored) {
            actions.add(new MemoryAction.IgnoreEvent(eventId, "r"));
            results.add(RecordedRun.done(0, "ignore_event", 0));
        } else {
            actions.add(new MemoryAction.WriteMemory("c", List.of(fact), List.of(eventId), Layer.FACT, null, "r"));
            results.add(RecordedRun.done(0, "write_memory", 10));
        }
        if (indexed) {
            actions.add(new MemoryAction.IndexNow("$0", "r"));
            results.add(RecordedRun.done(1, "index_now", 0));
        }
        line(new CallLine(
                name(entity),
                seq,
                List.of(eventId),
                "decided",
                null,
                plain.calledAt(),
                plain.answeredAt(),
                plain.decidedAt(),
                decided,
                plain.request(),
                "{}",
                List.of(),
                Json.MAPPER.valueToTree(new PolicyAnswer(actions)).get("actions"),
                results,
                100,
                20,
                1,
                0,
                0,
                null));
    }

    private void remember(int entity, long seq, String eventId, long decided, boolean indexed, Fact fact)
            throws IOException {
        List<Held> held = memories.computeIfAbsent(entity, any -> new ArrayList<>());
        Held target = null;
        for (Held one : held) {
            if (one.latest.facts().get(0).subject().equals(fact.subject()) && random.nextInt(10) < 8) {
                target = one;
            }
        }
        List<String> sources = new ArrayList<>();
        if (target == null) {
            target = new Held();
            held.add(target);
        } else {
            sources.addAll(target.latest.sourceEventIds());
        }
        sources.add(eventId);
        int version = target.latest == null ? 1 : target.latest.version() + 1;
        String id = target.latest == null ? name(entity) + ":m" + seq + ".0" : target.latest.memoryId();
        target.latest = version(id, version, entity, seq, decided, fact, sources);
        line(new VersionLine(target.latest, RecordedRun.at(decided + 10)));
        if (indexed) {
            Instant visible = RecordedRun.at(decided + 30 + random.nextInt(1_000));
            target.asked = version;
            target.seen.add(new Seen(target.latest, visible));
            line(new IndexLine(
                    id,
                    version,
                    name(entity),
                    seq,
                    "upsert",
                    "index_now",
                    decided,
                    false,
                    RecordedRun.at(decided),
                    RecordedRun.at(decided + 1),
                    RecordedRun.at(decided + 5),
                    visible,
                    false,
                    null));
        }
    }

    private static MemoryVersion version(
            String id, int version, int entity, long seq, long decided, Fact fact, List<String> sources) {
        return new MemoryVersion(
                id,
                version,
                name(entity),
                Scope.USER,
                null,
                seq,
                MemoryStatus.ACTIVE,
                Layer.values()[entity % 3],
                fact.subject() + " " + fact.attribute() + " " + fact.value(),
                List.of(fact),
                10,
                List.copyOf(sources),
                false,
                false,
                null,
                decided,
                decided,
                decided,
                null,
                null,
                RecordedRun.at(decided));
    }

    private void query(int i) throws IOException {
        int entity = Math.min(random.nextInt(entities), random.nextInt(entities));
        String subject = "item " + entity + "x" + random.nextInt(ATTRIBUTES);
        Told fact = told.get(subject);
        String id = "q" + i;
        long arrival = i * GAP_MS + 1 + random.nextInt(15);
        List<Ask> asks = List.of(new Ask("a", subject, "state"));
        GoldQuery gold = fact == null
                ? new GoldQuery(id, "unknown", List.of(), List.of(), true)
                : new GoldQuery(
                        id,
                        fact.past.isEmpty() ? "current" : "updated",
                        List.of(new GoldQuery.Required("a", fact.fact, List.of(fact.eventId))),
                        fact.past.stream()
                                .map(old -> new GoldQuery.Forbidden("a", old))
                                .toList(),
                        false);
        List<QueryLine.Hit> hits = hits(entity, subject, RecordedRun.at(arrival + 10));
        Answer answer = answer(OracleReader.answer(asks, gold, hits));
        Instant answered = RecordedRun.at(arrival + 60 + random.nextInt(100));
        Verdict verdict = Verdicts.judge(asks, 150L, RecordedRun.at(arrival), answered, gold, answer, hits, 10);
        queries++;
        line(new QueryLine(
                id,
                List.of(name(entity)),
                arrival,
                150L,
                "What is it?",
                asks,
                RecordedRun.at(arrival),
                RecordedRun.at(arrival + 10),
                answered,
                10,
                hits,
                answer,
                null,
                0,
                50,
                5,
                1,
                0,
                gold,
                verdict,
                null,
                null));
    }

    /** Errs now and then: with another value, another citation, or by giving up. */
    private Answer answer(Answer right) {
        int kind = random.nextInt(20);
        if (right.abstained() || kind > 2) {
            return right;
        }
        Answer.AskAnswer given = right.answers().get(0);
        return switch (kind) {
            case 0 ->
                new Answer(
                        List.of(new Answer.AskAnswer(given.askId(), "nonsense", given.citations())), "nonsense", false);
            case 1 ->
                new Answer(List.of(new Answer.AskAnswer(given.askId(), given.value(), List.of("m-none"))), "", false);
            default -> Answer.abstention("no");
        };
    }

    private List<QueryLine.Hit> hits(int entity, String subject, Instant at) {
        List<QueryLine.Hit> wanted = new ArrayList<>();
        List<QueryLine.Hit> others = new ArrayList<>();
        for (Held held : memories.getOrDefault(entity, List.of())) {
            Seen newest = null;
            for (Seen seen : held.seen) {
                newest = seen.at().isAfter(at) ? newest : seen;
            }
            if (newest != null) {
                MemoryVersion memory = newest.version();
                boolean same = memory.facts().get(0).subject().equals(subject);
                (same ? wanted : others)
                        .add(new QueryLine.Hit(
                                memory.memoryId(),
                                memory.version(),
                                0.9,
                                memory.content(),
                                memory.facts(),
                                memory.sourceEventIds(),
                                false,
                                memory.newestSourceMs()));
            }
        }
        int before = Math.min(random.nextInt(14), others.size());
        List<QueryLine.Hit> hits = new ArrayList<>(others.subList(0, before));
        hits.addAll(wanted.subList(0, Math.min(5, wanted.size())));
        hits.addAll(others.subList(before, Math.max(before, Math.min(10, others.size()))));
        return hits;
    }

    private void digests() throws IOException {
        for (Map.Entry<Integer, Long> entity : calls.entrySet()) {
            List<MemoryRef> active = new ArrayList<>();
            List<MemoryRef> indexed = new ArrayList<>();
            for (Held held : memories.getOrDefault(entity.getKey(), List.of())) {
                active.add(new MemoryRef(held.latest.memoryId(), held.latest.version()));
                if (held.asked > 0) {
                    indexed.add(new MemoryRef(held.latest.memoryId(), held.asked));
                }
            }
            String id = name(entity.getKey());
            line(new DigestLine.State(id, active, indexed, 10L * active.size(), entity.getValue(), 0, 0));
            line(new DigestLine.Store(id, active));
            line(new DigestLine.Index(id, indexed));
        }
    }
}
