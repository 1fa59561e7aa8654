package io.fastmemory.connectors.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.llm.JsonEndpoint;
import io.fastmemory.connectors.llm.JsonEndpoint.Reply;
import io.fastmemory.connectors.llm.OpenAiOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * Embeddings of a service behind {@code POST {base}/embeddings}. Its failures are {@link
 * io.fastmemory.connectors.llm.LlmException}s.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/embeddings/create">Create embeddings</a>
 */
public final class OpenAiCompatibleEmbeddingClient implements EmbeddingClient {
    /** Services refuse texts over about 8,000 tokens; what is behind this in a text is not sent. */
    public static final int MAX_CHARACTERS = 20_000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NO_WORDS = ".";

    private final OpenAiOptions options;
    private final int batchSize;
    private final Duration timeout;
    private final JsonEndpoint endpoint;
    private volatile int dimension;

    /**
     * Opens nothing yet.
     *
     * @param dimension expected length of the vectors, or 0 to ask the service when it is first needed
     * @param batchSize texts per request, at least 1
     * @param timeout wall time allowed for one batch, retries included
     * @param clock tells how far away a Retry-After date is
     */
    public OpenAiCompatibleEmbeddingClient(
            OpenAiOptions options, int dimension, int batchSize, Duration timeout, Clock clock) {
        if (dimension < 0 || batchSize < 1) {
            throw new IllegalArgumentException(
                    "dimension must be at least 0 and batch size at least 1: " + dimension + ", " + batchSize);
        }
        this.options = options;
        this.dimension = dimension;
        this.batchSize = batchSize;
        this.timeout = timeout;
        this.endpoint = new JsonEndpoint(options, clock);
    }

    @Override
    public CompletableFuture<List<float[]>> embed(List<String> texts) {
        List<CompletableFuture<Reply>> exchanges = new ArrayList<>();
        List<CompletableFuture<List<float[]>>> batches = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += batchSize) {
            List<String> batch = texts.subList(from, Math.min(texts.size(), from + batchSize));
            int size = batch.size();
            CompletableFuture<Reply> exchange = endpoint.post("embeddings", body(batch), timeout);
            exchanges.add(exchange);
            batches.add(exchange.thenApply(reply -> vectors(reply, size)));
        }
        CompletableFuture<List<float[]>> all = new CompletableFuture<>();
        batches.forEach(batch -> batch.exceptionally(failure -> {
            all.completeExceptionally(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
            return List.of();
        }));
        CompletableFuture.allOf(batches.toArray(CompletableFuture[]::new))
                .thenRun(() -> all.complete(
                        batches.stream().flatMap(batch -> batch.join().stream()).toList()));
        all.whenComplete((vectors, failure) -> exchanges.forEach(exchange -> exchange.cancel(true)));
        return all;
    }

    /** Length of every vector; asks the service and waits for it, if it is not known yet. */
    @Override
    public int dimension() {
        if (dimension == 0) {
            try {
                dimension = embed(List.of("dimension")).join().get(0).length;
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw e;
            }
        }
        return dimension;
    }

    @Override
    public String model() {
        return options.model();
    }

    @Override
    public void close() {
        endpoint.close();
    }

    @Override
    public String toString() {
        return "OpenAiCompatibleEmbeddingClient[" + options + "]";
    }

    private ObjectNode body(List<String> texts) {
        ObjectNode body = JSON.createObjectNode().put("model", options.model()).put("encoding_format", "float");
        ArrayNode input = body.putArray("input");
        for (String text : texts) {
            String begin = text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS);
            input.add(begin.isBlank() ? NO_WORDS : begin);
        }
        return body;
    }

    private List<float[]> vectors(Reply reply, int expected) {
        JsonNode data = endpoint.json(reply).path("data");
        float[][] vectors = new float[expected][];
        int place = 0;
        for (JsonNode entry : data) {
            int index = entry.path("index").asInt(place++);
            if (index < 0 || index >= expected || vectors[index] != null) {
                throw endpoint.malformed(reply, "an unexpected vector, number " + index + " of " + expected);
            }
            vectors[index] = UnitVector.of(components(reply, entry.path("embedding")));
        }
        if (Stream.of(vectors).anyMatch(vector -> vector == null)) {
            throw endpoint.malformed(reply, data.size() + " vectors for " + expected + " texts");
        }
        return Arrays.asList(vectors);
    }

    private float[] components(Reply reply, JsonNode numbers) {
        int known = dimension;
        if (!numbers.isArray() || numbers.isEmpty() || (known > 0 && numbers.size() != known)) {
            throw endpoint.malformed(reply, "a vector of " + numbers.size() + " components, expected " + known);
        }
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) numbers.get(i).asDouble();
        }
        return vector;
    }
}
