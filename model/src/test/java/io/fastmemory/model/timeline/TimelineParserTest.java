package io.fastmemory.model.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Ask;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Event;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimelineParserTest {
    private static final String MINIMAL =
            "{\"kind\":\"event\",\"event_id\":\"e1\",\"entity_id\":\"n1\",\"offset_ms\":5,\"text\":\"hello\"}";

    @Test
    void readsEveryFieldOfAnEvent() {
        Event event = event("""
                {"kind":"event","event_id":"e-1","entity_id":"n:1","scope":"session","session_id":"s.1","offset_ms":12,\
                "event_time":"2023-05-08T15:56:00+02:00","source":"chat","text":"I moved to Zürich 🏔","urgency":"urgent",\
                "attributes":{"lang":"en"}}""");

        assertThat(event)
                .isEqualTo(new Event(
                        "e-1",
                        "n:1",
                        Scope.SESSION,
                        "s.1",
                        12,
                        Instant.parse("2023-05-08T13:56:00Z"),
                        "chat",
                        "I moved to Zürich 🏔",
                        Urgency.URGENT,
                        Map.of("lang", "en")));
    }

    @Test
    void fillsInDefaults() {
        assertThat(event(MINIMAL))
                .isEqualTo(
                        new Event("e1", "n1", Scope.USER, null, 5, null, "unknown", "hello", Urgency.NORMAL, Map.of()));
    }

    @Test
    void takesANullForAbsent() {
        assertThat(event(with("\"scope\":null,\"session_id\":null,\"event_time\":null,\"source\":null,\"x\":null,"
                        + "\"urgency\":null,\"attributes\":null")))
                .isEqualTo(event(MINIMAL));
    }

    @Test
    void keepsUnknownFieldsAsAttributes() {
        Event event = event(with("\"text_len\":5,\"price\":1.50,\"big\":1e400,\"ok\":true,\"note\":\"a \\\"b\\\"\","
                + "\"where\": {\"lat\": 1.0, \"tags\": [\"x\", null]},\"attributes\":{\"list\":[ 1, 2 ]}"));

        assertThat(event.attributes())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "text_len", "5",
                        "price", "1.50",
                        "big", "1E+400",
                        "ok", "true",
                        "note", "a \"b\"",
                        "where", "{\"lat\":1.0,\"tags\":[\"x\",null]}",
                        "list", "[1,2]"));
    }

    @Test
    void readsAQuery() {
        TimelineLine line = parse("""
                {"kind":"query","query_id":"q1","entity_ids":["n1","n2"],"offset_ms":7,"text":"Where?","unknown":1,\
                "asks":[{"ask_id":"a1","subject":"Ann","attribute":"city"},{"ask_id":"a2","subject":"Bob"}],\
                "deadline_ms":2000}""");

        assertThat(line)
                .isEqualTo(new TimelineLine.QueryRead(new Query(
                        "q1",
                        List.of("n1", "n2"),
                        null,
                        7,
                        null,
                        "Where?",
                        List.of(new Ask("a1", "Ann", "city"), new Ask("a2", "Bob", null)),
                        2000L)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        {"kind":"event"                                           | MALFORMED_JSON |
        {"kind":"event"} x                                        | MALFORMED_JSON |
        {"kind":"event","kind":"event"}                           | MALFORMED_JSON |
        {"kind":"event","a":{"b":1,"b":2}}                        | MALFORMED_JSON |
        [1]                                                       | MALFORMED_JSON |
        "text"                                                    | MALFORMED_JSON |
        null                                                      | MALFORMED_JSON |
        nonsense                                                  | MALFORMED_JSON |
        {}                                                        | UNKNOWN_KIND   | /kind
        {"kind":"events"}                                         | UNKNOWN_KIND   | /kind
        {"kind":3}                                                | UNKNOWN_KIND   | /kind
        {"kind":"event"}                                          | BAD_ID         | /event_id
        {"kind":"event","event_id":7}                             | BAD_ID         | /event_id
        {"kind":"event","event_id":""}                            | BAD_ID         | /event_id
        {"kind":"event","event_id":"-a"}                          | BAD_ID         | /event_id
        {"kind":"event","event_id":"a b"}                         | BAD_ID         | /event_id
        {"kind":"event","event_id":"a","entity_id":"../b"}        | BAD_ID         | /entity_id
        {"kind":"query","query_id":"q","entity_ids":["a","?"]}    | BAD_ID         | /entity_ids/1
        {"kind":"query","query_id":"q","entity_ids":[]}           | BAD_FIELD      | /entity_ids
        {"kind":"query","query_id":"q","entity_ids":["a","a"]}    | BAD_FIELD      | /entity_ids/1
        {"kind":"query","query_id":"q","entity_ids":["a"],"asks":[]}                                           | BAD_FIELD | /asks
        {"kind":"query","query_id":"q","entity_ids":["a"],"asks":["x"]}                                        | BAD_FIELD | /asks/0
        {"kind":"query","query_id":"q","entity_ids":["a"],"asks":[{"ask_id":"a"}]}                             | BAD_FIELD | /asks/0/subject
        {"kind":"query","query_id":"q","entity_ids":["a"],"asks":[{"ask_id":"!","subject":"s"}]}               | BAD_ID    | /asks/0/ask_id
        {"kind":"query","query_id":"q","entity_ids":["a"],"asks":[{"ask_id":"a","subject":"s"},{"ask_id":"a","subject":"t"}]} | BAD_FIELD | /asks/1/ask_id
        """)
    void namesWhatIsWrongWithALine(String line, DeadLetterCode code, String field) {
        DeadLetter dead = deadLetter(line.getBytes(StandardCharsets.UTF_8));

        assertThat(dead.code()).isEqualTo(code);
        assertThat(dead.field()).isEqualTo(field);
        assertThat(dead.message())
                .startsWith("stream.jsonl line 3")
                .contains("expected ")
                .contains(", found ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        "offset_ms":-1                         | /offset_ms
        "offset_ms":1.5                        | /offset_ms
        "offset_ms":NaN                        | /offset_ms
        "offset_ms":-Infinity                  | /offset_ms
        "offset_ms":"5"                        | /offset_ms
        "offset_ms":99999999999999999999       | /offset_ms
        "offset_ms":null                       | /offset_ms
        "text":""                              | /text
        "text":" "                             | /text
        "text":5                               | /text
        "text":["a"]                           | /text
        "text":"\\ud800"                       | /text
        "scope":"team"                         | /scope
        "scope":"USER"                         | /scope
        "scope":"session"                      | /session_id
        "urgency":1                            | /urgency
        "event_time":"yesterday"               | /event_time
        "event_time":"2023-02-30T00:00:00Z"    | /event_time
        "event_time":1683554160000             | /event_time
        "event_time":"+99999-01-01T00:00:00Z"  | /event_time
        "source":{}                            | /source
        "attributes":[]                        | /attributes
        "a/b~c":NaN                            | /a~1b~0c
        "deep":{"x":[Infinity]}                | /deep
        "x":1,"attributes":{"x":2}             | /x
        """)
    void namesTheFieldThatIsWrong(String fields, String pointer) {
        DeadLetter dead = deadLetter(with(fields).getBytes(StandardCharsets.UTF_8));

        assertThat(dead.code()).isEqualTo(DeadLetterCode.BAD_FIELD);
        assertThat(dead.field()).isEqualTo(pointer);
        assertThat(dead.eventId()).isEqualTo("e1");
    }

    @Test
    void saysFileLineFieldExpectedAndFoundInOneSentence() {
        DeadLetter dead = deadLetter(with("\"offset_ms\":-5").getBytes(StandardCharsets.UTF_8));

        assertThat(dead.message())
                .isEqualTo("stream.jsonl line 3, field /offset_ms: expected an integer from 0 to 315569520000000,"
                        + " found -5");
    }

    @Test
    void findsInvalidUtf8() {
        byte[] line = MINIMAL.getBytes(StandardCharsets.ISO_8859_1);
        line[line.length - 3] = (byte) 0xE9;

        DeadLetter dead = deadLetter(line);

        assertThat(dead.code()).isEqualTo(DeadLetterCode.INVALID_UTF8);
        assertThat(dead.message()).contains("0xE9 at byte " + (line.length - 2));
    }

    @Test
    void acceptsATextOfExactlyTheLimitInUtf8() {
        String text = "é".repeat(Event.MAX_TEXT_BYTES / 2);

        assertThat(event(with("\"text\":\"" + text + "\"")).text()).isEqualTo(text);
    }

    @Test
    void keepsDigestAndFirstKibibyteOfAnOversizedText() {
        String line = with("\"text\":\"" + "é".repeat(Event.MAX_TEXT_BYTES / 2) + "x\"");

        DeadLetter dead = deadLetter(line.getBytes(StandardCharsets.UTF_8));

        assertThat(dead.code()).isEqualTo(DeadLetterCode.OVERSIZED);
        assertThat(dead.eventId()).isEqualTo("e1");
        assertThat(dead.sha256()).matches("[0-9a-f]{64}");
        assertThat(line).startsWith(dead.excerpt());
        assertThat(dead.excerpt().getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1023, 1024);
    }

    @Test
    void reportsTenMegabytesOfTextAsOversized() {
        DeadLetter dead =
                deadLetter(with("\"text\":\"" + "x".repeat(10_000_000) + "\"").getBytes(StandardCharsets.UTF_8));

        assertThat(dead.code()).isEqualTo(DeadLetterCode.OVERSIZED);
        assertThat(dead.message()).contains("found 10000000 bytes");
    }

    @Test
    void reportsALineBeyondAllLimitsWithoutReadingIt() {
        assertThat(deadLetter(new byte[LineText.MAX_LINE_BYTES + 1]).code()).isEqualTo(DeadLetterCode.OVERSIZED);
    }

    @Test
    void reportsOversizedAttributes() {
        DeadLetter dead = deadLetter(
                with("\"blob\":\"" + "x".repeat(Event.MAX_TEXT_BYTES) + "\"").getBytes(StandardCharsets.UTF_8));

        assertThat(dead.code()).isEqualTo(DeadLetterCode.OVERSIZED);
        assertThat(dead.field()).isEqualTo("/attributes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"source\":\"%s\"",
                "\"source\":\"%s\",\"a\":1",
            })
    void reportsAnOversizedSource(String fields) {
        DeadLetter dead = deadLetter(
                with(fields.formatted("x".repeat(Event.MAX_TEXT_BYTES + 1))).getBytes(StandardCharsets.UTF_8));

        assertThat(dead.code()).isEqualTo(DeadLetterCode.OVERSIZED);
        assertThat(dead.field()).isEqualTo("/source");
        assertThat(dead.message()).contains("at most 262144 characters", "found 26214");
    }

    @Test
    void takesSourceAndAttributesTogether() {
        String half = "x".repeat(Event.MAX_TEXT_BYTES / 2);

        assertThat(event(with("\"source\":\"" + half + "\",\"a\":\"" + half.substring(1) + "\""))
                        .source())
                .isEqualTo(half);
        DeadLetter dead = deadLetter(
                with("\"source\":\"" + half + "\",\"a\":\"" + half + "\"").getBytes(StandardCharsets.UTF_8));
        assertThat(dead.code()).isEqualTo(DeadLetterCode.OVERSIZED);
        assertThat(dead.field()).isEqualTo("/attributes");
    }

    @Test
    void takesOfAQueryNoLongerTextThanOfAnEvent() {
        String text = "é".repeat(Event.MAX_TEXT_BYTES / 2);

        assertThat(parse(query("\"n1\"", text, ask(1, "Ann")))).isInstanceOf(TimelineLine.QueryRead.class);
        DeadLetter dead = refused(query("\"n1\"", text + "x", ask(1, "Ann")));
        assertThat(dead.code()).isEqualTo(DeadLetterCode.OVERSIZED);
        assertThat(dead.field()).isEqualTo("/text");
        assertThat(dead.message()).contains("at most 262144 bytes", "found 262145 bytes");
        assertThat(dead.eventId()).isEqualTo("q1");
    }

    @Test
    void reportsOversizedAsks() {
        String third = "x".repeat(Event.MAX_TEXT_BYTES / 3);

        assertThat(parse(query("\"n1\"", "Where?", ask(1, third), ask(2, third))))
                .isInstanceOf(TimelineLine.QueryRead.class);
        DeadLetter dead = refused(query("\"n1\"", "Where?", ask(1, third), ask(2, third), ask(3, third)));
        assertThat(dead.code()).isEqualTo(DeadLetterCode.OVERSIZED);
        assertThat(dead.field()).isEqualTo("/asks");
        assertThat(dead.message()).contains("at most 262144 characters", "found 262149 characters");
    }

    @Test
    void takesAThousandEntitiesAndAsksAndNoMore() {
        String ids = IntStream.range(0, 1_000).mapToObj(i -> "\"n" + i + "\"").collect(Collectors.joining(","));
        String[] asks = IntStream.range(0, 1_000).mapToObj(i -> ask(i, "Ann")).toArray(String[]::new);
        String[] oneMore =
                IntStream.range(0, 1_001).mapToObj(i -> ask(i, "Ann")).toArray(String[]::new);

        assertThat(parse(query(ids, "Where?", asks))).isInstanceOf(TimelineLine.QueryRead.class);
        DeadLetter entities = refused(query(ids + ",\"more\"", "Where?", ask(1, "Ann")));
        assertThat(entities.code()).isEqualTo(DeadLetterCode.BAD_FIELD);
        assertThat(entities.message())
                .endsWith("field /entity_ids: expected an array of at most 1000 elements, found 1001 elements");
        assertThat(refused(query(ids, "Where?", oneMore)).message())
                .endsWith("field /asks: expected an array of at most 1000 elements, found 1001 elements");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void refusesTooManyEntitiesWithoutComparingEachWithEach() {
        String ids =
                IntStream.range(0, 1_000_000).mapToObj(i -> "\"n" + i + "\"").collect(Collectors.joining(","));

        assertThat(refused(query(ids, "Where?", ask(1, "Ann"))).field()).isEqualTo("/entity_ids");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void readsManyIdsOfALabelWithoutComparingEachWithEach() {
        String ids = IntStream.range(0, 500_000).mapToObj(i -> "\"e" + i + "\"").collect(Collectors.joining(","));

        Fields fields =
                new Fields(LineText.object(("{\"evidence\":[" + ids + "]}").getBytes(StandardCharsets.UTF_8)), "");
        assertThat(fields.ids("evidence", false)).hasSize(500_000);
    }

    @Test
    void survivesDeepNesting() {
        DeadLetter dead =
                deadLetter(("{\"kind\":\"event\",\"x\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8));

        assertThat(dead.code()).isEqualTo(DeadLetterCode.MALFORMED_JSON);
    }

    @Test
    void passesOverAByteOrderMark() {
        assertThat(event("\uFEFF" + MINIMAL)).isEqualTo(event(MINIMAL));
    }

    @Test
    void reportsAnEmptyLine() {
        DeadLetter dead = deadLetter(new byte[0]);

        assertThat(dead.code()).isEqualTo(DeadLetterCode.MALFORMED_JSON);
        assertThat(dead.message()).endsWith("expected a JSON object, found an empty line");
    }

    @Test
    void contentDigestIgnoresKeyOrderFormattingAndOffset() {
        Event event = event("""
                {"kind":"event","event_id":"e1","entity_id":"n1","offset_ms":1,"text":"t","a":"1","b":"2"}""");
        Event again = event("""
                { "b":"2", "text":"\\u0074", "attributes":{"a":"1"}, "offset_ms":9, "entity_id":"n1", "scope":"user",
                "event_id":"e1", "kind":"event" }""");

        assertThat(again.contentSha256()).isEqualTo(event.contentSha256());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        "text":"hello "
        "entity_id":"n2"
        "scope":"global"
        "session_id":"s"
        "event_time":"2023-01-01T00:00:00Z"
        "source":"mail"
        "urgency":"urgent"
        "note":"x"
        """)
    void contentDigestSeesEveryDifferenceOfContent(String fields) {
        assertThat(event(with(fields)).contentSha256())
                .isNotEqualTo(event(MINIMAL).contentSha256());
    }

    /** The minimal event with {@code fields} in place of its own of the same names. */
    private static String with(String fields) {
        String line = MINIMAL;
        for (String name : List.of("offset_ms", "text", "entity_id")) {
            if (fields.startsWith("\"" + name + "\":")) {
                line = line.replaceFirst(",\"" + name + "\":(\"[^\"]*\"|\\d+)", "");
            }
        }
        return line.substring(0, line.length() - 1) + "," + fields + "}";
    }

    private static String ask(int number, String subject) {
        return "{\"ask_id\":\"a" + number + "\",\"subject\":\"" + subject + "\"}";
    }

    private static String query(String entityIds, String text, String... asks) {
        return "{\"kind\":\"query\",\"query_id\":\"q1\",\"entity_ids\":[" + entityIds + "],\"offset_ms\":7,\"text\":\""
                + text + "\",\"asks\":[" + String.join(",", asks) + "]}";
    }

    private static DeadLetter refused(String line) {
        return deadLetter(line.getBytes(StandardCharsets.UTF_8));
    }

    private static TimelineLine parse(String line) {
        return TimelineParser.parse("stream.jsonl", 3, line);
    }

    private static Event event(String line) {
        TimelineLine parsed = parse(line);
        assertThat(parsed).isInstanceOf(TimelineLine.EventRead.class);
        return ((TimelineLine.EventRead) parsed).event();
    }

    private static DeadLetter deadLetter(byte[] line) {
        TimelineLine parsed = TimelineParser.parse("stream.jsonl", 3, line);
        assertThat(parsed).isInstanceOf(TimelineLine.Unusable.class);
        return ((TimelineLine.Unusable) parsed).deadLetter();
    }
}
