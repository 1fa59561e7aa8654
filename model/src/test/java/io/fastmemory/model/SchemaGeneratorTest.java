package io.fastmemory.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.model.rollout.RolloutLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps the checked-in schemas equal to the Java types; {@code -Dupdate-schemas=true} rewrites them. */
class SchemaGeneratorTest {
    private static final Path FOLDER = Path.of("src/main/resources/schemas");

    static Stream<Map.Entry<String, ObjectNode>> schemas() {
        Map<String, Class<?>> gold = new LinkedHashMap<>();
        gold.put("event", GoldEvent.class);
        gold.put("query", GoldQuery.class);
        Map<String, Class<?>> rollout = new LinkedHashMap<>();
        for (JsonSubTypes.Type line :
                RolloutLine.class.getAnnotation(JsonSubTypes.class).value()) {
            rollout.put(line.name(), line.value());
        }
        ObjectNode event = ContractSchemas.schema(Event.class, "event");
        event.put("additionalProperties", true);
        ObjectNode query = ContractSchemas.schema(Query.class, "query");
        query.put("additionalProperties", true);
        Map<String, ObjectNode> schemas = new LinkedHashMap<>();
        schemas.put("event", event);
        schemas.put("query", query);
        schemas.put("gold", ContractSchemas.anyOf(gold));
        schemas.put("dataset", ContractSchemas.schema(Dataset.class, null));
        schemas.put("policy_request", ContractSchemas.schema(PolicyRequest.class, null));
        schemas.put("policy_answer", ContractSchemas.schema(PolicyAnswer.class, null));
        schemas.put("answer", ContractSchemas.schema(Answer.class, null));
        schemas.put("rollout", ContractSchemas.anyOf(rollout));
        schemas.put("dead_letter", ContractSchemas.schema(DeadLetter.class, null));
        schemas.put("undecided", ContractSchemas.schema(Undecided.class, null));
        return schemas.entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void checkedInSchemaIsThatOfTheType(Map.Entry<String, ObjectNode> schema) throws IOException {
        Path file = FOLDER.resolve(schema.getKey() + ".schema.json");
        String generated = pretty(schema.getValue());
        if (Boolean.getBoolean("update-schemas")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, generated);
        }

        assertThat(Files.readString(file))
                .as("%s and its type have parted ways; -Dupdate-schemas=true writes it anew", file)
                .isEqualTo(generated);
    }

    private static String pretty(ObjectNode schema) throws JsonProcessingException {
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withArrayIndenter(indent).withObjectIndenter(indent);
        return Json.MAPPER.writer(printer).writeValueAsString(schema) + "\n";
    }
}
