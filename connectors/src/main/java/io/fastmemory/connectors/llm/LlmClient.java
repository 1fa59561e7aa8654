package io.fastmemory.connectors.llm;

import java.util.concurrent.CompletableFuture;

/** A chat model. Thread-safe; never blocks the caller; retries what may pass (429, 5xx, timeouts) itself. */
public interface LlmClient extends AutoCloseable {
    /**
     * Asks for one completion.
     *
     * @return the answer, or a future failed with {@link LlmException}; cancelling it cancels the request
     */
    CompletableFuture<ChatCompletion> complete(ChatRequest request);

    /** Name of the model, for the run's record. */
    String model();

    /** Whether an answer so far came from a stand-in; false before the first answer. */
    default boolean mock() {
        return false;
    }

    /** Whether the service behind it seems to be there now. */
    default EndpointHealth health() {
        return EndpointHealth.AVAILABLE;
    }

    @Override
    void close();
}
