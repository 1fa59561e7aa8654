package io.fastmemory.model.rollout;

import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.scoring.CauseOfFailure;
import io.fastmemory.model.scoring.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One query with all that was retrieved, answered and judged.
 *
 * @param arrivalAt intended arrival: run start + offset ÷ speed
 * @param retrievedAt when the index answered, or {@code null} if retrieval failed
 * @param answeredAt when the reader's answer was first logged
 * @param readerHits how many of the hits, from the best, the reader saw
 * @param hits what was retrieved, best first, at most 25
 * @param answer the reader's answer, or {@code null} if it failed
 * @param failure why retrieval or the reader failed, or {@code null}
 * @param gold the label
 * @param verdict the judgement
 * @param cause why it failed, as far as was known when it was scored; {@code null} on success
 * @param reward what it earned, or {@code null} before the run is evaluated
 */
public record QueryLine(
        String queryId,
        List<String> entityIds,
        long offsetMs,
        @Nullable Long deadlineMs,
        String text,
        List<Ask> asks,
        Instant arrivalAt,
        @Nullable Instant retrievedAt,
        Instant answeredAt,
        int readerHits,
        List<Hit> hits,
        @Nullable Answer answer,
        @Nullable String failure,
        int repairs,
        long promptTokens,
        long completionTokens,
        int llmCalls,
        int httpRetries,
        GoldQuery gold,
        Verdict verdict,
        @Nullable CauseOfFailure cause,
        @Nullable QueryReward reward)
        implements RolloutLine {
    /** The same query with another cause of failure. */
    public QueryLine withCause(@Nullable CauseOfFailure newCause) {
        return judged(newCause, reward);
    }

    /** The same query as the evaluation of the whole run judges it. */
    public QueryLine judged(@Nullable CauseOfFailure newCause, @Nullable QueryReward newReward) {
        return new QueryLine(
                queryId,
                entityIds,
                offsetMs,
                deadlineMs,
                text,
                asks,
                arrivalAt,
                retrievedAt,
                answeredAt,
                readerHits,
                hits,
                answer,
                failure,
                repairs,
                promptTokens,
                completionTokens,
                llmCalls,
                httpRetries,
                gold,
                verdict,
                newCause,
                newReward);
    }

    /**
     * A retrieved memory version, as the index held it.
     *
     * @param score cosine similarity, -1 to 1
     * @param newestSourceMs offset of its newest source event
     * @param eventTime the world's date of its newest source event
     */
    public record Hit(
            String memoryId,
            int version,
            double score,
            String content,
            List<Fact> facts,
            List<String> sourceEventIds,
            boolean verbatim,
            long newestSourceMs,
            @Nullable Instant eventTime) {
        public Hit {
            facts = List.copyOf(facts);
            sourceEventIds = List.copyOf(sourceEventIds);
        }

        /** A hit without a date. */
        public Hit(
                String memoryId,
                int version,
                double score,
                String content,
                List<Fact> facts,
                List<String> sourceEventIds,
                boolean verbatim,
                long newestSourceMs) {
            this(memoryId, version, score, content, facts, sourceEventIds, verbatim, newestSourceMs, null);
        }
    }
}
