package io.fastmemory.job.world;

import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.llm.OpenAiCompatibleLlmClient;
import io.fastmemory.connectors.llm.OpenAiOptions;
import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** The stand-in server over real HTTP as the model of a test; whoever made the server closes it. */
public record StubbedModel(LlmStubServer stub, UnaryOperator<OpenAiOptions> patience) implements TestModel {

    /** A stand-in server that answers so late. */
    public static LlmStubServer server(Duration latency) throws IOException {
        return LlmStubServer.start(StubOptions.defaults().withLatency(new Latency.Fixed(latency)), new NaiveModel());
    }

    /** A model that is asked with short waits: an attempt ends after so long, and the circuit pauses 100 ms to 500 ms. */
    public static StubbedModel impatient(LlmStubServer stub, Duration attempt) {
        return new StubbedModel(
                stub,
                options -> options.withAttemptTimeout(attempt)
                        .withBackoff(Duration.ofMillis(20), Duration.ofMillis(200))
                        .withCircuit(new OpenAiOptions.Circuit(5, Duration.ofMillis(100), Duration.ofMillis(500))));
    }

    @Override
    public LlmClient open() {
        return new OpenAiCompatibleLlmClient(
                patience.apply(OpenAiOptions.of(stub.baseUrl(), null, LlmStubServer.MODEL)), new RunClock());
    }

    @Override
    public void close() {
        // the server is the test's
    }
}
