package io.fastmemory.job.world;

import io.fastmemory.connectors.llm.ChatCompletion;
import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.llm.LlmException;
import io.fastmemory.connectors.llm.MockLlmClient;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Event;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.PolicyAnswer;
import io.fastmemory.model.PolicyRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A model that does what the first event's text says, the good and the bad: {@code keep}, {@code invalid N} (so many
 * answers are no JSON), {@code hang}, {@code refuse}, {@code update MEMORY_ID}, {@code cite EVENT_ID}.
 */
public final class InstructedModel implements TestModel {
    /** What it answers when it is told to be invalid. */
    public static final String NO_JSON = "I would rather not say.";

    private final Map<String, PolicyRequest> requests = new ConcurrentHashMap<>();

    /** The request that asked about this event. */
    public PolicyRequest requestOf(String eventId) {
        return requests.get(eventId);
    }

    @Override
    public LlmClient open() {
        return new MockLlmClient(this::answer);
    }

    private CompletableFuture<ChatCompletion> answer(ChatRequest request) {
        if (!request.schemaName().equals("policy_answer")) {
            return text(request, Json.write(Answer.abstention("not instructed")));
        }
        PolicyRequest seen = Json.read(request.messages().get(1).content(), PolicyRequest.class);
        Event event = seen.events().get(0);
        requests.put(event.eventId(), seen);
        String[] words = event.text().split(" ");
        int answersBefore = (request.messages().size() - 2) / 2;
        return switch (words[0]) {
            case "hang" -> new CompletableFuture<>();
            case "refuse" ->
                CompletableFuture.failedFuture(
                        new LlmException(LlmException.Reason.UNAUTHORIZED, 0, "the key is not accepted"));
            case "invalid" ->
                text(request, answersBefore < Integer.parseInt(words[1]) ? NO_JSON : actions(keep(event)));
            case "update" ->
                text(
                        request,
                        actions(List.of(
                                new UpdateMemory(
                                        words[1], "mine now", List.of(), List.of(event.eventId()), "reach out"),
                                new IgnoreEvent(event.eventId(), "nothing of its own"))));
            case "cite" ->
                text(
                        request,
                        actions(List.of(new WriteMemory(
                                "hearsay",
                                List.of(),
                                List.of(event.eventId(), words[1]),
                                Layer.FACT,
                                null,
                                "reach out"))));
            default -> text(request, actions(keep(event)));
        };
    }

    private static List<MemoryAction> keep(Event event) {
        return List.of(
                new WriteMemory(
                        "kept: " + event.text(), List.of(), List.of(event.eventId()), Layer.FACT, null, "told to"),
                new IndexNow("$0", "told to"));
    }

    private static String actions(List<MemoryAction> actions) {
        return Json.write(new PolicyAnswer(actions));
    }

    private static CompletableFuture<ChatCompletion> text(ChatRequest request, String text) {
        return CompletableFuture.completedFuture(MockLlmClient.completion(request, text));
    }

    @Override
    public void close() {}
}
