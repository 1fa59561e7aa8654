package io.fastmemory.job.reader;

import io.fastmemory.connectors.llm.EndpointHealth;
import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Answers a query from what was retrieved. Thread-safe; never blocks; a failure is an outcome. */
public interface Reader extends AutoCloseable {
    /** Answers {@code query} from {@code hits}, best first. Cancelling the future ends the call. */
    CompletableFuture<ReaderOutcome> answer(Query query, List<Hit> hits);

    /** Whether the endpoint it asks seems to be there. */
    default EndpointHealth endpointHealth() {
        return EndpointHealth.AVAILABLE;
    }

    @Override
    void close();
}
