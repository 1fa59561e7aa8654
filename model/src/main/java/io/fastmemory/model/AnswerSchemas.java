package io.fastmemory.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a language model answered against the checked-in JSON Schemas, which are compiled once. The errors are meant to be
 * sent back for repair: a pointer and a plain sentence each, and for an action only those of its own {@code type}.
 */
public final class AnswerSchemas {
    /** Most errors that are returned. */
    public static final int MAX_ERRORS = 10;

    private static final int MAX_FOUND = 60;
    private static final Pattern HALF_PAIR = Pattern.compile("\\p{Cs}");
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final JsonNode POLICY_ANSWER_SCHEMA = read("policy_answer");
    private static final JsonNode ANSWER_SCHEMA = read("answer");
    private static final Schema ANSWER = REGISTRY.getSchema(ANSWER_SCHEMA);
    private static final Schema ACTIONS = REGISTRY.getSchema(withoutActionItems());
    private static final Map<String, Schema> ACTION_BY_TYPE = actionsByType();

    private AnswerSchemas() {}

    /** The schema of a policy's answer, as a model may be given it. A copy. */
    public static JsonNode policyAnswerSchema() {
        return POLICY_ANSWER_SCHEMA.deepCopy();
    }

    /** The schema of a reader's answer, as a model may be given it. A copy. */
    public static JsonNode answerSchema() {
        return ANSWER_SCHEMA.deepCopy();
    }

    /** What is wrong with a policy's answer; empty if it can be read as {@link PolicyAnswer}. */
    public static List<SchemaError> checkPolicyAnswer(JsonNode answer) {
        List<SchemaError> errors = new ArrayList<>(sentences("", ACTIONS.validate(answer)));
        JsonNode actions = answer.path("actions");
        for (int i = 0; actions.isArray() && i < actions.size() && errors.size() < MAX_ERRORS; i++) {
            checkAction("/actions/" + i, actions.get(i), errors);
        }
        addBrokenTexts("", answer, errors);
        return first(errors);
    }

    /** What is wrong with a reader's answer; empty if it can be read as {@link Answer}. */
    public static List<SchemaError> checkAnswer(JsonNode answer) {
        List<SchemaError> errors = new ArrayList<>(sentences("", ANSWER.validate(answer)));
        addBrokenTexts("", answer, errors);
        return first(errors);
    }

    /** Half of a surrogate pair, which JSON can escape and UTF-8 cannot hold: store and index would differ from state. */
    private static void addBrokenTexts(String pointer, JsonNode node, List<SchemaError> errors) {
        if (node.isTextual() && HALF_PAIR.matcher(node.textValue()).find()) {
            errors.add(new SchemaError(pointer, "expected well-formed Unicode, found half of a surrogate pair"));
        }
        node.properties()
                .forEach(field -> addBrokenTexts(pointer + "/" + escaped(field.getKey()), field.getValue(), errors));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            addBrokenTexts(pointer + "/" + i, node.get(i), errors);
        }
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static void checkAction(String pointer, JsonNode action, List<SchemaError> errors) {
        if (!action.isObject()) {
            errors.add(new SchemaError(pointer, "expected an action, an object with a type, found " + shown(action)));
            return;
        }
        JsonNode type = action.get("type");
        Schema schema = type == null || !type.isTextual() ? null : ACTION_BY_TYPE.get(type.textValue());
        if (schema == null) {
            errors.add(new SchemaError(
                    pointer + "/type",
                    "expected one of " + String.join(", ", ACTION_BY_TYPE.keySet()) + ", found " + shown(type)));
        } else {
            errors.addAll(sentences(pointer, schema.validate(action)));
        }
    }

    private static List<SchemaError> first(List<SchemaError> errors) {
        return List.copyOf(errors.subList(0, Math.min(MAX_ERRORS, errors.size())));
    }

    private static List<SchemaError> sentences(String prefix, List<Error> errors) {
        return errors.stream().map(error -> sentence(prefix, error)).distinct().toList();
    }

