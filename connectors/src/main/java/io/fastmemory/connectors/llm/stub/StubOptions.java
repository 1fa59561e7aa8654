package io.fastmemory.connectors.llm.stub;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link LlmStubServer} behaves.
 *
 * @param bind address to listen on
 * @param port port to listen on, 0 for any free one
 * @param latency wait before a chat answer, counted from the request's arrival
 * @param embeddingLatency the same for embeddings
 * @param faultRates share of chat requests that meet each fault, 0 to 1, together at most 1
 * @param retryAfter what a 429 asks for, or {@code null} for no such header; sent in whole seconds, rounded up
 * @param hangTime after how long a hanging connection is closed without an answer, and how long a dripping one takes
 * @param seed seed of latencies and faults: the n-th chat request draws the same ones whatever came before
 * @param requiredKey bearer token that a request must carry, or {@code null} to let everyone in
 * @param responseFormats types of {@code response_format} that are accepted; others are answered with 400
 * @param embeddingDimension length of the embeddings unless a request says otherwise
 */
public record StubOptions(
        String bind,
        int port,
        Latency latency,
        Latency embeddingLatency,
        Map<Fault, Double> faultRates,
        @Nullable Duration retryAfter,
        Duration hangTime,
        long seed,
        @Nullable String requiredKey,
        Set<String> responseFormats,
        int embeddingDimension) {
    public StubOptions {
        faultRates = Map.copyOf(faultRates);
        responseFormats = Set.copyOf(responseFormats);
        FaultRates.check(faultRates);
        if (embeddingDimension < 1) {
            throw new IllegalArgumentException("embedding dimension must be at least 1: " + embeddingDimension);
        }
    }

    /** A well-behaved server on a free loopback port: no latency, no faults, no key, 384 dimensions. */
    public static StubOptions defaults() {
        return new StubOptions(
                "127.0.0.1",
                0,
                Latency.NONE,
                Latency.NONE,
                Map.of(),
                null,
                Duration.ofMinutes(5),
                1,
                null,
                Set.of("text", "json_object", "json_schema"),
                384);
    }

    /** The same at another address. */
    public StubOptions withAddress(String host, int newPort) {
        return new StubOptions(
                host,
                newPort,
                latency,
                embeddingLatency,
                faultRates,
                retryAfter,
                hangTime,
                seed,
                requiredKey,
                responseFormats,
                embeddingDimension);
    }

    /** The same with another wait before chat answers. */
    public StubOptions withLatency(Latency chat) {
        return new StubOptions(
                bind,
                port,
                chat,
                embeddingLatency,
                faultRates,
                retryAfter,
                hangTime,
                seed,
                requiredKey,
                responseFormats,
                embeddingDimension);
    }

    /** The same with other fault rates. */
    public StubOptions withFaultRates(Map<Fault, Double> rates) {
        return new StubOptions(
                bind,
                port,
                latency,
                embeddingLatency,
                rates,
                retryAfter,
                hangTime,
                seed,
                requiredKey,
                responseFormats,
                embeddingDimension);
    }

    /** The same with another Retry-After on every 429. */
    public StubOptions withRetryAfter(@Nullable Duration wait) {
        return new StubOptions(
                bind,
                port,
                latency,
                embeddingLatency,
                faultRates,
                wait,
                hangTime,
                seed,
                requiredKey,
                responseFormats,
                embeddingDimension);
    }

    /** The same with another seed. */
    public StubOptions withSeed(long newSeed) {
        return new StubOptions(
                bind,
                port,
                latency,
                embeddingLatency,
                faultRates,
                retryAfter,
                hangTime,
                newSeed,
                requiredKey,
                responseFormats,
                embeddingDimension);
    }

    /** The same, letting in only who sends this bearer token. */
    public StubOptions withRequiredKey(@Nullable String key) {
        return new StubOptions(
                bind,
                port,
                latency,
                embeddingLatency,
                faultRates,
                retryAfter,
                hangTime,
                seed,
                key,
                responseFormats,
                embeddingDimension);
    }

    /** The same, accepting only these types of response format. */
    public StubOptions withResponseFormats(Set<String> types) {
        return new StubOptions(
                bind,
                port,
                latency,
                embeddingLatency,
                faultRates,
                retryAfter,
                hangTime,
                seed,
                requiredKey,
                types,
                embeddingDimension);
    }

    /** Everything but the key, of which only the presence is shown. */
    @Override
    public String toString() {
        return "StubOptions[bind=" + bind + ", port=" + port + ", latency=" + latency + ", faultRates=" + faultRates
                + ", retryAfter=" + retryAfter + ", seed=" + seed + ", requiredKey="
                + (requiredKey == null ? "none" : "hidden") + ", responseFormats=" + responseFormats
                + ", embeddingDimension=" + embeddingDimension + "]";
    }
}
