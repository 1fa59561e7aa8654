package io.fastmemory.evaluation.benchmark;

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

/** A model that keeps every event it is shown verbatim, so that what is measured is the environment around a model. */
public final class VerbatimModel implements ScriptedModel {
    private static final String REASON = "benchmark";

    private final boolean indexing;

    /** @param indexing whether it has every memory indexed at once */
    public VerbatimModel(boolean indexing) {
        this.indexing = indexing;
    }

    @Override
    public String answer(String systemPrompt, List<Message> conversation) {
        List<MemoryAction> actions = new ArrayList<>();
        JsonNode request = request(conversation);
        for (JsonNode event : request.path("events")) {
            List<String> sources = List.of(event.path("event_id").asText());
            String written = "$" + actions.size();
            actions.add(new MemoryAction.WriteMemory(
                    event.path("text").asText(), List.of(), sources, Layer.FACT, null, REASON));
            if (indexing) {
                actions.add(new MemoryAction.IndexNow(written, REASON));
            }
        }
        return Json.write(new PolicyAnswer(actions));
    }

    private static JsonNode request(List<Message> conversation) {
        String last = conversation.isEmpty()
                ? "{}"
                : conversation.get(conversation.size() - 1).content();
        try {
            return Json.MAPPER.readTree(last);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected the JSON of a policy request as the last message", e);
        }
    }
}
