package io.fastmemory.job;

/** Addresses of the operators in a savepoint: never rename one. */
final class Uids {
    static final String SOURCE = "timeline-source";
    static final String PARSE = "parse";
    static final String REDRIVE_SOURCE = "redrive-source";
    static final String STREAM_TIME = "stream-time";
    static final String EVENTS = "events";
    static final String QUERIES = "queries";
    static final String DIGEST_ROLLOUTS = "digest-rollouts";
    static final String DEAD_LETTER_ROLLOUTS = "dead-letter-rollouts";
    static final String RAW_WRITE = "raw-write";
    static final String ADMIT = "admit";
    static final String MEMORY_WRITE = "memory-write";
    static final String POLICY = "llm-policy";
    static final String APPLY = "apply-decisions";
    static final String MEMORY_STORE = "memory-store";
    static final String RECORD_DECISION = "record-decision";
    static final String INDEX_SCHEDULE = "index-schedule";
    static final String INDEX_UNTIMED = "index-untimed";
    static final String INDEX_WRITE = "index-write";
    static final String RECORD_INDEXED = "record-indexed";
    static final String GATHER_MARKERS = "gather-markers";
    static final String QUERY_UNTIMED = "query-untimed";
    static final String RETRIEVE = "retrieve";
    static final String ANSWER = "answer";
    static final String SCORE = "score";
    static final String DEAD_LETTER_JSON = "dead-letter-json";
    static final String UNDECIDED_JSON = "undecided-json";
    static final String ROLLOUT_SINK = "rollout-sink";
    static final String DEAD_LETTER_SINK = "dead-letter-sink";
    static final String UNDECIDED_SINK = "undecided-sink";

    private Uids() {}
}
