package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.stub.ScriptedModel;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.PolicyAnswer;
import java.util.ArrayList;
import java.util.List;

/** A model that keeps an entity's latest event and nothing else, so that what a run remembers does not grow. */
public final class LatestEventModel implements ScriptedModel {
    private static final String REASON = "the latest";

    /** The model. */
    public LatestEventModel() {}

    @Override
    public String answer(String systemPrompt, List<Message> conversation) {
        JsonNode request = requestOf(conversation);
        List<String> sources = new ArrayList<>();
        String content = "nothing";
        for (JsonNode event : request.path("events")) {
            sources.add(event.path("event_id").asText());
            content = event.path("text").asText();
        }
        JsonNode memory = request.path("active_memories").path(0).path("memory_id");
        MemoryAction write = memory.isTextual()
                ? new MemoryAction.UpdateMemory(memory.asText(), content, List.of(), sources, REASON)
                : new MemoryAction.WriteMemory(content, List.of(), sources, Layer.FACT, null, REASON);
        return Json.write(new PolicyAnswer(List.of(write, new MemoryAction.IndexNow("$0", REASON))));
    }

    private static JsonNode requestOf(List<Message> conversation) {
        try {
            return Json.MAPPER.readTree(conversation.get(0).content());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected the JSON of a policy request as the first message", e);
        }
    }
}
