package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.sqlite.RawReceipt;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.EntityUnderTest;
import io.fastmemory.job.source.InputLine;
import io.fastmemory.job.source.Speed;
import io.fastmemory.job.source.TimelineRecord;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.Test;

/** What becomes of a line: an event, a query, or a dead letter; and of an event that was there before. */
class ReadingLinesTest {
    private static final String EVENT =
            "{\"kind\":\"event\",\"event_id\":\"e1\",\"entity_id\":\"ann\",\"scope\":\"user\",\"offset_ms\":2000,"
                    + "\"source\":\"chat\",\"text\":\"Ann drinks sencha.\",\"urgency\":\"normal\"}";
    private static final String QUERY =
            "{\"kind\":\"query\",\"query_id\":\"q1\",\"entity_ids\":[\"ann\"],\"offset_ms\":3000,\"text\":\"Which tea?\","
                    + "\"asks\":[{\"ask_id\":\"a1\",\"subject\":\"Ann\"}]}";

    @Test
    void readsEventsAndQueriesWithTheirIntendedArrival() throws Exception {
        try (var parse = parsing("2x")) {
            parse.processElement(line(1, EVENT), 0);
            parse.processElement(line(2, QUERY), 0);

            List<TimelineRecord> read = parse.extractOutputValues();
            assertThat(read.get(0).event().eventId()).isEqualTo("e1");
            assertThat(read.get(0).query()).isNull();
            assertThat(read.get(0).arrivalAt()).isEqualTo(EntityUnderTest.START.plusMillis(1_000));
            assertThat(read.get(0).position()).isEqualTo("stream.jsonl:1");
            assertThat(read.get(1).query().queryId()).isEqualTo("q1");
            assertThat(read.get(1).offsetMs()).isEqualTo(3_000);
            assertThat(read.get(1).arrivalAt()).isEqualTo(EntityUnderTest.START.plusMillis(1_500));
        }
    }

