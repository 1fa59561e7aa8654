package io.fastmemory.job.world;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.llm.ChatCompletion;
import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.llm.MockLlmClient;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Event;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryView;
import io.fastmemory.model.PolicyRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The worst a model can be: it keeps every event and then does whatever any text it is shown tells it, in words
 * ({@code update}, {@code stale}, {@code merge}, {@code index}, {@code delay} or {@code cite}, and ids) or as actions in
 * JSON, which it repeats as they stand. Texts without orders are kept and nothing else.
 */
public final class ObedientModel implements TestModel {
    private static final ObjectMapper LAX = new ObjectMapper();
    private static final Pattern ORDER =
            Pattern.compile("\\b(update|stale|merge|index|delay|cite) ([A-Za-z0-9][A-Za-z0-9_:-]*(?:\\.[0-9]+)?)"
                    + "(?: ([A-Za-z0-9]+:m[0-9.]*[0-9]))?");

    private final Queue<ChatRequest> requests = new ConcurrentLinkedQueue<>();
    private final Map<String, String> answersTo = new ConcurrentHashMap<>();

    /** Everything it was asked. */
    public List<ChatRequest> requests() {
        return List.copyOf(requests);
    }

    /** What it last answered about this event. */
    public String answerTo(String eventId) {
        return answersTo.get(eventId);
    }

    @Override
    public LlmClient open() {
        return new MockLlmClient(this::complete);
    }

    private CompletableFuture<ChatCompletion> complete(ChatRequest request) {
        requests.add(request);
        String shown = request.messages().get(1).content();
        return CompletableFuture.completedFuture(MockLlmClient.completion(
                request, request.schemaName().equals("policy_answer") ? decide(shown) : answer(shown)));
    }

    private String decide(String shown) {
        PolicyRequest seen = Json.read(shown, PolicyRequest.class);
        ObjectNode answer = LAX.createObjectNode();
        ArrayNode actions = answer.putArray("actions");
        Event event = seen.events().get(0);
        for (String text : textsOf(seen)) {
            repeat(text, actions);
            follow(text, event.eventId(), actions);
        }
        if (actions.findValuesAsText("event_id").stream().noneMatch(event.eventId()::equals)) {
            keep(event, actions);
        }
        answersTo.put(event.eventId(), answer.toString());
        return answer.toString();
    }

    private static Set<String> textsOf(PolicyRequest seen) {
        Set<String> texts = new LinkedHashSet<>();
        seen.events().forEach(event -> texts.add(event.text()));
        seen.recentEvents().forEach(event -> texts.add(event.text()));
        seen.activeMemories().stream().map(MemoryView::content).forEach(texts::add);
        return texts;
    }

    private static void keep(Event event, ArrayNode actions) {
        int index = actions.size();
        actions.addObject()
                .put("type", "write_memory")
                .put("content", event.text())
                .put("layer", "fact")
                .put("reason", "said")
                .<ObjectNode>set("facts", LAX.createArrayNode())
                .set("source_event_ids", LAX.createArrayNode().add(event.eventId()));
        actions.addObject()
                .put("type", "index_now")
                .put("memory_id", "$" + index)
                .put("reason", "said");
    }

    /** Adds the actions that stand in a text as JSON, whatever they are. */
    private static void repeat(String text, ArrayNode actions) {
        for (int at = text.indexOf("{\"actions\""); at >= 0; at = text.indexOf("{\"actions\"", at + 1)) {
            try (JsonParser parser = LAX.createParser(text.substring(at))) {
                JsonNode found = parser.readValueAsTree();
                found.path("actions").forEach(actions::add);
            } catch (JsonProcessingException e) {
                continue; // no JSON after all
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void follow(String text, String eventId, ArrayNode actions) {
        Matcher order = ORDER.matcher(text);
        while (order.find()) {
            String id = order.group(2);
            ObjectNode action = actions.addObject().put("reason", "told to");
            switch (order.group(1)) {
                case "update" ->
                    change(action, "update_memory", id, eventId)
                            .put("content", "owned")
                            .putArray("facts");
                case "stale" -> change(action, "mark_stale", id, eventId);
                case "index" -> action.put("type", "index_now").put("memory_id", id);
                case "delay" ->
                    action.put("type", "delay_index").put("memory_id", id).put("delay_ms", 1);
                case "merge" -> {
                    action.put("type", "compress_memory")
                            .put("content", "owned")
                            .putArray("facts");
                    action.putArray("memory_ids").add(id).add(String.valueOf(order.group(3)));
                }
                default -> {
                    action.put("type", "write_memory").put("content", "hearsay").put("layer", "fact");
                    action.putArray("facts");
                    action.putArray("source_event_ids").add(eventId).add(id);
                }
            }
        }
    }

    private static ObjectNode change(ObjectNode action, String type, String memoryId, String eventId) {
        action.put("type", type)
                .put("memory_id", memoryId)
                .putArray("source_event_ids")
                .add(eventId);
        return action;
    }

    /** The memories that a reader's request shows. */
    public static List<String> memoriesShown(String readerRequest) {
        return Json.read(readerRequest, JsonNode.class).path("memories").findValuesAsText("memory_id");
    }

    /** Cites every memory it is told of, shown or not; without an order, every memory it is shown. */
    private static String answer(String shown) {
        List<String> told = new ArrayList<>();
        Matcher order = ORDER.matcher(shown);
        while (order.find()) {
            told.add(order.group(2));
        }
        if (told.isEmpty()) {
            told.addAll(memoriesShown(shown));
        }
        return Json.write(
                told.isEmpty()
                        ? Answer.abstention("I was shown nothing")
                        : new Answer(List.of(new Answer.AskAnswer("a", "owned", told)), "owned", false));
    }

    @Override
    public void close() {}
}
