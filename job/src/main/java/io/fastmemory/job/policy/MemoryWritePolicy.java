package io.fastmemory.job.policy;

import io.fastmemory.connectors.llm.EndpointHealth;
import java.util.concurrent.CompletableFuture;

/** Who decides what becomes memory. Thread-safe; never blocks the caller; never throws for a bad answer. */
public interface MemoryWritePolicy extends AutoCloseable {
    /**
     * Decides on the events of one call.
     *
     * @return the outcome; a failure of the policy is an outcome too. Cancelling the future ends the call
     */
    CompletableFuture<PolicyOutcome> decide(PolicyCall call);

    /** Whether the endpoint it asks seems to be there. */
    default EndpointHealth endpointHealth() {
        return EndpointHealth.AVAILABLE;
    }

    @Override
    void close();
}
