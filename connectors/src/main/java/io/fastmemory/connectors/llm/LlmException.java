package io.fastmemory.connectors.llm;

/** A chat or embedding call that brought no answer. The message never holds a key or a header. */
public final class LlmException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why there is no answer; one word is metric, trace field and test name. */
    public enum Reason {
        TIMEOUT(true),
        RATE_LIMITED(true),
        SERVER_ERROR(true),
        CONNECTION(true),
        /** The service was gone, and did not come back in time. */
        ENDPOINT_UNAVAILABLE(true),
        UNAUTHORIZED(false),
        REJECTED(false),
        /** The model, or the service's filter, declines to answer. */
        REFUSED(false),
        MALFORMED_RESPONSE(false);

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
    private final int httpRetries;

    public LlmException(Reason reason, int httpRetries, String message) {
        super(message);
        this.reason = reason;
        this.httpRetries = httpRetries;
    }

    /** Why there is no answer. */
    public Reason reason() {
        return reason;
    }

    /** How many HTTP attempts were made after the first. */
    public int httpRetries() {
        return httpRetries;
    }
}
