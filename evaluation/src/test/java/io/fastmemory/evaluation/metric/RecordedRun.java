package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fastmemory.evaluation.reward.RewardWeights;
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
import io.fastmemory.model.RejectionCode;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.LabelLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.rollout.VersionLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import io.fastmemory.model.scoring.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A small run written down line by line; times are milliseconds from the run start. */
final class RecordedRun {
    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    static final String ENTITY = "ent-1";

    final List<RolloutLine> lines = new ArrayList<>();

    static Instant at(long millis) {
        return START.plusMillis(millis);
    }

    /** A run line for a dataset of {@code events} events and {@code queries} queries. */
    static RunLine run(String runId, long events, long queries) {
        return run(runId, "arrival", events, queries);
    }

    static RunLine run(String runId, String serving, long events, long queries) {
        return new RunLine(
                runId,
                START,
                1.0,
                serving,
                "llm",
                "llm",
                new RunLine.Llm("openai-compatible", "scripted", true),
                new RunLine.DatasetRef("tiny", "small", 7L, "ab12", events, queries),
                "local",
                "minilm",
                "cd34",
                0.0,
                7,
                Map.of("fmw.b", "2", "fmw.a", "1"),
                Map.of("java", "17", "flink", "2.3.0"));
    }

    static EndLine end(String runId, long endMs) {
        return new EndLine(runId, at(endMs), 0L, 4096);
    }

    RecordedRun add(RolloutLine line) {
        lines.add(line);
        return this;
    }

    RecordedRun event(String eventId, Urgency urgency, long arrivalMs, long rawMs, long decidedMs, long callSeq) {
        return add(new EventLine(
                eventId,
                ENTITY,
                arrivalMs,
                urgency,
                5,
                at(arrivalMs),
                at(rawMs),
                at(rawMs + 1),
                at(decidedMs),
                "decided",
                callSeq,
                null));
    }

    RecordedRun call(long callSeq, long decidedMs, String... eventIds) {
        return add(callLine(callSeq, decidedMs, List.of(), List.of(eventIds)));
    }

    private static Map<String, Object> action(ActionResult result, List<String> eventIds) {
        String memoryId = result.payload().get("memory_id");
        return memoryId == null
                ? Map.of("type", "ignore_event", "event_id", eventIds.get(0), "reason", "noise")
                : result.actionType().equals("delay_index")
                        ? Map.of("type", "delay_index", "memory_id", memoryId, "delay_ms", 10, "reason", "later")
                        : Map.of("type", result.actionType(), "memory_id", memoryId, "reason", "now");
    }

