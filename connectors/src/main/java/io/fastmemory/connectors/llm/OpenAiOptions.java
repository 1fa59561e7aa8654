package io.fastmemory.connectors.llm;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where an OpenAI-compatible service is and how patiently it is called.
 *
 * <p>Not serialisable, so that the key cannot slip into a job graph or a checkpoint. {@link #toString} hides the key.
 *
 * @param baseUrl http or https address up to and with {@code /v1}, without credentials and query
 * @param apiKey sent as bearer token, or {@code null} if the service wants none
 * @param model name of the model
 * @param maxRetries HTTP attempts after the first, from 0
 * @param attemptTimeout wall time one HTTP attempt may take
 * @param maxConcurrent HTTP calls in flight at once; more wait their turn
 * @param firstBackoff wait before the first retry; doubles with each one, with jitter
 * @param maxBackoff upper bound of that wait; a Retry-After of the service may be longer
 * @param maxResponseBytes a longer answer is refused
 * @param circuit when the service counts as gone
 */
public record OpenAiOptions(
        String baseUrl,
        @Nullable String apiKey,
        String model,
        int maxRetries,
        Duration attemptTimeout,
        int maxConcurrent,
        Duration firstBackoff,
        Duration maxBackoff,
        int maxResponseBytes,
        Circuit circuit) {
    /**
     * When a service counts as gone, and how often it is asked then.
     *
     * @param failures attempts in a row that find nobody, from 1
     * @param firstPause wait before the first probe; doubles with each one that fails
     * @param maxPause upper bound of that wait
     */
    public record Circuit(int failures, Duration firstPause, Duration maxPause) implements Serializable {
        /** Five failures, pauses of 1 s to 10 s. */
        public static final Circuit DEFAULTS = new Circuit(5, Duration.ofSeconds(1), Duration.ofSeconds(10));

        public Circuit {
            requirePositive("circuit failures", failures);
            requirePositive("circuit firstPause", firstPause.toMillis());
            requirePositive("circuit maxPause", maxPause.toMillis());
        }
    }

    public OpenAiOptions {
        baseUrl = withoutTrailingSlash(requireServiceUrl(baseUrl));
        apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
        if (apiKey != null && !apiKey.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("the API key must hold visible ASCII characters only");
        }
        requirePositive("model", model.isBlank() ? 0 : 1);
        requirePositive("maxRetries + 1", maxRetries + 1L);
        requirePositive("attemptTimeout", attemptTimeout.toMillis());
        requirePositive("maxConcurrent", maxConcurrent);
        requirePositive("firstBackoff", firstBackoff.toMillis());
        requirePositive("maxBackoff", maxBackoff.toMillis());
        requirePositive("maxResponseBytes", maxResponseBytes);
    }

    /** Options with the defaults: 4 retries, 60 s an attempt, 512 calls at once, back-off 200 ms to 10 s, 4 MiB. */
    public static OpenAiOptions of(String baseUrl, @Nullable String apiKey, String model) {
        return new OpenAiOptions(
                baseUrl,
                apiKey,
                model,
                4,
                Duration.ofSeconds(60),
                512,
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                4 << 20,
                Circuit.DEFAULTS);
    }

    /** The same with another number of retries. */
    public OpenAiOptions withMaxRetries(int retries) {
        return new OpenAiOptions(
                baseUrl,
                apiKey,
                model,
                retries,
                attemptTimeout,
                maxConcurrent,
                firstBackoff,
                maxBackoff,
                maxResponseBytes,
                circuit);
    }

    /** The same with another time per attempt. */
    public OpenAiOptions withAttemptTimeout(Duration timeout) {
        return new OpenAiOptions(
                baseUrl,
                apiKey,
                model,
                maxRetries,
                timeout,
                maxConcurrent,
                firstBackoff,
                maxBackoff,
                maxResponseBytes,
                circuit);
    }

    /** The same with another number of calls in flight. */
    public OpenAiOptions withMaxConcurrent(int calls) {
        return new OpenAiOptions(
                baseUrl,
                apiKey,
                model,
                maxRetries,
                attemptTimeout,
                calls,
                firstBackoff,
                maxBackoff,
                maxResponseBytes,
                circuit);
    }

    /** The same with another wait between attempts. */
    public OpenAiOptions withBackoff(Duration first, Duration max) {
        return new OpenAiOptions(
                baseUrl,
                apiKey,
                model,
                maxRetries,
                attemptTimeout,
                maxConcurrent,
                first,
                max,
                maxResponseBytes,
                circuit);
    }

    /** The same with another bound on the answer's size. */
    public OpenAiOptions withMaxResponseBytes(int bytes) {
        return new OpenAiOptions(
                baseUrl,
                apiKey,
                model,
                maxRetries,
                attemptTimeout,
                maxConcurrent,
                firstBackoff,
                maxBackoff,
                bytes,
                circuit);
    }

    /** The same, counting the service as gone at other times. */
    public OpenAiOptions withCircuit(Circuit other) {
        return new OpenAiOptions(
                baseUrl,
                apiKey,
                model,
                maxRetries,
                attemptTimeout,
                maxConcurrent,
                firstBackoff,
                maxBackoff,
                maxResponseBytes,
                other);
    }

    /** Everything but the key, of which only the presence is shown. */
    @Override
    public String toString() {
        return "OpenAiOptions[baseUrl=" + baseUrl + ", apiKey=" + (apiKey == null ? "none" : "hidden") + ", model="
                + model + ", maxRetries=" + maxRetries + ", attemptTimeout=" + attemptTimeout + ", maxConcurrent="
                + maxConcurrent + "]";
    }

    private static String requireServiceUrl(String url) {
        URI uri;
        try {
            uri = URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("base URL must be a URL like https://host/v1: it cannot be parsed");
        }
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "base URL must be http(s)://host[:port]/path without credentials and query, its host is: "
                            + uri.getHost());
        }
        return uri.toString();
    }

    private static String withoutTrailingSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
    }
}
