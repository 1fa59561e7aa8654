package io.fastmemory.model;

/** Why a single action of a valid answer was not carried out. */
public enum RejectionCode {
    UNKNOWN_MEMORY,
    NOT_ACTIVE,
    FOREIGN_SOURCE,
    CONFLICTING_USE,
    BAD_REFERENCE,
    DEPENDS_ON_REJECTED,
    STORAGE_BUDGET_EXCEEDED,
    INDEX_BUDGET_EXCEEDED
}
