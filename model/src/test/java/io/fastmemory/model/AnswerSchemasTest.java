package io.fastmemory.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerSchemasTest {
    private static final String WRITE =
            "{\"type\":\"write_memory\",\"content\":\"c\",\"facts\":[{\"subject\":\"s\",\"value\":\"v\"}],"
                    + "\"source_event_ids\":[\"e1\"],\"layer\":\"fact\",\"ttl_ms\":1,\"reason\":\"r\"}";

    @Test
    void acceptsEveryKindOfAction() throws JsonProcessingException {
        JsonNode answer = actions(
                WRITE,
                "{\"type\":\"update_memory\",\"memory_id\":\"m1\",\"content\":\"c\",\"facts\":[],\"source_event_ids\":[\"e1\"],\"reason\":\"r\"}",
                "{\"type\":\"mark_stale\",\"memory_id\":\"m1\",\"superseded_by\":\"$0\",\"source_event_ids\":[],\"reason\":\"r\"}",
                "{\"type\":\"compress_memory\",\"memory_ids\":[\"m1\",\"m2\"],\"content\":\"c\",\"facts\":[],\"reason\":\"r\"}",
                "{\"type\":\"ignore_event\",\"event_id\":\"e2\",\"reason\":\"r\"}",
                "{\"type\":\"index_now\",\"memory_id\":\"$0\",\"reason\":\"r\"}",
                "{\"type\":\"delay_index\",\"memory_id\":\"m1\",\"delay_ms\":0,\"reason\":\"r\"}");

        assertThat(AnswerSchemas.checkPolicyAnswer(answer)).isEmpty();
        assertThat(Json.MAPPER.treeToValue(answer, PolicyAnswer.class).actions())
                .hasSize(7);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        "content":"c"                   | "content":""                  | /actions/0/content | expected at least 1 characters, found ""
        "content":"c"                   | "content":7                   | /actions/0/content | expected a value of type string, found 7
        "content":"c"                   | "id":"c"                      | /actions/0         | the field "content" is missing
        "content":"c"                   | "content":"c","memory_id":"x" | /actions/0         | the field "memory_id" is not known here; leave it out
        "layer":"fact"                  | "layer":"facts"               | /actions/0/layer   | expected one of fact, observation, model, found "facts"
        "ttl_ms":1                      | "ttl_ms":0                    | /actions/0/ttl_ms  | expected a number of at least 1, found 0
        "ttl_ms":1                      | "ttl_ms":9223372036854775807 | /actions/0/ttl_ms  | expected a number of at most 315360000000, found 9223372036854775807
        "ttl_ms":1                      | "ttl_ms":1.5                  | /actions/0/ttl_ms  | expected a value of type integer, found 1.5
        ["e1"]                          | []                            | /actions/0/source_event_ids | expected at least 1 elements, found 0
        ["e1"]                          | ["e 1"]                       | /actions/0/source_event_ids/0 | expected a text matching ^[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}$, found "e 1"
        {"subject":"s","value":"v"}     | {"subject":"s"}               | /actions/0/facts/0 | the field "value" is missing
        write_memory                    | write                         | /actions/0/type    | expected one of write_memory, update_memory, mark_stale, compress_memory, ignore_event, index_now, delay_index, found "write"
        "type":"write_memory",          | ''                            | /actions/0/type    | expected one of write_memory, update_memory, mark_stale, compress_memory, ignore_event, index_now, delay_index, found nothing
        """)
    void saysWhatIsWrongWithAnAction(String good, String bad, String pointer, String message)
            throws JsonProcessingException {
        JsonNode answer = actions(WRITE.replace(good, bad.equals("''") ? "" : bad));

        assertThat(AnswerSchemas.checkPolicyAnswer(answer)).contains(new SchemaError(pointer, message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        ["e1"]                      | "e1"                        | 257 | 256 | /actions/0/source_event_ids
        {"subject":"s","value":"v"} | {"subject":"s","value":"v"} | 65  | 64  | /actions/0/facts
        "value":"v"                 | "a"                         | 65  | 64  | /actions/0/facts/0/aliases
        """)
    void boundsTheListsOfAnAction(String good, String element, int found, int most, String pointer)
            throws JsonProcessingException {
        String many = String.join(",", Collections.nCopies(found, element));
        String bad = good.startsWith("[")
                ? "[" + many + "]"
                : good.startsWith("{") ? many : good + ",\"aliases\":[" + many + "]";

        assertThat(AnswerSchemas.checkPolicyAnswer(actions(WRITE.replace(good, bad))))
                .containsExactly(new SchemaError(pointer, "expected at most " + most + " elements, found " + found));
    }

    @Test
    void boundsTheNumberOfActions() throws JsonProcessingException {
        JsonNode answer = actions(Collections.nCopies(513, WRITE).toArray(String[]::new));

        assertThat(AnswerSchemas.checkPolicyAnswer(answer))
                .containsExactly(new SchemaError("/actions", "expected at most 512 elements, found 513"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        {"type":"compress_memory","memory_ids":["m1"],"content":"c","facts":[],"reason":"r"}       | /actions/0/memory_ids
        {"type":"delay_index","memory_id":"m1","delay_ms":86400001,"reason":"r"}                   | /actions/0/delay_ms
        {"type":"delay_index","memory_id":"m1","delay_ms":-1,"reason":"r"}                         | /actions/0/delay_ms
        {"type":"update_memory","memory_id":"$0","content":"c","facts":[],"source_event_ids":["e"],"reason":"r"} | /actions/0/memory_id
        {"type":"index_now","memory_id":"$x","reason":"r"}                                         | /actions/0/memory_id
        {"type":"ignore_event","event_id":"e1"}                                                    | /actions/0
        {"type":"ignore_event","event_id":"e1","reason":""}                                        | /actions/0/reason
        [1]                                                                                        | /actions/0
        """)
    void reportsOnlyTheErrorsOfTheActionsOwnType(String action, String pointer) throws JsonProcessingException {
        assertThat(AnswerSchemas.checkPolicyAnswer(actions(action)))
                .singleElement()
                .extracting(SchemaError::pointer)
                .isEqualTo(pointer);
    }

    @Test
    void reportsWhatIsWrongWithTheWhole() throws JsonProcessingException {
        assertThat(AnswerSchemas.checkPolicyAnswer(Json.MAPPER.readTree("{}")))
                .containsExactly(new SchemaError("", "the field \"actions\" is missing"));
        assertThat(AnswerSchemas.checkPolicyAnswer(Json.MAPPER.readTree("{\"actions\":{},\"note\":1}")))
                .hasSize(2);
        assertThat(AnswerSchemas.checkPolicyAnswer(Json.MAPPER.readTree("[]"))).isNotEmpty();
    }

    @Test
    void returnsAtMostTenErrors() throws JsonProcessingException {
        JsonNode answer =
                actions(Collections.nCopies(50, "{\"type\":\"index_now\"}").toArray(String[]::new));

        assertThat(AnswerSchemas.checkPolicyAnswer(answer)).hasSize(AnswerSchemas.MAX_ERRORS);
    }

    @Test
    void checksAReadersAnswer() throws JsonProcessingException {
        assertThat(
                        AnswerSchemas.checkAnswer(
                                Json.MAPPER.readTree(
                                        "{\"answers\":[{\"ask_id\":\"a\",\"value\":\"v\",\"citations\":[\"m1\"]}],\"text\":\"\",\"abstained\":false}")))
                .isEmpty();
        assertThat(
                        AnswerSchemas.checkAnswer(
                                Json.MAPPER.readTree(
                                        "{\"answers\":[{\"ask_id\":\"a\",\"citations\":[\"m1\"]}],\"text\":\"\",\"abstained\":\"no\",\"x\":1}")))
                .extracting(SchemaError::pointer)
                .containsExactlyInAnyOrder("/answers/0", "/abstained", "");
    }

    @Test
    void errorsReadAsSentences() {
        assertThat(List.of(new SchemaError("", "m"), new SchemaError("/a", "m")))
                .extracting(SchemaError::toString)
                .containsExactly("the answer: m", "/a: m");
    }

    private static JsonNode actions(String... actions) throws JsonProcessingException {
        return Json.MAPPER.readTree("{\"actions\":[" + String.join(",", actions) + "]}");
    }
}
