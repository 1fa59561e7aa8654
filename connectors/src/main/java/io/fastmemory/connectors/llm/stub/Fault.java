package io.fastmemory.connectors.llm.stub;

/** What a {@link LlmStubServer} can do wrong on purpose. */
public enum Fault {
    /** The answer's text loses its end, so it is no JSON any more. */
    BAD_JSON,
    /** HTTP 429, with Retry-After if so configured. */
    RATE_LIMITED,
    /** HTTP 500. */
    SERVER_ERROR,
    /** No answer; the connection stays open until the server closes or {@link StubOptions#hangTime()} is over. */
    HANG,
    /** An answer of 64 MiB. */
    HUGE_BODY,
    /** An answer whose body breaks off before its announced end. */
    TRUNCATED_BODY
}
