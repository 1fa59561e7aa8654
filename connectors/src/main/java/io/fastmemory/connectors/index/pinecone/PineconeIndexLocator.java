package io.fastmemory.connectors.index.pinecone;

import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.connectors.index.VectorIndexException.Reason;
import io.fastmemory.connectors.llm.SafeExcerpt;
import io.pinecone.clients.Pinecone;
import io.pinecone.exceptions.PineconeValidationException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openapitools.db_control.client.ApiException;
import org.openapitools.db_control.client.model.IndexModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds or creates an index through the control plane and checks that it fits. Blocks. Its failures never hold the key. */
final class PineconeIndexLocator {
    private static final Logger LOG = LoggerFactory.getLogger(PineconeIndexLocator.class);
    private static final String METRIC = "cosine";
    private static final Duration READY_POLL = Duration.ofMillis(500);
    private static final int NO_ANSWER = 0;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final PineconeOptions options;
    private final Pinecone control;

    PineconeIndexLocator(PineconeOptions options) {
        this.options = options;
        Pinecone.Builder builder = new Pinecone.Builder(options.apiKey()).withTlsEnabled(usesTls(options));
        if (options.controlPlaneUrl() != null) {
            builder.withHost(options.controlPlaneUrl());
        }
        this.control = builder.build();
    }

    /** Whether the data plane is encrypted. */
    static boolean usesTls(PineconeOptions options) {
        return options.controlPlaneUrl() == null
                || !options.controlPlaneUrl().toLowerCase(Locale.ROOT).startsWith("http:");
    }

    /** Address of the ready index, which is created if there is none. */
    String locateOrCreate() {
        IndexModel index = describe();
        return ready(index == null ? create() : index);
    }

    /** Address of the ready index, which must be there. */
    String locate() {
        IndexModel index = describe();
        if (index == null) {
            throw gone(options, "it has been deleted");
        }
        return ready(index);
    }

    /** Says that an index is lost to the run that used it. No cause: what Flink cannot serialise would hide that no restart helps. */
    static VectorIndexException gone(PineconeOptions options, String whatBecameOfIt) {
        return new VectorIndexException(
                Reason.NOT_FOUND,
                "index " + options.indexName() + " must stay as long as a run uses it: " + whatBecameOfIt
                        + "; what this run wrote to it is lost, start the run again under a new run id",
                null);
    }

    private String ready(IndexModel index) {
        check(index);
        return awaitReady(index).getHost();
    }

    /** What the control plane says of the index now, or {@code null} if it says that there is none. Blocks. */
    @Nullable
    IndexModel describe() {
        try {
            return withRetries("describe", () -> control.describeIndex(options.indexName()));
        } catch (ControlPlaneFailure failure) {
            if (failure.status == NOT_FOUND) {
                return null;
            }
            throw failure.explained(options);
        }
    }

    private IndexModel create() {
        try {
            IndexModel created = withRetries(
                    "create",
                    () -> control.createServerlessIndex(
                            options.indexName(),
                            METRIC,
                            options.dimension(),
                            options.cloud(),
                            options.region(),
                            "disabled",
                            null));
            LOG.info("index created name={} dimension={}", options.indexName(), options.dimension());
            return created;
        } catch (ControlPlaneFailure failure) {
            IndexModel other = failure.status == CONFLICT ? describe() : null;
            if (other == null) {
                throw failure.explained(options);
            }
            return other;
        }
    }

    private void check(IndexModel index) {
        Integer dimension = index.getDimension();
        if (dimension == null || dimension != options.dimension()) {
            throw new VectorIndexException(
                    Reason.DIMENSION_MISMATCH,
                    "index " + options.indexName() + " must have dimension " + options.dimension()
                            + ", the embedding model's: " + dimension,
                    null);
        }
        if (!METRIC.equals(index.getMetric())) {
            throw new VectorIndexException(
                    Reason.REJECTED,
                    "index " + options.indexName() + " must have metric " + METRIC + ": " + index.getMetric(),
                    null);
        }
    }

    private IndexModel awaitReady(IndexModel described) {
        IndexModel index = described;
        long deadline = System.nanoTime() + options.readyTimeout().toNanos();
        while (!Boolean.TRUE.equals(index.getStatus().getReady()) || index.getHost() == null) {
            if (System.nanoTime() > deadline) {
                throw new VectorIndexException(
                        Reason.TIMEOUT,
                        "index " + options.indexName() + " must be ready within " + options.readyTimeout() + ": "
                                + index.getStatus().getState(),
                        null);
            }
            pause(READY_POLL.toNanos());
            IndexModel again = describe();
            if (again != null) {
                index = again;
            }
        }
        return index;
    }

    private IndexModel withRetries(String operation, Supplier<IndexModel> request) throws ControlPlaneFailure {
        for (int retry = 0; ; retry++) {
            try {
                return request.get();
            } catch (RuntimeException e) { // the client throws others than its own for answers it did not expect
                ControlPlaneFailure failure = new ControlPlaneFailure(operation, retry, e, options.apiKey());
                if (!failure.mayPass() || retry == options.maxRetries()) {
                    throw failure;
                }
            }
            pause(PineconeIndex.backoffNanos(options, retry + 1));
        }
    }

    private void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VectorIndexException(Reason.CLOSED, "interrupted while opening index " + options.indexName(), e);
        }
    }

    /**
     * A request to the control plane that failed, with the HTTP status of the answer or 0 if there was none. It has the
     * client's failure as text only: that may hold all that a server answered, and a server may answer with the key.
     */
    private static final class ControlPlaneFailure extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String told;

        ControlPlaneFailure(String operation, int retry, RuntimeException failure, String key) {
            super(operation + " failed at attempt " + (retry + 1));
            this.status = status(failure);
            this.told = SafeExcerpt.ofErrorBody(key, String.valueOf(failure.getMessage()));
        }

        private static int status(Throwable failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof ApiException answered) {
                    return answered.getCode();
                }
                if (cause instanceof PineconeValidationException) {
                    return BAD_REQUEST; // the client refused to send it
                }
            }
            return NO_ANSWER;
        }

        boolean mayPass() {
            return status == NO_ANSWER || status == 408 || status == 429 || status >= 500;
        }

        VectorIndexException explained(PineconeOptions options) {
            String where = options.controlPlaneUrl() == null ? "the service" : options.controlPlaneUrl();
            String found = status == NO_ANSWER ? "no usable answer" : "HTTP " + status;
            return new VectorIndexException(
                    reason(),
                    "the control plane must accept: " + getMessage() + " for index " + options.indexName() + " at "
                            + where + ", " + found + ": " + told,
                    null);
        }

        private Reason reason() {
            switch (status) {
                case 401:
                case 403:
                    return Reason.UNAUTHORIZED;
                case 408:
                    return Reason.TIMEOUT;
                case 429:
                    return Reason.RATE_LIMITED;
                case NOT_FOUND:
                    return Reason.NOT_FOUND;
                default:
                    return mayPass() ? Reason.UNAVAILABLE : Reason.REJECTED;
            }
        }
    }
}