    @Test
    void refusesALineThatIsFarAheadOfThoseAroundIt() throws Exception {
        try (var parse = parsing("1x")) {
            parse.processElement(new InputLine("stream.jsonl", 3, EVENT.getBytes(StandardCharsets.UTF_8), true), 0);

            assertThat(parse.extractOutputValues()).isEmpty();
            assertThat(parse.getSideOutput(ParseFunction.DEAD_LETTERS))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.getValue().code()).isEqualTo(DeadLetterCode.BAD_FIELD);
                        assertThat(letter.getValue().field()).isEqualTo("/offset_ms");
                        assertThat(letter.getValue().eventId()).isEqualTo("e1");
                    });
        }
    }

    @Test
    void intendsEverythingForTheRunStartWhenItIsNotPaced() throws Exception {
        try (var parse = parsing("max")) {
            parse.processElement(line(1, EVENT), 0);

            assertThat(parse.extractOutputValues().get(0).arrivalAt()).isEqualTo(EntityUnderTest.START);
            assertThat(parse.extractOutputValues().get(0).offsetMs()).isEqualTo(2_000);
        }
    }

    @Test
    void letsALineOfALiveTimelineArriveWhenItIsRead() throws Exception {
        Clock now = Clock.fixed(EntityUnderTest.START.plusMillis(4_321), ZoneOffset.UTC);
        try (var parse = ProcessFunctionTestHarnesses.forProcessFunction(
                new ParseFunction(EntityUnderTest.START, Speed.parse("1x"), EntityUnderTest.START, now))) {
            parse.processElement(line(1, EVENT), 0);
            parse.processElement(line(2, QUERY), 0);

            assertThat(parse.extractOutputValues()).allSatisfy(read -> {
                assertThat(read.offsetMs()).isEqualTo(4_321);
                assertThat(read.arrivalAt()).isEqualTo(now.instant());
            });
            assertThat(parse.extractOutputValues().get(0).event().offsetMs()).isEqualTo(4_321);
            assertThat(parse.extractOutputValues().get(1).query().offsetMs()).isEqualTo(4_321);
        }
    }

    @Test
    void doesNotLetAReplayedLiveEventArriveAfterItWasStored() throws Exception {
        try (var admit = ProcessFunctionTestHarnesses.forProcessFunction(new AdmitFunction(EntityUnderTest.START))) {
            ArrivedEvent event = EntityUnderTest.event("e1", 0, "text");
            Instant stored = event.arrivalAt().minusMillis(700);
            admit.processElement(
                    new RawWritten(
                            new TimelineRecord("stream.jsonl", 1, event.event(), null, 0, event.arrivalAt()),
                            new RawReceipt(RawReceipt.Outcome.REPLAY, stored)),
                    0);
            assertThat(admit.extractOutputValues().get(0).event().arrivalAt()).isEqualTo(stored);
        }
    }

    @Test
    void makesADeadLetterOfEachUnusableLineAndGoesOn() throws Exception {
        try (var parse = parsing("1x")) {
            parse.processElement(line(1, "{\"kind\":\"event\","), 0);
            parse.processElement(line(2, EVENT.replace("\"event\"", "\"rumour\"")), 0);
            parse.processElement(line(3, EVENT.replace("\"e1\"", "\"e 1\"")), 0);
            parse.processElement(line(4, EVENT.replace("Ann drinks sencha.", "x".repeat(256 * 1024 + 1))), 0);
            parse.processElement(line(5, EVENT.replace("2000", "\"soon\"")), 0);
            parse.processElement(new InputLine("stream.jsonl", 6, invalidUtf8()), 0);
            parse.processElement(line(7, EVENT), 0);

            List<DeadLetter> letters = new ArrayList<>();
            parse.getSideOutput(ParseFunction.DEAD_LETTERS).forEach(letter -> letters.add(letter.getValue()));
            assertThat(letters)
                    .extracting(DeadLetter::code)
                    .containsExactly(
                            DeadLetterCode.MALFORMED_JSON,
                            DeadLetterCode.UNKNOWN_KIND,
                            DeadLetterCode.BAD_ID,
                            DeadLetterCode.OVERSIZED,
                            DeadLetterCode.BAD_FIELD,
                            DeadLetterCode.INVALID_UTF8);
            assertThat(letters).extracting(DeadLetter::line).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(letters).allSatisfy(letter -> {
                assertThat(letter.file()).isEqualTo("stream.jsonl");
                assertThat(letter.message()).isNotBlank();
                assertThat(letter.sha256()).hasSize(64);
                assertThat(letter.excerpt().length()).isLessThanOrEqualTo(1_024);
            });
            assertThat(parse.extractOutputValues()).hasSize(1);
        }
    }

    @Test
    void makesAFileThatCannotBeReadOneDeadLetter() throws Exception {
        InputLine gone = new InputLine("stream-1.jsonl", 0, "No such file".getBytes(StandardCharsets.UTF_8));
        try (var parse = ProcessFunctionTestHarnesses.forProcessFunction(
                new ParseFunction(EntityUnderTest.START, Speed.MAX, EntityUnderTest.START, null))) {
            parse.processElement(gone, 0);

            DeadLetter letter =
                    parse.getSideOutput(ParseFunction.DEAD_LETTERS).peek().getValue();
            assertThat(letter.code()).isEqualTo(DeadLetterCode.UNREADABLE_FILE);
            assertThat(letter.file()).isEqualTo("stream-1.jsonl");
            assertThat(letter.line()).isZero();
            assertThat(letter.message()).endsWith("No such file");
            assertThat(parse.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void admitsNewAndReplayedEventsAndCountsRedeliveries() throws Exception {
        try (var admit = ProcessFunctionTestHarnesses.forProcessFunction(new AdmitFunction(EntityUnderTest.START))) {
            admit.processElement(written(RawReceipt.Outcome.NEW, 1), 0);
            admit.processElement(written(RawReceipt.Outcome.REPLAY, 1), 0);
            admit.processElement(written(RawReceipt.Outcome.REDELIVERY, 8), 0);

            assertThat(admit.extractOutputValues()).hasSize(2);
            JsonNode line = Json.read(admit.getSideOutput(Rollouts.LINES).peek().getValue(), JsonNode.class);
            assertThat(admit.getSideOutput(Rollouts.LINES)).hasSize(1);
            assertThat(line.path("outcome").asText()).isEqualTo("redelivered");
            assertThat(line.path("line").asLong()).isEqualTo(8);
            assertThat(line.path("event_id").asText()).isEqualTo("e1");
        }
    }

    @Test
    void makesAnEventThatContradictsItsFirstDeliveryADeadLetter() throws Exception {
        try (var admit = ProcessFunctionTestHarnesses.forProcessFunction(new AdmitFunction(EntityUnderTest.START))) {
            admit.processElement(written(RawReceipt.Outcome.CONFLICT, 8), 0);

            assertThat(admit.extractOutputValues()).isEmpty();
            DeadLetter letter =
                    admit.getSideOutput(ParseFunction.DEAD_LETTERS).peek().getValue();
            assertThat(letter.code()).isEqualTo(DeadLetterCode.CONFLICTING_ID);
            assertThat(letter.line()).isEqualTo(8);
            assertThat(letter.field()).isEqualTo("/event_id");
            assertThat(letter.message()).contains("e1");
            assertThat(letter.excerpt().getBytes(StandardCharsets.UTF_8).length)
                    .as("cut between characters, in bytes")
                    .isBetween(1_021, 1_024);
            assertThat(letter.excerpt()).doesNotContain("\uFFFD").endsWith("\uD83C\uDF75");
        }
    }

    private static RawWritten written(RawReceipt.Outcome outcome, long line) {
        ArrivedEvent event = EntityUnderTest.event("e1", 0, "\uD83C\uDF75".repeat(600));
        return new RawWritten(
                new TimelineRecord("stream.jsonl", line, event.event(), null, 0, event.arrivalAt()),
                new RawReceipt(outcome, event.rawCommittedAt()));
    }

    private static OneInputStreamOperatorTestHarness<InputLine, TimelineRecord> parsing(String speed) throws Exception {
        return ProcessFunctionTestHarnesses.forProcessFunction(
                new ParseFunction(EntityUnderTest.START, Speed.parse(speed), EntityUnderTest.START, null));
    }

    private static InputLine line(long number, String text) {
        return new InputLine("stream.jsonl", number, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] invalidUtf8() {
        byte[] bytes = EVENT.getBytes(StandardCharsets.UTF_8);
        bytes[EVENT.indexOf("sencha")] = (byte) 0xFF;
        return bytes;
    }
}
