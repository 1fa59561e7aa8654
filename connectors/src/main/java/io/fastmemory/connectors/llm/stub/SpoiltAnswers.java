package io.fastmemory.connectors.llm.stub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Turns a good answer's text into a bad one.
 *
 * <p>What is done to an action is done to the answers of policies; an answer without actions gets a field that is not known
 * instead, so that each fault spoils whatever it meets.
 */
final class SpoiltAnswers {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REFUSAL = "I'm sorry, but I can't help with that.";
    private static final String NOT_SHOWN = "never-shown";

    private SpoiltAnswers() {}

    /** The text instead of {@code said}; faults that leave the text alone leave it as it is. */
    static String spoil(Fault fault, String said) {
        return switch (fault) {
            case BAD_JSON, CUT_BY_LENGTH -> said.substring(0, said.length() * 2 / 3);
            case PROSE -> "The events are about everyday matters; I would keep most of them.";
            case REFUSAL_TEXT, REFUSAL_FIELD -> REFUSAL;
            case EMPTY_TEXT, CONTENT_FILTER -> "";
            case TRAILING_GARBAGE -> said + " } and { so on";
            case WRONG_ROOT -> "[" + (said.length() > 2 ? "7" : "") + "]";
            case NOT_A_NUMBER -> "{\"weight\":NaN," + said.substring(1);
            case DUPLICATE_KEY -> duplicated(said);
            default -> fault.kind() == Fault.Kind.TEXT ? spoilAction(fault, said) : said;
        };
    }

    private static String duplicated(String said) {
        String field =
                object(said).fieldNames().hasNext() ? object(said).fieldNames().next() : "field";
        return "{\"" + field + "\":0,\"" + field + "\":0," + said.substring(1);
    }

    private static String spoilAction(Fault fault, String said) {
        ObjectNode root = object(said);
        if (!(root.path("actions") instanceof ArrayNode actions)) {
            return root.put("spoilt_by", fault.toString()).toString();
        }
        ObjectNode first = actions.path(0) instanceof ObjectNode action ? action : actions.addObject();
        switch (fault) {
            case UNKNOWN_ACTION -> first.put("type", "enlighten");
            case MISSING_FIELD -> first.remove("type");
            case WRONG_TYPES ->
                first.put("reason", 7).put("source_event_ids", 7).put("facts", 7);
            case EMPTY_CONTENT -> writing(actions, "");
            case LONE_SURROGATE -> writing(actions, "Half a pair: \ud83d");
            case FOREIGN_SOURCE -> withSource(writing(actions, "It rests on nothing."));
            case FOREIGN_MEMORY ->
                withSource(actions.addObject()
                        .put("type", "mark_stale")
                        .put("memory_id", "someone-else:m1.0")
                        .put("reason", "another's"));
            case NEGATIVE_DELAY ->
                actions.addObject()
                        .put("type", "delay_index")
                        .put("memory_id", "$0")
                        .put("delay_ms", -5)
                        .put("reason", "before now");
            default -> throw new IllegalArgumentException("no fault of an action: " + fault);
        }
        return escaped(root);
    }

    /** A further memory, resting on what the first action with sources rests on. */
    private static ObjectNode writing(ArrayNode actions, String content) {
        ArrayNode sources = JSON.createArrayNode();
        for (JsonNode action : actions) {
            JsonNode known = action.path("source_event_ids");
            if (sources.isEmpty() && known.isArray()) {
                known.forEach(sources::add);
            } else if (sources.isEmpty() && action.path("event_id").isTextual()) {
                sources.add(action.path("event_id"));
            }
        }
        ObjectNode write = actions.addObject().put("type", "write_memory").put("content", content);
        write.putArray("facts");
        write.set("source_event_ids", sources);
        return write.put("layer", "fact").put("reason", "spoilt");
    }

    private static void withSource(ObjectNode action) {
        action.putArray("source_event_ids").add(NOT_SHOWN);
    }

    /** Half a pair cannot be sent in UTF-8 but by its escape. */
    private static String escaped(ObjectNode root) {
        StringBuilder text = new StringBuilder();
        String json = root.toString();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (Character.isSurrogate(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static ObjectNode object(String said) {
        try {
            return JSON.readTree(said) instanceof ObjectNode root ? root : JSON.createObjectNode();
        } catch (JsonProcessingException notJson) {
            return JSON.createObjectNode();
        }
    }
}
