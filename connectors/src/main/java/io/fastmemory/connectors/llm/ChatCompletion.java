package io.fastmemory.connectors.llm;

/**
 * What a chat model answered.
 *
 * @param text the answer's text, as sent
 * @param promptTokens tokens the service billed for the prompt, 0 if it did not say
 * @param completionTokens tokens the service billed for the answer, 0 if it did not say
 * @param httpRetries how many HTTP attempts failed before this one
 */
public record ChatCompletion(String text, long promptTokens, long completionTokens, int httpRetries) {}
