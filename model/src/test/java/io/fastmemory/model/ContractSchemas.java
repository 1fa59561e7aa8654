package io.fastmemory.model;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Generates the JSON Schema of a contract from its Java type: names in snake_case, enums in lower case, a component is required unless
 * it is {@code @Nullable} or left out when empty, and sealed types are told apart by a constant. What a Java type cannot say (ranges,
 * lengths, patterns) stands here and nowhere else.
 */
final class ContractSchemas {
    private static final String ID = "^" + Ids.PATTERN + "$";
    private static final String ID_OR_REFERENCE = "^(" + Ids.PATTERN + "|\\$(0|[1-9][0-9]{0,3}))$";
    private static final long MAX_DELAY_MS = 86_400_000;
    private static final long MAX_TTL_MS = 3_650L * 86_400_000;
    private static final int MAX_ACTIONS = 512;
    private static final int MAX_FACTS = 64;
    private static final int MAX_ALIASES = 64;
    private static final int MAX_IDS = 256;

    private static final Set<String> LISTS_OF_IDS =
            Set.of("entityIds", "sourceEventIds", "evidence", "supersedes", "memoryIds", "citations", "eventIds");

    /** Constraints by {@code Type.component}; {@code *.component} holds for every type, {@code Type.component[]} for elements. */
    private static final Map<String, Consumer<ObjectNode>> CONSTRAINTS = constraints();

    private ContractSchemas() {}

    private static Map<String, Consumer<ObjectNode>> constraints() {
        Map<String, Consumer<ObjectNode>> all = new LinkedHashMap<>();
        for (String id :
                Set.of("eventId", "entityId", "sessionId", "queryId", "askId", "memoryId", "runId", "duplicateOf")) {
            all.put("*." + id, node -> node.put("pattern", ID));
        }
        for (String count : Set.of("offsetMs", "line", "callSeq", "tokens", "index", "notShown", "events", "queries")) {
            all.put("*." + count, node -> minimum(node, 0));
        }
        all.put("*.version", node -> minimum(node, 1));
        all.put("DeadLetter.sha256", node -> node.put("pattern", "^[0-9a-f]{64}$"));
        all.put("DatasetRef.sha256", node -> node.put("pattern", "^[0-9a-f]{64}$"));
        all.put("Event.text", node -> node.put("minLength", 1));
        all.put("Query.text", node -> node.put("minLength", 1));
        all.put("Query.asks", node -> node.put("minItems", 1));
        all.put("Query.entityIds", node -> node.put("minItems", 1));
        all.put("Query.deadlineMs", node -> minimum(node, 1));
        all.put("Required.evidence", node -> node.put("minItems", 1));
        all.put("Fact.subject", node -> text(node, 200));
        all.put("Fact.attribute", node -> text(node, 200));
        all.put("Fact.value", node -> text(node, 2_000));
        all.put("Fact.aliases", node -> node.put("maxItems", MAX_ALIASES));
        all.put("Fact.aliases[]", node -> text(node, 500));
        all.put("Fact.unit", node -> text(node, 100));

        all.put("PolicyAnswer.actions", node -> node.put("maxItems", MAX_ACTIONS));
        for (String action : Set.of("WriteMemory", "UpdateMemory", "CompressMemory")) {
            all.put(action + ".content", node -> text(node, 20_000));
            all.put(action + ".facts", node -> node.put("maxItems", MAX_FACTS));
        }
        for (String action : Set.of("WriteMemory", "UpdateMemory")) {
            all.put(action + ".sourceEventIds", node -> items(node, 1, MAX_IDS));
        }
        all.put("MarkStale.sourceEventIds", node -> node.put("maxItems", MAX_IDS));
        for (Class<?> action : MemoryAction.class.getPermittedSubclasses()) {
            all.put(action.getSimpleName() + ".reason", node -> text(node, 500));
        }
        all.put("WriteMemory.ttlMs", node -> minimum(node, 1).put("maximum", MAX_TTL_MS));
        all.put("CompressMemory.memoryIds", node -> items(node, 2, MAX_IDS));
        all.put("MarkStale.supersededBy", node -> node.put("pattern", ID_OR_REFERENCE));
        all.put("IndexNow.memoryId", node -> node.put("pattern", ID_OR_REFERENCE));
        all.put("DelayIndex.memoryId", node -> node.put("pattern", ID_OR_REFERENCE));
        all.put("DelayIndex.delayMs", node -> minimum(node, 0).put("maximum", MAX_DELAY_MS));

        all.put("Answer.answers", node -> node.put("maxItems", MAX_IDS));
        all.put("AskAnswer.value", node -> text(node, 2_000));
        all.put("AskAnswer.citations", node -> node.put("maxItems", MAX_IDS));
        all.put("Answer.text", node -> node.put("maxLength", 20_000));
        return all;
    }

    private static ObjectNode text(ObjectNode node, int longest) {
        return node.put("minLength", 1).put("maxLength", longest);
    }

    private static ObjectNode items(ObjectNode node, int fewest, int most) {
        return node.put("minItems", fewest).put("maxItems", most);
    }

    private static ObjectNode minimum(ObjectNode node, long least) {
        return node.put("minimum", least);
    }

