package io.fastmemory.connectors.llm;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One chat completion request.
 *
 * @param messages the conversation, oldest first
 * @param schemaName name of the answer's JSON Schema, letters, digits and underscores
 * @param jsonSchema the answer's JSON Schema as text, or {@code null} for free text
 * @param temperature sampling temperature, 0 to 2
 * @param maxTokens upper bound of the answer's length in tokens
 * @param timeout wall time allowed for the whole call, retries included
 */
public record ChatRequest(
        List<Message> messages,
        String schemaName,
        @Nullable String jsonSchema,
        double temperature,
        int maxTokens,
        Duration timeout) {
    public ChatRequest {
        messages = List.copyOf(messages);
    }

    /** Who speaks in a message. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT
    }

    /** One message of the conversation. */
    public record Message(Role role, String content) {}
}
