package io.fastmemory.model;

/** Why a line of the input, or a whole file, could not become events or queries. */
public enum DeadLetterCode {
    MALFORMED_JSON,
    INVALID_UTF8,
    UNKNOWN_KIND,
    BAD_ID,
    BAD_FIELD,
    OVERSIZED,
    CONFLICTING_ID,
    DUPLICATE_QUERY,
    UNREADABLE_FILE
}