    /** The schema of a type; {@code kind} is the constant its lines carry, or {@code null}. */
    static ObjectNode schema(Class<?> type, @Nullable String kind) {
        ObjectNode schema = generator().generateSchema(type);
        if (kind != null) {
            discriminate(schema, "kind", kind);
        }
        return schema;
    }

    /** A schema of lines of several types, each with its kind. */
    static ObjectNode anyOf(Map<String, Class<?>> kinds) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("$schema", SchemaVersion.DRAFT_2020_12.getIdentifier());
        ObjectNode definitions = schema.putObject("$defs");
        ArrayNode branches = schema.putArray("anyOf");
        kinds.forEach((kind, type) -> {
            ObjectNode branch = schema(type, kind);
            branch.remove("$schema");
            if (branch.remove("$defs") instanceof ObjectNode inner) {
                definitions.setAll(inner);
            }
            branches.add(branch);
        });
        return schema;
    }

    private static SchemaGenerator generator() {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        Json.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT, Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES);
        config.forFields()
                .withPropertyNameOverrideResolver(field -> snake(field.getDeclaredName()))
                .withRequiredCheck(field -> !isOptional(field))
                .withInstanceAttributeOverride(ContractSchemas::constrain);
        config.forTypesInGeneral()
                .withPropertySorter((first, second) -> 0)
                .withCustomDefinitionProvider(ContractSchemas::custom)
                .withTypeAttributeOverride((node, scope, context) ->
                        discriminate(node, scope.getType().getErasedType()));
        return new SchemaGenerator(config.build());
    }

    private static void constrain(ObjectNode node, FieldScope field, SchemaGenerationContext context) {
        String type = field.getDeclaringType().getErasedType().getSimpleName();
        if (field.isFakeContainerItemScope()) {
            if (LISTS_OF_IDS.contains(field.getDeclaredName())) {
                node.put("pattern", ID);
            }
            Consumer<ObjectNode> ofElements = CONSTRAINTS.get(type + "." + field.getDeclaredName() + "[]");
            if (ofElements != null) {
                ofElements.accept(node);
            }
            return;
        }
        Consumer<ObjectNode> constraint = CONSTRAINTS.getOrDefault(
                type + "." + field.getDeclaredName(), CONSTRAINTS.get("*." + field.getDeclaredName()));
        if (constraint != null) {
            constraint.accept(node);
        }
    }

    private static @Nullable CustomDefinition custom(ResolvedType type, SchemaGenerationContext context) {
        Class<?> erased = type.getErasedType();
        ObjectNode node = context.getGeneratorConfig().createObjectNode();
        if (erased == Instant.class) {
            return inline(node.put("type", "string").put("format", "date-time"));
        }
        if (JsonNode.class.isAssignableFrom(erased)) {
            return inline(node);
        }
        if (erased.isEnum()) {
            ArrayNode words = node.put("type", "string").putArray("enum");
            Arrays.stream(erased.getEnumConstants())
                    .forEach(constant -> words.add(((Enum<?>) constant).name().toLowerCase(Locale.ROOT)));
            return inline(node);
        }
        if (erased == MemoryAction.class) {
            ArrayNode branches = node.putArray("anyOf");
            for (JsonSubTypes.Type action :
                    erased.getAnnotation(JsonSubTypes.class).value()) {
                branches.add(context.createDefinitionReference(
                        context.getTypeContext().resolve(action.value())));
            }
            return inline(node);
        }
        return null;
    }

    private static CustomDefinition inline(ObjectNode node) {
        return new CustomDefinition(
                node, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.NO);
    }

    /** Puts the constant that tells the members of a sealed type apart in front of the other properties. */
    private static void discriminate(ObjectNode node, Class<?> type) {
        for (Class<?> parent : type.getInterfaces()) {
            JsonTypeInfo info = parent.getAnnotation(JsonTypeInfo.class);
            JsonSubTypes members = parent.getAnnotation(JsonSubTypes.class);
            if (info != null && members != null && type.isRecord() && parent == MemoryAction.class) {
                for (JsonSubTypes.Type member : members.value()) {
                    if (member.value() == type) {
                        discriminate(node, info.property(), member.name());
                    }
                }
            }
        }
    }

    private static void discriminate(ObjectNode node, String property, String name) {
        if (!(node.get("properties") instanceof ObjectNode properties)) {
            return;
        }
        ObjectNode ordered = JsonNodeFactory.instance.objectNode();
        ordered.putObject(property).put("type", "string").put("const", name);
        ordered.setAll(properties);
        node.set("properties", ordered);
        ArrayNode required = JsonNodeFactory.instance.arrayNode().add(property);
        node.path("required").forEach(required::add);
        node.set("required", required);
    }

    private static boolean isOptional(FieldScope field) {
        var annotated = field.getRawMember().getAnnotatedType();
        JsonInclude include = field.getRawMember().getAnnotation(JsonInclude.class);
        return annotated.isAnnotationPresent(Nullable.class)
                || (include != null && include.value() == JsonInclude.Include.NON_EMPTY);
    }

    private static String snake(String name) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(name);
    }
}
