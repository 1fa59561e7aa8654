package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EvalSummarySchemaTest {
    private static final Path SCHEMA = Path.of("src/main/resources/schemas/eval_summary.schema.json");

    /** Run with {@code -Dschemas.write=true} to write the file anew. */
    @Test
    void checkedInSchemaIsThatOfTheType() throws IOException {
        String generated = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(generate()) + "\n";
        if (Boolean.getBoolean("schemas.write")) {
            Files.writeString(SCHEMA, generated);
        }

        assertThat(SCHEMA).hasContent(generated);
    }

    @Test
    void acceptsASummaryWithNothingMeasuredAndWithEverythingMeasured() throws IOException {
        assertThat(violations(Evaluator.json(SmallRun.summary()))).isEmpty();
        assertThat(violations(Evaluator.json(SmallRun.emptySummary()))).isEmpty();
    }

    @Test
    void refusesASummaryWithoutOneOfItsKeys() throws IOException {
        for (String key : SmallRun.KEYS) {
            ObjectNode summary = (ObjectNode) Json.MAPPER.readTree(Evaluator.json(SmallRun.summary()));
            summary.remove(key);

            assertThat(violations(summary.toString())).as("without " + key).isNotEmpty();
        }
    }

    private static List<com.networknt.schema.Error> violations(String json) throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(SCHEMA), InputFormat.JSON)
                .validate(json, InputFormat.JSON);
    }

    private static JsonNode generate() {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        Json.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT, Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES)
                .with(Option.NULLABLE_ALWAYS_AS_ANYOF);
        config.forFields()
                .withPropertyNameOverrideResolver(EvalSummarySchemaTest::snakeCase)
                .withRequiredCheck(field -> true)
                .withNullableCheck(EvalSummarySchemaTest::isNullable)
                .withTargetTypeOverridesResolver(field -> field.getType().getErasedType() == Instant.class
                        ? List.of(field.getContext().resolve(String.class))
                        : null)
                .withStringFormatResolver(
                        field -> field.getDeclaredType().getErasedType() == Instant.class ? "date-time" : null);
        return new SchemaGenerator(config.build()).generateSchema(EvalSummary.class);
    }

    private static String snakeCase(FieldScope field) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(field.getDeclaredName());
    }

    private static boolean isNullable(FieldScope field) {
        return field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class);
    }
}
