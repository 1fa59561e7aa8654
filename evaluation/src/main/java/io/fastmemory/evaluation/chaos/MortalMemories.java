package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.stub.ScriptedModel;
import io.fastmemory.model.Json;
import java.time.Duration;
import java.util.List;

/** Another model, of whose memories every third lives a few seconds of stream time only, so that expiry is hurt as well. */
record MortalMemories(ScriptedModel model) implements ScriptedModel {
    private static final Duration LIFE = Duration.ofSeconds(4);
    private static final int EVERY = 3;

    @Override
    public String answer(String systemPrompt, List<Message> conversation) {
        String answer = model.answer(systemPrompt, conversation);
        JsonNode tree = tree(answer);
        for (JsonNode action : tree.path("actions")) {
            int first = action.path("source_event_ids").path(0).asText().hashCode();
            if (action.path("type").asText().equals("write_memory") && Math.floorMod(first, EVERY) == 0) {
                ((ObjectNode) action).put("ttl_ms", LIFE.toMillis());
            }
        }
        return tree.has("actions") ? tree.toString() : answer;
    }

    private static JsonNode tree(String answer) {
        try {
            return Json.MAPPER.readTree(answer);
        } catch (JsonProcessingException prose) {
            return Json.MAPPER.missingNode();
        }
    }
}
