package io.fastmemory.model;

import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.CallReward;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.LabelLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.QueryReward;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.rollout.VersionLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import io.fastmemory.model.scoring.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One filled-in example of every contract. */
final class Samples {
    static final Instant AT = Instant.parse("2026-01-31T09:30:00.123Z");
    static final Fact FACT = new Fact("Ann", "distance", "5", List.of("five"), "km");
    static final Event EVENT = new Event(
            "e1", "n1", Scope.SESSION, "s1", 7, AT, "chat", "I ran 5 km", Urgency.URGENT, Map.of("lang", "en"));
    static final Ask ASK = new Ask("a1", "Ann", "distance");
    static final Query QUERY = new Query("q1", List.of("n1"), "s1", 9, AT, "How far?", List.of(ASK), 2_000L);
    static final GoldEvent GOLD_EVENT =
            new GoldEvent("e1", EventCategory.USEFUL_FACT, List.of(FACT), "e0", List.of("e00"), "g");
    static final GoldQuery GOLD_QUERY = new GoldQuery(
            "q1",
            "useful",
            List.of(new GoldQuery.Required("a1", FACT, List.of("e1"))),
            List.of(new GoldQuery.Forbidden("a1", Fact.of("Ann", null, "4 km"))),
            false);
    static final MemoryVersion MEMORY = new MemoryVersion(
            "m1",
            2,
            "n1",
            Scope.USER,
            "s1",
            3,
            MemoryStatus.ACTIVE,
            Layer.OBSERVATION,
            "Ann runs",
            List.of(FACT),
            2,
            List.of("e1"),
            true,
            false,
            "m2",
            1,
            2,
            3,
            AT,
            4L,
            AT);
    static final MemoryView VIEW =
            new MemoryView("m1", "Ann runs", List.of(FACT), Layer.FACT, 2, 10, IndexState.SCHEDULED, 5L, List.of("e1"));
    static final ActionResult SUCCEEDED =
            new ActionResult(1, 0, "write_memory", true, 12, 5, null, Map.of("memory_id", "m1"));
    static final ActionResult FAILED = new ActionResult(
            1,
            1,
            "index_now",
            false,
            12,
            0,
            new ActionResult.ActionError(RejectionCode.BAD_REFERENCE, "no $7"),
            Map.of());
    static final PolicyRequest REQUEST = new PolicyRequest(
            List.of(EVENT),
            List.of(),
            List.of(VIEW),
            1,
            Budget.of(5, 1),
            Budget.of(5, 9),
            Budget.of(20, 0),
            List.of(SUCCEEDED, FAILED),
            List.of("lesson"));
    static final PolicyAnswer POLICY_ANSWER = new PolicyAnswer(List.of(
            new MemoryAction.WriteMemory("c", List.of(FACT), List.of("e1"), Layer.MODEL, 5L, "r"),
            new MemoryAction.UpdateMemory("m1", "c", List.of(), List.of("e1"), "r"),
            new MemoryAction.MarkStale("m1", "$0", List.of("e1"), "r"),
            new MemoryAction.CompressMemory(List.of("m1", "m2"), "c", List.of(), "r"),
            new MemoryAction.IgnoreEvent("e1", "r"),
            new MemoryAction.IndexNow("$0", "r"),
            new MemoryAction.DelayIndex("m1", 5, "r")));
    static final Answer ANSWER =
            new Answer(List.of(new Answer.AskAnswer("a1", "5 km", List.of("m1"))), "She ran 5 km.", false);
    static final DeadLetter DEAD_LETTER = new DeadLetter(
            DeadLetterCode.BAD_FIELD, "stream.jsonl", 3, "/text", "expected a text", "e1", "0".repeat(64), "{");
    static final Undecided UNDECIDED = new Undecided(EVENT, "n1", 4, "timeout", "no answer within 30 s", AT);
    static final Dataset DATASET = new Dataset(
            "tiny", "small", 7L, AT, "datagen 0.1.0", 2, 1, Map.of("noise", 1L), Map.of("gold.jsonl", "0".repeat(64)));
    static final Verdict VERDICT = new Verdict(
            true,
            false,
            false,
            true,
            false,
            false,
            true,
            List.of(new Verdict.AskVerdict("a1", true, true, false)),
            0.5,
            1.0,
            1.0,
            null);

    static final List<Object> STREAM_TYPES = List.of(
            EVENT,
            QUERY,
            ASK,
            FACT,
            MEMORY.toIndexDocument(),
            MEMORY,
            VIEW,
            REQUEST,
            SUCCEEDED,
            FAILED,
            ANSWER,
            Budget.of(3, 1),
            GOLD_EVENT,
            GOLD_QUERY,
            DEAD_LETTER,
            UNDECIDED,
            VERDICT);

    static final List<RolloutLine> ROLLOUT = List.of(
            new RunLine(
                    "r1",
                    AT,
                    1.0,
                    "arrival",
                    "llm",
                    "llm",
                    new RunLine.Llm("openai", "m", true),
                    new RunLine.DatasetRef("tiny", "small", 7L, "0".repeat(64), 2, 1),
                    "local",
                    "onnx",
                    "hash",
                    0.0,
                    7,
                    Map.of("fmw.a", "b"),
                    Map.of("java", "17")),
            new InputLine("stream.jsonl", 3, "dead_letter", "bad_field", null),
            new LabelLine(GOLD_EVENT),
            new EventLine("e1", "n1", 7, Urgency.NORMAL, 3, AT, AT, AT, AT, "decided", 1, null),
            new CallLine(
                    "n1",
                    1,
                    List.of("e1"),
                    "decided",
                    null,
                    AT,
                    AT,
                    AT,
                    7,
                    Json.MAPPER.valueToTree(REQUEST),
                    "raw",
                    List.of(new CallLine.Repair("bad", List.of("why"))),
                    Json.MAPPER.valueToTree(POLICY_ANSWER).get("actions"),
                    List.of(SUCCEEDED, FAILED),
                    10,
                    5,
                    1,
                    0,
                    0,
                    new CallReward(0.1, 0.2, 0.0, 0.5, 0.2)),
            new VersionLine(MEMORY, AT),
            new IndexLine("m1", 1, "n1", 1, "upsert", "index_now", 7, false, AT, AT, AT, null, false, null),
            new QueryLine(
                    "q1",
                    List.of("n1"),
                    9,
                    null,
                    "How far?",
                    List.of(ASK),
                    AT,
                    AT,
                    AT,
                    10,
                    List.of(new QueryLine.Hit("m1", 2, 0.75, "Ann runs", List.of(FACT), List.of("e1"), true, 3)),
                    ANSWER,
                    null,
                    0,
                    10,
                    5,
                    1,
                    0,
                    GOLD_QUERY,
                    VERDICT,
                    CauseOfFailure.CITATION_WRONG,
                    new QueryReward(0, 0.5, -0.25, List.of(new QueryReward.Credit("n1", 1, -0.25)))),
            new DigestLine.State("n1", List.of(new DigestLine.MemoryRef("m1", 2)), List.of(), 2, 1, 0, 0),
            new DigestLine.Store("n1", List.of(new DigestLine.MemoryRef("m1", 2))),
            new DigestLine.Index("n1", List.of()),
            new EndLine("r1", AT, 0L, 4096));

    private Samples() {}
}
