package io.fastmemory.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.timeline.DatasetLines;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {
    static Stream<Object> contracts() {
        return Stream.concat(Samples.STREAM_TYPES.stream(), Stream.of(Samples.POLICY_ANSWER, Samples.DATASET));
    }

    static Stream<RolloutLine> rolloutLines() {
        return Samples.ROLLOUT.stream();
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void readsBackWhatItWrites(Object contract) {
        assertThat(Json.read(Json.write(contract), contract.getClass())).isEqualTo(contract);
    }

    @ParameterizedTest
    @MethodSource("rolloutLines")
    void readsBackRolloutLinesByTheirKind(RolloutLine line) {
        String json = Json.write(line);

        assertThat(json).startsWith("{\"kind\":\"").doesNotContain("\n");
        RolloutLine read = Json.read(json, RolloutLine.class);
        assertThat(read).hasSameClassAs(line);
        assertThat(Json.write(read)).isEqualTo(json);
    }

    @Test
    void writesSnakeCaseLowerCaseEnumsInstantsAndTypes() {
        assertThat(Json.write(Samples.UNDECIDED))
                .contains("\"event_id\":\"e1\"", "\"scope\":\"session\"", "\"parked_at\":\"2026-01-31T09:30:00.123Z\"");
        assertThat(Json.write(Samples.POLICY_ANSWER))
                .contains("{\"type\":\"write_memory\",\"content\":\"c\"", "\"layer\":\"model\"", "\"ttl_ms\":5");
        assertThat(Json.write(Samples.FAILED)).contains("\"code\":\"bad_reference\"", "\"action_type\":\"index_now\"");
    }

    @Test
    void theTypeOfEveryActionIsItsName() {
        assertThat(Samples.POLICY_ANSWER.actions())
                .allSatisfy(action -> assertThat(
                                Json.MAPPER.valueToTree(action).get("type").asText())
                        .isEqualTo(action.typeName()));
    }

    @Test
    void readsBackTextsOfAnyLength() {
        Ask longAsk = new Ask("a1", "x".repeat(20_000_001), null);

        assertThat(Json.read(Json.write(longAsk), Ask.class)).isEqualTo(longAsk);
    }

    @Test
    void readsStrictly() {
        String budget = "{\"limit\":1,\"used\":1,\"left\":0}";
        assertThat(Json.read(budget, Budget.class)).isEqualTo(Budget.of(1, 1));

        for (String bad : new String[] {
            "{\"limit\":1,\"used\":1,\"left\":0,\"more\":0}",
            "{\"limit\":1,\"used\":1}",
            "{\"limit\":1,\"limit\":1,\"used\":1,\"left\":0}",
            "{\"limit\":null,\"used\":1,\"left\":0}",
            "{\"limit\":1.5,\"used\":1,\"left\":0}",
            "{\"limit\":\"1\",\"used\":1,\"left\":0}",
            budget + "x",
        }) {
            assertThatThrownBy(() -> Json.read(bad, Budget.class)).as(bad).isInstanceOf(UncheckedIOException.class);
        }
        assertThatThrownBy(() -> Json.read("{\"type\":\"fly\"}", MemoryAction.class))
                .isInstanceOf(UncheckedIOException.class);
    }

    static Stream<Arguments> schemas() {
        return Stream.concat(
                Stream.of(
                        Arguments.of("event", DatasetLines.of(Samples.EVENT)),
                        Arguments.of("query", DatasetLines.of(Samples.QUERY)),
                        Arguments.of("gold", DatasetLines.of(Samples.GOLD_EVENT)),
                        Arguments.of("gold", DatasetLines.of(Samples.GOLD_QUERY)),
                        Arguments.of("dataset", Json.write(Samples.DATASET)),
                        Arguments.of("policy_request", Json.write(Samples.REQUEST)),
                        Arguments.of("policy_answer", Json.write(Samples.POLICY_ANSWER)),
                        Arguments.of("answer", Json.write(Samples.ANSWER)),
                        Arguments.of("dead_letter", Json.write(Samples.DEAD_LETTER)),
                        Arguments.of("undecided", Json.write(Samples.UNDECIDED))),
                Samples.ROLLOUT.stream().map(line -> Arguments.of("rollout", Json.write(line))));
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void everyContractIsValidByItsSchemaAndInvalidWithoutItsFirstField(String name, String json) throws IOException {
        try (InputStream in = Json.class.getResourceAsStream("/schemas/" + name + ".schema.json")) {
            var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Json.MAPPER.readTree(in));

            assertThat(schema.validate(Json.MAPPER.readTree(json))).isEmpty();
            assertThat(schema.validate(withoutFirstField(json))).isNotEmpty();
        }
    }

    private static JsonNode withoutFirstField(String json) throws JsonProcessingException {
        JsonNode node = Json.MAPPER.readTree(json);
        var names = node.fieldNames();
        names.next();
        names.remove();
        return node;
    }
}
