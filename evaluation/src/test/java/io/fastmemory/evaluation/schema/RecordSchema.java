package io.fastmemory.evaluation.schema;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A JSON Schema generated from a record and checked in under this module's resources. */
public final class RecordSchema {
    private static final Path FOLDER = Path.of("src/main/resources/schemas");

    private final Path file;
    private final Class<?> type;
    private final boolean nullsWritten;

    private RecordSchema(String name, Class<?> type, boolean nullsWritten) {
        this.file = FOLDER.resolve(name + ".schema.json");
        this.type = type;
        this.nullsWritten = nullsWritten;
    }

    /** The schema of a record whose absent components are written as null. */
    public static RecordSchema withNulls(String name, Class<?> type) {
        return new RecordSchema(name, type, true);
    }

    /** The schema of a record whose absent components are left out. */
    public static RecordSchema withoutNulls(String name, Class<?> type) {
        return new RecordSchema(name, type, false);
    }

    /** The checked-in file. */
    public Path file() {
        return file;
    }

    /** What the file must hold; with {@code -Dschemas.write=true} it is written first. */
    public String generated() throws IOException {
        String text = Json.MAPPER
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(generator().generateSchema(type)) + "\n";
        if (Boolean.getBoolean("schemas.write")) {
            Files.writeString(file, text);
        }
        return text;
    }

    /** What is wrong with a text by the checked-in file. */
    public List<com.networknt.schema.Error> violations(String json) throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(file), InputFormat.JSON)
                .validate(json, InputFormat.JSON);
    }

    private SchemaGenerator generator() {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        Json.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT, Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES)
                .with(Option.NULLABLE_ALWAYS_AS_ANYOF);
        config.forTypesInGeneral().withCustomDefinitionProvider(RecordSchema::lowerCaseWords);
        config.forFields()
                .withPropertyNameOverrideResolver(RecordSchema::snakeCase)
                .withRequiredCheck(field -> nullsWritten || !isNullable(field))
                .withNullableCheck(field -> nullsWritten && isNullable(field))
                .withTargetTypeOverridesResolver(field -> field.getType().getErasedType() == Instant.class
                        ? List.of(field.getContext().resolve(String.class))
                        : null)
                .withStringFormatResolver(
                        field -> field.getDeclaredType().getErasedType() == Instant.class ? "date-time" : null);
        return new SchemaGenerator(config.build());
    }

    private static @Nullable CustomDefinition lowerCaseWords(ResolvedType type, SchemaGenerationContext context) {
        if (!type.getErasedType().isEnum()) {
            return null;
        }
        ObjectNode node = context.getGeneratorConfig().createObjectNode().put("type", "string");
        ArrayNode words = node.putArray("enum");
        Arrays.stream(type.getErasedType().getEnumConstants())
                .forEach(word -> words.add(((Enum<?>) word).name().toLowerCase(Locale.ROOT)));
        return new CustomDefinition(
                node, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.NO);
    }

    private static String snakeCase(FieldScope field) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(field.getDeclaredName());
    }

    private static boolean isNullable(FieldScope field) {
        return field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class);
    }
}
