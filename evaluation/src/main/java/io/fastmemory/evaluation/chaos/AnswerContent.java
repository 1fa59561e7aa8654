package io.fastmemory.evaluation.chaos;

import io.fastmemory.job.step.AnsweredQuery;
import io.fastmemory.model.Answer;
import io.fastmemory.model.rollout.QueryLine;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query's line and its row in the answer log both say, but for the texts of its hits and the time of the commit.
 *
 * @param hits memory and version of each, best first
 */
record AnswerContent(
        String queryId,
        List<String> entityIds,
        Instant arrivalAt,
        @Nullable Instant retrievedAt,
        List<String> hits,
        int readerHits,
        @Nullable Answer answer,
        @Nullable String failure,
        int repairs,
        long promptTokens,
        long completionTokens,
        int llmCalls,
        int httpRetries) {
    static AnswerContent of(QueryLine line) {
        return new AnswerContent(
                line.queryId(),
                line.entityIds(),
                line.arrivalAt(),
                line.retrievedAt(),
                ids(line.hits()),
                line.readerHits(),
                line.answer(),
                line.failure(),
                line.repairs(),
                line.promptTokens(),
                line.completionTokens(),
                line.llmCalls(),
                line.httpRetries());
    }

    static AnswerContent of(AnsweredQuery logged) {
        String notRetrieved = logged.retrieved().failure();
        return new AnswerContent(
                logged.retrieved().query().queryId(),
                logged.retrieved().query().entityIds(),
                logged.retrieved().arrivalAt(),
                logged.retrieved().retrievedAt(),
                ids(logged.retrieved().hits()),
                logged.readerHits(),
                logged.outcome().answer(),
                notRetrieved == null ? logged.outcome().failure() : notRetrieved,
                logged.outcome().repairs(),
                logged.outcome().promptTokens(),
                logged.outcome().completionTokens(),
                logged.outcome().llmCalls(),
                logged.outcome().httpRetries());
    }

    private static List<String> ids(List<QueryLine.Hit> hits) {
        return hits.stream().map(hit -> hit.memoryId() + "/" + hit.version()).toList();
    }
}
