package io.fastmemory.job.world;

import io.fastmemory.connectors.llm.LlmClient;

/** What answers the calls of one run, whichever attempt of the job makes them. */
public interface TestModel extends AutoCloseable {
    /** A client of one step of one attempt. */
    LlmClient open();

    /** Called on the task's thread before a query is embedded. */
    default void beforeQuery() {}

    @Override
    void close();
}
