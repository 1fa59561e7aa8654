package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.llm.stub.ScriptedModel;
import io.fastmemory.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Another model, of which is noted when it was asked about which events, answered or not: the endpoint's own testimony.
 */
final class WatchedModel implements ScriptedModel {
    /** One request of the policy, repairs and retries included. */
    record Asked(Instant at, List<String> eventIds) {}

    private final ScriptedModel model;
    private final Clock clock;

    // guarded by this
    private final List<Asked> asked = new ArrayList<>();

    WatchedModel(ScriptedModel model, Clock clock) {
        this.model = model;
        this.clock = clock;
    }

    @Override
    public String answer(String systemPrompt, List<Message> conversation) {
        return model.answer(systemPrompt, conversation);
    }

    @Override
    public void asked(String systemPrompt, List<Message> conversation) {
        Instant at = clock.instant();
        List<String> eventIds = new ArrayList<>();
        for (Message message : conversation) {
            if (message.role() == Role.USER) {
                request(message)
                        .path("events")
                        .forEach(event -> eventIds.add(event.path("event_id").asText()));
            }
        }
        if (!eventIds.isEmpty()) {
            synchronized (this) {
                asked.add(new Asked(at, eventIds));
                notifyAll();
            }
        }
    }

    private static JsonNode request(Message message) {
        try {
            return Json.MAPPER.readTree(message.content());
        } catch (JsonProcessingException repairRequest) {
            return Json.MAPPER.missingNode();
        }
    }

    /**
     * Waits until the policy has asked so often.
     *
     * @throws TimeoutException if that takes longer than {@code patience}
     */
    synchronized void awaitAsked(int times, Duration patience) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (asked.size() < times) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new TimeoutException(
                        "expected " + times + " questions within " + patience + ", found " + asked.size());
            }
            wait(left);
        }
    }

    /** Everything the policy asked so far. */
    synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }
}
