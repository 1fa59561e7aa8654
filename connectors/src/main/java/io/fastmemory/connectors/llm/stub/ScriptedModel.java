package io.fastmemory.connectors.llm.stub;

import io.fastmemory.connectors.llm.ChatRequest.Message;
import java.util.List;

/** What a {@link LlmStubServer} answers; knows nothing of HTTP. Called from several threads at once. */
@FunctionalInterface
public interface ScriptedModel {
    /**
     * The answer's text.
     *
     * @param systemPrompt all system messages, one after the other, empty if there is none
     * @param conversation the other messages, oldest first
     */
    String answer(String systemPrompt, List<Message> conversation);

    /** A request has come, which a fault may leave without an answer; of the same form as {@link #answer}. */
    default void asked(String systemPrompt, List<Message> conversation) {}
}
