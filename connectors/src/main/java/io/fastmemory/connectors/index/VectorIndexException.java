package io.fastmemory.connectors.index;

import org.jspecify.annotations.Nullable;

/** A request to the vector index that did not succeed, after the client's own retries. The message never holds a key. */
public final class VectorIndexException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why it did not succeed; one word is metric, trace field and test name. */
    public enum Reason {
        UNAVAILABLE(true),
        RATE_LIMITED(true),
        TIMEOUT(true),
        CLOSED(false),
        UNAUTHORIZED(false),
        NOT_FOUND(false),
        DIMENSION_MISMATCH(false),
        REJECTED(false),
        MALFORMED_METADATA(false);

        private final boolean passing;

        Reason(boolean passing) {
            this.passing = passing;
        }

        /** Whether the same request may succeed later. */
        public boolean passing() {
            return passing;
        }
    }

    private final Reason reason;

    public VectorIndexException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why it did not succeed. */
    public Reason reason() {
        return reason;
    }
}
