package io.fastmemory.connectors.index.pinecone;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which index to use and how patiently. Deliberately not serialisable: it holds the key, so it is made where the
 * connection is opened.
 *
 * @param apiKey key of the service, never blank (the local server without a key takes any)
 * @param indexName name of the index; it is created when absent
 * @param cloud cloud of a created index, such as {@code aws}
 * @param region region of a created index, such as {@code us-east-1}
 * @param controlPlaneUrl control plane of a compatible server, spoken to without TLS when it starts with
 *     {@code http:}, or {@code null} for Pinecone itself
 * @param namespace namespace of every request
 * @param dimension length of the vectors; an index of another dimension is refused
 * @param requestTimeout deadline of each attempt
 * @param maxRetries attempts after the first when the failure may pass, from 0
 * @param minBackoff upper bound of the random wait before the first retry; it doubles with each
 * @param maxBackoff upper bound of any wait
 * @param readyTimeout how long to wait for a created index to become ready
 */
public record PineconeOptions(
        String apiKey,
        String indexName,
        String cloud,
        String region,
        @Nullable String controlPlaneUrl,
        String namespace,
        int dimension,
        Duration requestTimeout,
        int maxRetries,
        Duration minBackoff,
        Duration maxBackoff,
        Duration readyTimeout) {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_RETRIES = 6;
    private static final Duration MIN_BACKOFF = Duration.ofMillis(50);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);

    public PineconeOptions {
        if (apiKey.isBlank()) {
            throw new IllegalArgumentException("apiKey must not be blank for index " + indexName);
        }
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be at least 1: " + dimension);
        }
        if (maxRetries < 0) {
            throw new IllegalArgumentException("maxRetries must be at least 0: " + maxRetries);
        }
    }

    /** An index of the service itself, with the default patience. */
    public static PineconeOptions serverless(
            String apiKey, String indexName, String cloud, String region, String namespace, int dimension) {
        return new PineconeOptions(
                apiKey,
                indexName,
                cloud,
                region,
                null,
                namespace,
                dimension,
                REQUEST_TIMEOUT,
                MAX_RETRIES,
                MIN_BACKOFF,
                MAX_BACKOFF,
                READY_TIMEOUT);
    }

    /** An index of a compatible server that asks for no key, with the default patience. */
    public static PineconeOptions local(String controlPlaneUrl, String indexName, String namespace, int dimension) {
        return serverless("local", indexName, "local", "local", namespace, dimension)
                .withControlPlaneUrl(controlPlaneUrl);
    }

    /** The same at another control plane. */
    public PineconeOptions withControlPlaneUrl(@Nullable String newControlPlaneUrl) {
        return new PineconeOptions(
                apiKey,
                indexName,
                cloud,
                region,
                newControlPlaneUrl,
                namespace,
                dimension,
                requestTimeout,
                maxRetries,
                minBackoff,
                maxBackoff,
                readyTimeout);
    }

    /** The same with another key. */
    public PineconeOptions withApiKey(String newApiKey) {
        return new PineconeOptions(
                newApiKey,
                indexName,
                cloud,
                region,
                controlPlaneUrl,
                namespace,
                dimension,
                requestTimeout,
                maxRetries,
                minBackoff,
                maxBackoff,
                readyTimeout);
    }

    /** The same with another deadline of an attempt and another number of retries. */
    public PineconeOptions withPatience(Duration newRequestTimeout, int newMaxRetries) {
        return new PineconeOptions(
                apiKey,
                indexName,
                cloud,
                region,
                controlPlaneUrl,
                namespace,
                dimension,
                newRequestTimeout,
                newMaxRetries,
                minBackoff,
                maxBackoff,
                readyTimeout);
    }

    /** Says everything but the key. */
    @Override
    public String toString() {
        return "PineconeOptions[apiKey=(hidden), indexName=" + indexName + ", cloud=" + cloud + ", region=" + region
                + ", controlPlaneUrl=" + controlPlaneUrl + ", namespace=" + namespace + ", dimension=" + dimension
                + ", requestTimeout=" + requestTimeout + ", maxRetries=" + maxRetries + ", minBackoff=" + minBackoff
                + ", maxBackoff=" + maxBackoff + ", readyTimeout=" + readyTimeout + "]";
    }
}
