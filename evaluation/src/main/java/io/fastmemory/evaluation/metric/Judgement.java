package io.fastmemory.evaluation.metric;

import io.fastmemory.model.Fact;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** TEMPORARY. */
final class Judgement {
    Judgement(Rollouts rollouts) {}

    static void checkVerdict(QueryLine query, Path file, long line) throws InvalidRolloutException {}

    void checkCause(QueryLine query, Path file, long line) throws InvalidRolloutException {}

    @Nullable CauseOfFailure cause(QueryLine query) {
        return query.cause();
    }

    static QueryLine withCause(QueryLine query, @Nullable CauseOfFailure cause) {
        return new QueryLine(
                query.queryId(),
                query.entityIds(),
                query.offsetMs(),
                query.deadlineMs(),
                query.text(),
                query.asks(),
                query.arrivalAt(),
                query.retrievedAt(),
                query.answeredAt(),
                query.readerHits(),
                query.hits(),
                query.answer(),
                query.failure(),
                query.repairs(),
                query.promptTokens(),
                query.completionTokens(),
                query.llmCalls(),
                query.httpRetries(),
                query.gold(),
                query.verdict(),
                cause);
    }

    static boolean asserts(MemoryVersion memory, Fact fact, Set<String> evidence) {
        return memory.verbatim()
                ? memory.sourceEventIds().stream().anyMatch(evidence::contains)
                : memory.facts().stream().anyMatch(f -> f.value().equalsIgnoreCase(fact.value()));
    }
}
