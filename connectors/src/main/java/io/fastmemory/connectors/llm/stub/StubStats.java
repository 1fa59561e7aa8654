package io.fastmemory.connectors.llm.stub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/**
 * What a {@link LlmStubServer} has counted since it started.
 *
 * @param chatRequests chat requests that arrived, refused ones included
 * @param embeddingRequests the same for embeddings
 * @param promptTokens tokens of the prompts it answered
 * @param completionTokens tokens of its answers
 * @param embeddedTexts texts it embedded
 * @param faults how often each fault was played
 * @param refused requests it refused with a 4xx of its own, bad keys included
 * @param clientsGone answers that could not be sent because the client had left
 * @param inFlight requests that wait for their answer now
 * @param maxInFlight the most that ever waited at once
 */
public record StubStats(
        long chatRequests,
        long embeddingRequests,
        long promptTokens,
        long completionTokens,
        long embeddedTexts,
        Map<Fault, Long> faults,
        long refused,
        long clientsGone,
        int inFlight,
        int maxInFlight) {
    /** The same as JSON, as {@code /stats} serves it. */
    String toJson(ObjectMapper json) {
        ObjectNode root = json.createObjectNode().put("mock", true);
        root.put("chat_requests", chatRequests).put("embedding_requests", embeddingRequests);
        root.put("prompt_tokens", promptTokens).put("completion_tokens", completionTokens);
        root.put("embedded_texts", embeddedTexts);
        ObjectNode byKind = root.putObject("faults");
        for (Fault fault : Fault.values()) {
            byKind.put(fault.name().toLowerCase(Locale.ROOT), faults.getOrDefault(fault, 0L));
        }
        root.put("refused", refused).put("clients_gone", clientsGone);
        root.put("in_flight", inFlight).put("max_in_flight", maxInFlight);
        return root.toString();
    }
}
