package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.sqlite.RawReceipt;
import io.fastmemory.job.memory.ActiveMemory;
import io.fastmemory.job.memory.AppliedDecision;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.DecisionOutcome;
import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.job.memory.EntityUnderTest;
import io.fastmemory.job.memory.IndexRequest;
import io.fastmemory.job.memory.Ledger;
import io.fastmemory.job.policy.CallBuilder;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.job.policy.PolicyDecision;
import io.fastmemory.job.reader.ReaderOutcome;
import io.fastmemory.job.source.InputLine;
import io.fastmemory.job.source.TimelineRecord;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Event;
import io.fastmemory.model.Fact;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Undecided;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.CallLine.Repair;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record on an edge of the graph or in keyed state, filled in and as empty as it may be. */
class StreamTypesTest {
    private static final Instant AT = EntityUnderTest.START.plusNanos(123_456_789);

    static Stream<Object> streamTypes() {
        return Stream.concat(full().stream(), sparse().stream());
    }

    @ParameterizedTest
    @MethodSource("streamTypes")
    void isSerialisedAsPojoWithoutKryo(Object sample) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(sample.getClass());
    }

    @ParameterizedTest
    @MethodSource("streamTypes")
    @SuppressWarnings("unchecked")
    void survivesARoundTrip(Object sample) throws IOException {
        TypeSerializer<Object> serializer =
                (TypeSerializer<Object>) TypeInformation.of(sample.getClass()).createSerializer(withoutGenericTypes());

        DataOutputSerializer out = new DataOutputSerializer(256);
        serializer.serialize(sample, out);
        Object read = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));

        assertThat(read).isEqualTo(sample);
        assertThat(serializer.copy(sample)).isEqualTo(sample);
    }

    @Test
    void anInputLineSurvivesARoundTrip() throws IOException {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(InputLine.class);
        InputLine line = new InputLine("stream.jsonl", 7, new byte[] {'{', (byte) 0xFF, 0});
        TypeSerializer<InputLine> serializer = Types.POJO(InputLine.class).createSerializer(withoutGenericTypes());
        DataOutputSerializer out = new DataOutputSerializer(64);

        serializer.serialize(line, out);
        InputLine read = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));

        assertThat(read.bytes()).isEqualTo(line.bytes());
        assertThat(read.line()).isEqualTo(7);
    }

    @Test
    void samplesBothFormsOfEveryType() {
        assertThat(sparse().stream().map(Object::getClass))
                .as("the types that have something to leave out")
                .isSubsetOf(full().stream().map(Object::getClass).toList());
        assertThat(full().stream().map(Object::getClass))
                .doesNotHaveDuplicates()
                .hasSize(24);
    }

    private static SerializerConfigImpl withoutGenericTypes() {
        SerializerConfigImpl config = new SerializerConfigImpl();
        config.setGenericTypes(false);
        return config;
    }

    private static List<Object> full() {
        EntityUnderTest ann = new EntityUnderTest("ann", EntityUnderTest.budgets());
        ArrivedEvent event = EntityUnderTest.arrived(new Event(
                "e1", "ann", Scope.SESSION, "s1", 7, AT, "chat", "I run", Urgency.URGENT, Map.of("lang", "en")));
        AppliedDecision applied = ann.decide(
                event,
                new WriteMemory(
                        "Ann runs",
                        List.of(new Fact("Ann", "distance", "5", List.of("five"), "km")),
                        List.of("e1"),
                        Layer.MODEL,
                        90_000L,
                        "r"),
                new DelayIndex("$0", 500, "r"),
                new IndexNow("$9", "r"));
        Decision decision = new Decision(
                "ann",
                1,
                List.of(event),
                List.of("ann:m0.0"),
                DecisionOutcome.PARKED,
                "timeout",
                "no answer",
                AT,
                AT,
                "{}",
                "{",
                List.of(new Repair("{", List.of("not closed"))),
                "{\"actions\":[]}",
                1,
                2,
                3,
                4,
                5,
                AT);
        PolicyCall call = new CallBuilder(EntityUnderTest.budgets(), 8_000)
                .build("ann", 2, "job/0", List.of(event), ann.memory());
        MemoryVersion version = applied.versions().get(0);
        IndexRequest request = applied.indexRequests().get(0);
        IndexLine line =
                new IndexLine("m1", 1, "ann", 1, "upsert", "index_now", 7, true, AT, AT, AT, AT, true, "unavailable");
        Query query =
                new Query("q1", List.of("ann"), "s1", 9, AT, "How far?", List.of(new Ask("a1", "Ann", "x")), 2_000L);
        EntityMarker marker = new EntityMarker("ann", 9, query, "stream.jsonl", 7, AT);
        RetrievedQuery retrieved = new RetrievedQuery(
                query,
                "stream.jsonl:7",
                AT,
                AT,
                List.of(new Hit("m1", 1, 0.5, "Ann runs", version.facts(), List.of("e1"), true, 7, AT)),
                "timeout");
        Answer answer = new Answer(List.of(new Answer.AskAnswer("a1", "5", List.of("m1"))), "5 km", false);
        List<DigestLine.MemoryRef> refs = List.of(new DigestLine.MemoryRef("m1", 2));
        return List.of(
                event,
                new ActiveMemory(version, 1, 500L),
                ann.memory().ledger(),
                decision,
                call,
                new PolicyDecision("job/0", decision),
                applied,
                new StoredDecision(applied, List.of(AT)),
                request,
                new IndexedMemory(line, List.of("e1"), null),
                new MemoryLife("ann", List.of("e1"), List.of(AT), AT),
                retrieved,
                new AnsweredQuery(retrieved, 1, new ReaderOutcome(answer, "late", 1, 2, 3, 4, 5), AT),
                new RawWritten(
                        new TimelineRecord("stream.jsonl", 7, event.event(), null, 9, AT),
                        new RawReceipt(RawReceipt.Outcome.REPLAY, AT)),
                EntityInput.of(event),
                marker,
                new TimelineRecord("stream.jsonl", 7, event.event(), query, 9, AT),
                new DeadLetter(DeadLetterCode.BAD_ID, "stream.jsonl", 3, "/event_id", "m", "e", "0", "{"),
                new Undecided(event.event(), "ann", 4, "timeout", "no answer", AT),
                new EntityQueue.Bounds(-3, 9, 40),
                new MemoryWriteOperator.Hold(marker, true),
                new MemoryWriteOperator.CallInFlight(2, List.of(event)),
                new DigestLine.State("ann", refs, refs, 1, 2, 3, 4),
                new ScoreFunction.EvidenceLife(AT, AT, AT, AT, 2));
    }

    /** Nothing that may be absent is there, no list holds anything. */
    private static List<Object> sparse() {
        Event bare = new Event("e1", "ann", Scope.USER, null, 0, null, "chat", "", Urgency.NORMAL, Map.of());
        ArrivedEvent event = new ArrivedEvent(bare, AT, AT);
        EntityUnderTest ann = new EntityUnderTest("ann", EntityUnderTest.budgets());
        MemoryVersion version =
                ann.decide(event, EntityUnderTest.write("x", "e1")).versions().get(0);
        IndexDocument none = null;
        Decision decision =
                EntityUnderTest.decision("ann", 1, List.of(event), List.of(), DecisionOutcome.DECIDED, List.of());
        Query query = new Query("q1", List.of("ann"), null, 0, null, "", List.of(), null);
        RetrievedQuery retrieved = new RetrievedQuery(query, "stream.jsonl:7", AT, null, List.of(), null);
        EntityMarker marker = EntityMarker.endOfInput("ann", 3);
        IndexLine line = new IndexLine("m1", 1, "ann", 1, "delete", "stale", 0, false, AT, AT, null, null, false, null);
        AppliedDecision applied = new AppliedDecision(decision, List.of(), List.of(), List.of());
        return List.of(
                event,
                new ActiveMemory(version, 0, null),
                Ledger.EMPTY,
                new Ledger(1, 2, 3, 4, List.of(new ActionResult(1, 0, "index_now", true, 0, 0, null, Map.of()))),
                decision,
                new CallBuilder(EntityUnderTest.budgets(), 1)
                        .build("ann", 1, "", List.of(event), io.fastmemory.job.memory.EntityMemory.EMPTY),
                new PolicyDecision("", decision),
                applied,
                new StoredDecision(applied, List.of()),
                new IndexRequest("ann", "m1", 1, 1, "stale", none, 0, 0, null, AT, AT, false, null, null),
                new IndexedMemory(line, List.of(), null),
                new IndexedMemory(null, List.of(), marker),
                IndexRequest.passing(marker),
                AppliedDecision.passing(marker),
                EntityInput.of(marker),
                marker,
                new RawWritten(new TimelineRecord("stream.jsonl", 7, null, query, 0, AT), null),
                new MemoryLife("ann", List.of(), List.of(), null),
                retrieved,
                new AnsweredQuery(retrieved, 0, ReaderOutcome.failed("timeout"), Instant.EPOCH),
                new TimelineRecord("stream.jsonl", 7, bare, null, 0, AT),
                new TimelineRecord("stream.jsonl", 7, null, query, 0, AT),
                new DeadLetter(DeadLetterCode.MALFORMED_JSON, "stream.jsonl", 3, null, "m", null, "0", ""),
                new MemoryWriteOperator.CallInFlight(1, List.of()),
                new DigestLine.State("ann", List.of(), List.of(), 0, 0, 0, Long.MIN_VALUE),
                new ScoreFunction.EvidenceLife(null, null, null, null, 0));
    }
}
