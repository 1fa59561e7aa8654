package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.ScriptedModel;
import io.fastmemory.model.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The stand-in model, which remembers what it was asked to decide and when. */
final class RecordingModel implements ScriptedModel {
    private final ScriptedModel model = new NaiveModel();
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final Clock clock;

    private record Asked(String eventId, Instant at) {}

    RecordingModel(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String answer(String systemPrompt, List<Message> conversation) {
        Instant now = clock.instant();
        for (JsonNode event : eventsOf(conversation)) {
            asked.add(new Asked(event.path("event_id").asText(), now));
        }
        return model.answer(systemPrompt, conversation);
    }

    private static JsonNode eventsOf(List<Message> conversation) {
        try {
            return Json.MAPPER.readTree(conversation.get(0).content()).path("events");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected a request in JSON", e);
        }
    }

    /** Events it was asked to decide after their decision had been logged. */
    List<String> askedAlthoughLogged(Map<String, Instant> loggedAt) {
        List<String> again = new ArrayList<>();
        for (Asked request : asked) {
            Instant logged = loggedAt.get(request.eventId());
            if (logged != null && request.at().isAfter(logged)) {
                again.add(request.eventId() + " at " + request.at() + ", logged at " + logged);
            }
        }
        return again;
    }
}
