package io.fastmemory.evaluation.reward;

/** Names one policy call: the entity and the number of the call among its calls. */
public record CallRef(String entityId, long callSeq) {}
