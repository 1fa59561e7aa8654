package io.fastmemory.connectors.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.connectors.llm.LlmException;
import io.fastmemory.connectors.llm.LlmException.Reason;
import io.fastmemory.connectors.llm.OpenAiOptions;
import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.StubOptions;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenAiCompatibleEmbeddingClientTest {
    private static final String KEY = "sk-MARKER-a1b2c3d4e5f6";

    private LlmStubServer stub;
    private OpenAiCompatibleEmbeddingClient client;

    @BeforeEach
    void start() throws IOException {
        stub = LlmStubServer.start(StubOptions.defaults().withRequiredKey(KEY), (system, conversation) -> "{}");
        client = client(KEY, 0);
    }

    @AfterEach
    void close() {
        client.close();
        stub.close();
    }

    @Test
    void keepsTheOrderOfItsTextsAcrossBatches() throws Exception {
        List<String> texts =
                IntStream.range(0, 25).mapToObj(i -> "text number " + i).toList();

        List<float[]> vectors = client.embed(texts).get(30, TimeUnit.SECONDS);

        assertThat(vectors).hasSize(25);
        for (int i = 0; i < 25; i++) {
            assertThat(vectors.get(i)).containsExactly(HashedEmbeddingClient.vectorOf(texts.get(i), 384), within());
        }
        assertThat(stub.stats().embeddingRequests()).isEqualTo(3);
        assertThat(stub.stats().embeddedTexts()).isEqualTo(25);
    }

    @Test
    void asksTheServiceForItsDimensionOnce() {
        assertThat(client.dimension()).isEqualTo(384);
        assertThat(client.dimension()).isEqualTo(384);
        assertThat(stub.stats().embeddingRequests()).isEqualTo(1);
    }

    @Test
    void retriesABatchThatFailed() throws Exception {
        stub.failNextEmbeddings(Fault.SERVER_ERROR, Fault.RATE_LIMITED, Fault.TRUNCATED_BODY);

        assertThat(client.embed(List.of("tea")).get(30, TimeUnit.SECONDS)).hasSize(1);
        assertThat(stub.stats().embeddingRequests()).isEqualTo(4);
    }

    @Test
    void failsAsAWholeWhenOneBatchFails() {
        stub.failNextEmbeddings(
                Fault.SERVER_ERROR,
                Fault.SERVER_ERROR,
                Fault.SERVER_ERROR,
                Fault.SERVER_ERROR,
                Fault.SERVER_ERROR,
                Fault.SERVER_ERROR,
                Fault.SERVER_ERROR,
                Fault.SERVER_ERROR,
                Fault.SERVER_ERROR,
                Fault.SERVER_ERROR);

        CompletableFuture<List<float[]>> call =
                client.embed(IntStream.range(0, 15).mapToObj(i -> "text " + i).toList());

        assertThat(call)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(LlmException.class)
                .withMessageContaining("HTTP 500");
    }

    @Test
    void refusesVectorsOfAnotherDimensionThanExpected() {
        try (OpenAiCompatibleEmbeddingClient wrong = client(KEY, 100)) {
            assertThatThrownBy(() -> wrong.embed(List.of("tea")).join())
                    .cause()
                    .isInstanceOf(LlmException.class)
                    .hasMessageContaining("a vector of 384 components, expected 100");
        }
    }

    @Test
    void failsOnARefusedKeyWithoutShowingIt() {
        try (OpenAiCompatibleEmbeddingClient stranger = client("sk-MARKER-another", 0)) {
            assertThatThrownBy(stranger::dimension)
                    .isInstanceOf(LlmException.class)
                    .hasMessageNotContaining("MARKER")
                    .extracting(failure -> ((LlmException) failure).reason())
                    .isEqualTo(Reason.UNAUTHORIZED);
            assertThat(stranger.toString()).doesNotContain("MARKER");
        }
    }

    @Test
    void embedsNothingWithoutAsking() {
        assertThat(client.embed(List.of()).join()).isEmpty();
        assertThat(stub.stats().embeddingRequests()).isZero();
    }

    private OpenAiCompatibleEmbeddingClient client(String key, int dimension) {
        OpenAiOptions options = OpenAiOptions.of(stub.baseUrl(), key, "embedder")
                .withBackoff(Duration.ofMillis(10), Duration.ofMillis(50))
                .withCircuit(new OpenAiOptions.Circuit(100, Duration.ofSeconds(1), Duration.ofSeconds(1)));
        return new OpenAiCompatibleEmbeddingClient(options, dimension, 10, Duration.ofSeconds(20), Clock.systemUTC());
    }

    private static Offset<Float> within() {
        return Offset.offset(1e-5f);
    }
}
