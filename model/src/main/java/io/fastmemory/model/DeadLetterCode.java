package io.fastmemory.model;

/** Why a line of the input could not become an event or a query. */
public enum DeadLetterCode {
    MALFORMED_JSON,
    INVALID_UTF8,
    UNKNOWN_KIND,
    BAD_ID,
    BAD_FIELD,
    OVERSIZED,
    CONFLICTING_ID,
    DUPLICATE_QUERY
}