    static CallLine callLine(long callSeq, long decidedMs, List<ActionResult> results, List<String> eventIds) {
        JsonNode request = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, Integer> budget : Map.of(
                        "latency_budget", 5000, "storage_budget", 2000, "indexing_budget", 20)
                .entrySet()) {
            ((com.fasterxml.jackson.databind.node.ObjectNode) request)
                    .putObject(budget.getKey())
                    .put("limit", budget.getValue());
        }
        return new CallLine(
                ENTITY,
                callSeq,
                eventIds,
                "decided",
                null,
                at(decidedMs - 100),
                at(decidedMs - 1),
                at(decidedMs),
                decidedMs,
                request,
                "{}",
                List.of(new CallLine.Repair("nonsense", List.of("not JSON"))),
                Json.MAPPER.valueToTree(
                        results.stream().map(result -> action(result, eventIds)).toList()),
                results,
                100,
                20,
                2,
                1,
                0,
                null);
    }

    /** The label of an event: what it says, and which events it makes untrue. */
    RecordedRun label(String eventId, EventCategory category, List<Fact> facts, String... supersedes) {
        return add(new LabelLine(new GoldEvent(eventId, category, facts, null, List.of(supersedes), null)));
    }

    /** A call whose answer had these actions, each with its result. */
    RecordedRun call(
            String entityId,
            long callSeq,
            long decidedMs,
            List<String> eventIds,
            List<MemoryAction> actions,
            List<ActionResult> results) {
        CallLine plain = callLine(callSeq, decidedMs, List.of(), eventIds);
        return add(new CallLine(
                entityId,
                callSeq,
                eventIds,
                "decided",
                null,
                plain.calledAt(),
                plain.answeredAt(),
                plain.decidedAt(),
                decidedMs,
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

    static ActionResult done(int index, String type, int tokensAdded) {
        return new ActionResult(0, index, type, true, 10, tokensAdded, null, Map.of());
    }

    /** The lines with causes and rewards, as merging leaves them. */
    RecordedRun rewarded(RewardWeights weights) {
        Rollouts rollouts = rollouts();
        Judgement judgement = new Judgement(rollouts);
        lines.stream().filter(QueryLine.class::isInstance).forEach(line -> judgement.judge((QueryLine) line));
        RunRewards rewards = RunRewards.of(rollouts, judgement.blames(), weights);
        lines.replaceAll(line -> line instanceof QueryLine query
                ? query.judged(query.cause(), rewards.query(query.queryId()))
                : line instanceof CallLine call ? call.withReward(rewards.call(call)) : line);
        return this;
    }

    static ActionResult rejected(int index, RejectionCode code) {
        return new ActionResult(
                0, index, "write_memory", false, 10, 0, new ActionResult.ActionError(code, "too much"), Map.of());
    }

    RecordedRun version(String memoryId, int version, long callSeq, long committedMs, Fact fact, String... sources) {
        return add(new VersionLine(
                new MemoryVersion(
                        memoryId,
                        version,
                        ENTITY,
                        Scope.USER,
                        null,
                        callSeq,
                        MemoryStatus.ACTIVE,
                        Layer.FACT,
                        fact.subject() + " " + fact.attribute() + " " + fact.value(),
                        List.of(fact),
                        10,
                        List.of(sources),
                        false,
                        false,
                        null,
                        committedMs,
                        committedMs,
                        committedMs,
                        null,
                        null,
                        at(committedMs - 1)),
                at(committedMs)));
    }

    RecordedRun upsert(String memoryId, int version, long callSeq, long requestedMs, @Nullable Long visibleMs) {
        return add(upsertLine(memoryId, version, callSeq, requestedMs, visibleMs, false));
    }

    static IndexLine upsertLine(
            String memoryId, int version, long callSeq, long requestedMs, @Nullable Long visibleMs, boolean atEnd) {
        return new IndexLine(
                memoryId,
                version,
                ENTITY,
                callSeq,
                "upsert",
                atEnd ? "delay_index" : "index_now",
                requestedMs,
                atEnd,
                at(requestedMs),
                at(requestedMs + 1),
                at(requestedMs + 5),
                visibleMs == null ? null : at(visibleMs),
                false,
                null);
    }

    static QueryLine.Hit hit(String memoryId, int version, Fact fact, String... sources) {
        return new QueryLine.Hit(
                memoryId,
                version,
                0.9,
                fact.subject() + " " + fact.attribute() + " " + fact.value(),
                List.of(fact),
                List.of(sources),
                false,
                0);
    }

    static Query query(String queryId, String category, long arrivalMs) {
        return new Query(queryId, category, arrivalMs);
    }

    /** Writes a query line step by step; the verdict is given, so that metrics can be told from judging. */
    static final class Query {
        private final String queryId;
        private final String category;
        private final long arrivalMs;
        private List<String> entityIds = List.of(ENTITY);
        private long retrievedMs;
        private long answeredMs;
        private int readerHits = 10;
        private List<QueryLine.Hit> hits = List.of();
        private final List<Ask> asks = new ArrayList<>();
        private final List<GoldQuery.Required> required = new ArrayList<>();
        private final List<GoldQuery.Forbidden> forbidden = new ArrayList<>();
        private @Nullable Answer answer = Answer.abstention("I do not know");
        private @Nullable Verdict verdict;
        private @Nullable CauseOfFailure cause;

        private Query(String queryId, String category, long arrivalMs) {
            this.queryId = queryId;
            this.category = category;
            this.arrivalMs = arrivalMs;
            retrievedMs = arrivalMs + 10;
            answeredMs = arrivalMs + 100;
        }

        Query entities(String... ids) {
            entityIds = List.of(ids);
            return this;
        }

        Query served(long retrieved, long answered) {
            retrievedMs = retrieved;
            answeredMs = answered;
            return this;
        }

        Query asks(String subject, String attribute) {
            asks.add(new Ask("ask-" + asks.size(), subject, attribute));
            return this;
        }

        Query requires(Fact fact, String... evidence) {
            String askId = "ask-" + asks.size();
            asks.add(new Ask(askId, fact.subject(), fact.attribute()));
            required.add(new GoldQuery.Required(askId, fact, List.of(evidence)));
            return this;
        }

        Query forbids(Fact fact) {
            if (asks.isEmpty()) {
                asks.add(new Ask("ask-0", fact.subject(), fact.attribute()));
            }
            forbidden.add(new GoldQuery.Forbidden("ask-0", fact));
            return this;
        }

        Query hits(QueryLine.Hit... found) {
            hits = List.of(found);
            return this;
        }

        Query shown(int count) {
            readerHits = count;
            return this;
        }

        Query answers(String value, String... citations) {
            answer = new Answer(List.of(new Answer.AskAnswer("ask-0", value, List.of(citations))), value, false);
            return this;
        }

        Query judged(Verdict given, @Nullable CauseOfFailure why) {
            verdict = given;
            cause = why;
            return this;
        }

        Query succeeds() {
            return judged(verdict(true, true, false, 1.0, required.isEmpty() ? null : 1.0), null);
        }

        Query fails(CauseOfFailure why) {
            return judged(verdict(false, false, false, 0.0, null), why);
        }

        /** A verdict on what is required so far. */
        Verdict verdict(
                boolean correct,
                boolean evidence,
                boolean stale,
                @Nullable Double recall,
                @Nullable Double citationPrecision) {
            return new Verdict(
                    correct,
                    evidence,
                    correct && evidence,
                    false,
                    answer != null && answer.abstained(),
                    stale,
                    false,
                    required.stream()
                            .map(entry -> new Verdict.AskVerdict(entry.askId(), correct, evidence, evidence))
                            .toList(),
                    required.isEmpty() ? null : recall,
                    required.isEmpty() ? null : recall,
                    required.isEmpty() ? null : recall,
                    citationPrecision);
        }

        QueryLine line() {
            GoldQuery gold = new GoldQuery(queryId, category, required, forbidden, required.isEmpty());
            return new QueryLine(
                    queryId,
                    entityIds,
                    arrivalMs,
                    null,
                    "What is it?",
                    List.copyOf(asks),
                    at(arrivalMs),
                    at(retrievedMs),
                    at(answeredMs),
                    readerHits,
                    hits,
                    answer,
                    null,
                    0,
                    50,
                    5,
                    1,
                    0,
                    gold,
                    verdict == null ? verdict(false, false, false, null, null) : verdict,
                    cause,
                    null);
        }
    }

    RecordedRun query(Query query) {
        return add(query.line());
    }

    RecordedRun digests(List<DigestLine.MemoryRef> state, List<DigestLine.MemoryRef> indexed, long calls) {
        add(new DigestLine.State(ENTITY, state, indexed, 10L * state.size(), calls, 0, 0));
        add(new DigestLine.Store(ENTITY, state));
        return add(new DigestLine.Index(ENTITY, indexed));
    }

    RecordedRun input(long line, String outcome, @Nullable String code) {
        return add(new InputLine("stream.jsonl", line, outcome, code, null));
    }

    /** The lines as the metrics see them, unjudged. */
    Rollouts rollouts() {
        Rollouts.Reader reader = new Rollouts.Reader();
        Path file = Path.of("memory.jsonl");
        try {
            long number = 1;
            for (RolloutLine line : lines) {
                reader.add(line, file, number++);
            }
            return reader.finish(file);
        } catch (InvalidRolloutException e) {
            throw new AssertionError(e);
        }
    }

    /** The lines as a file. */
    static String jsonLines(List<? extends RolloutLine> lines) {
        StringBuilder text = new StringBuilder();
        for (RolloutLine line : lines) {
            text.append(Json.write(line)).append('\n');
        }
        return text.toString();
    }
}
