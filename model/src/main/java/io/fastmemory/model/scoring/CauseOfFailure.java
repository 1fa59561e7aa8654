package io.fastmemory.model.scoring;

/** Why a query failed: the first that holds, in this order, for the first required fact that fails. */
public enum CauseOfFailure {
    NOT_ARRIVED,
    RAW_WRITE_LATE,
    QUEUED,
    IN_FLIGHT,
    PARKED,
    IGNORED,
    REJECTED,
    WRONG,
    NOT_UPDATED,
    NOT_INDEXED,
    INDEX_DELAYED,
    INDEX_LAG,
    STALE_IN_INDEX,
    RETRIEVAL_FAILED,
    NOT_RETRIEVED,
    READER_FAILED,
    READER_WRONG,
    CITATION_WRONG,
    LATE,
    FALSE_ANSWER
}