    private static SchemaError sentence(String prefix, Error error) {
        String pointer = prefix + pointer(error);
        JsonNode found = error.getInstanceNode();
        JsonNode rule = error.getSchemaNode();
        return switch (error.getKeyword()) {
            case "required" -> new SchemaError(pointer, "the field \"" + error.getProperty() + "\" is missing");
            case "additionalProperties" ->
                new SchemaError(pointer, "the field \"" + error.getProperty() + "\" is not known here; leave it out");
            case "type" -> new SchemaError(pointer, "expected " + types(rule) + ", found " + shown(found));
            case "enum" -> new SchemaError(pointer, "expected one of " + list(rule) + ", found " + shown(found));
            case "const" -> new SchemaError(pointer, "expected " + rule + ", found " + shown(found));
            case "pattern" ->
                new SchemaError(pointer, "expected a text matching " + rule.asText() + ", found " + shown(found));
            case "minLength" ->
                new SchemaError(pointer, "expected at least " + rule + " characters, found " + shown(found));
            case "maxLength" ->
                new SchemaError(
                        pointer,
                        "expected at most " + rule + " characters, found "
                                + found.asText().length());
            case "minItems" ->
                new SchemaError(pointer, "expected at least " + rule + " elements, found " + found.size());
            case "maxItems" ->
                new SchemaError(pointer, "expected at most " + rule + " elements, found " + found.size());
            case "minimum" ->
                new SchemaError(pointer, "expected a number of at least " + rule + ", found " + shown(found));
            case "maximum" ->
                new SchemaError(pointer, "expected a number of at most " + rule + ", found " + shown(found));
            case "uniqueItems" -> new SchemaError(pointer, "expected elements that differ from each other");
            default -> new SchemaError(pointer, error.getMessage());
        };
    }

    private static String pointer(Error error) {
        StringBuilder pointer = new StringBuilder();
        for (int i = 0; i < error.getInstanceLocation().getNameCount(); i++) {
            String name = String.valueOf(error.getInstanceLocation().getElement(i));
            pointer.append('/').append(escaped(name));
        }
        return pointer.toString();
    }

    private static String types(JsonNode rule) {
        return rule.isArray() ? list(rule) : "a value of type " + rule.asText();
    }

    private static String list(JsonNode rule) {
        List<String> words = new ArrayList<>();
        rule.forEach(word -> words.add(word.asText()));
        return String.join(", ", words);
    }

    private static String shown(@Nullable JsonNode found) {
        if (found == null || found.isMissingNode()) {
            return "nothing";
        }
        String text = found.isContainerNode() ? (found.isArray() ? "an array" : "an object") : found.toString();
        return text.length() <= MAX_FOUND ? text : text.substring(0, MAX_FOUND) + "…";
    }

    /** The policy answer's schema with any element allowed in {@code actions}; those are checked by their type. */
    private static JsonNode withoutActionItems() {
        ObjectNode schema = POLICY_ANSWER_SCHEMA.deepCopy();
        ((ObjectNode) schema.at("/properties/actions")).remove("items");
        return schema;
    }

    private static Map<String, Schema> actionsByType() {
        Map<String, Schema> schemas = new LinkedHashMap<>();
        JsonNode definitions = POLICY_ANSWER_SCHEMA.path("$defs");
        for (JsonNode branch : POLICY_ANSWER_SCHEMA.at("/properties/actions/items/anyOf")) {
            ObjectNode action = branch.deepCopy();
            String type = action.at("/properties/type/const").asText();
            action.set("$defs", definitions);
            schemas.put(type, REGISTRY.getSchema(action));
        }
        return schemas;
    }

    private static JsonNode read(String name) {
        String resource = "/schemas/" + name + ".schema.json";
        try (InputStream in = AnswerSchemas.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource of this program is missing: " + resource);
            }
            return Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
