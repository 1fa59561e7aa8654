package io.fastmemory.evaluation.report;

import io.fastmemory.model.Answer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.scoring.CauseOfFailure;
import io.fastmemory.model.scoring.Verdict;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Queries with what they needed, by id; times are milliseconds since the run start, texts are cut.
 *
 * @param total queries of the run
 * @param textLimit code points after which a text is cut
 * @param queries the ones told, in order of arrival
 * @param events the evidence of these queries, by event id
 * @param calls the calls that decided them, by {@link #callKey}
 * @param memories the memories that rest on them or were retrieved, by memory id
 */
record Stories(
        long total,
        int textLimit,
        List<QueryStory> queries,
        SortedMap<String, EventStory> events,
        SortedMap<String, CallStory> calls,
        SortedMap<String, List<VersionStory>> memories) {

    /** The key of a call. */
    static String callKey(String entityId, long callSeq) {
        return entityId + "/" + callSeq;
    }

    /**
     * A query.
     *
     * @param hitsLeftOut how many hits were retrieved beyond those told
     * @param reward what it earned, or {@code null} if the run has no rewards
     */
    record QueryStory(
            String queryId,
            List<String> entityIds,
            String text,
            List<Ask> asks,
            double arrivalMs,
            @Nullable Double retrievedMs,
            double answeredMs,
            @Nullable Long deadlineMs,
            int readerHits,
            List<HitStory> hits,
            int hitsLeftOut,
            @Nullable Answer answer,
            @Nullable String failure,
            int repairs,
            GoldQuery gold,
            Verdict verdict,
            @Nullable CauseOfFailure cause,
            @Nullable Double reward) {}

    /** A hit, from the best; its text is the memory's. */
    record HitStory(String memoryId, int version, double score) {}

    /**
     * An event.
     *
     * @param category of its label, or {@code null} without one
     * @param text or {@code null} if no call recorded it
     * @param memories resting on it, by id
     */
    record EventStory(
            String entityId,
            @Nullable String category,
            @Nullable String source,
            @Nullable String text,
            double arrivalMs,
            double rawMs,
            double calledMs,
            double decidedMs,
            String outcome,
            @Nullable String reason,
            long callSeq,
            List<String> memories) {}

    /** A policy call. */
    record CallStory(
            List<String> eventIds,
            String outcome,
            @Nullable String reason,
            double calledMs,
            double decidedMs,
            int repairs,
            List<ActionStory> actions) {}

    /**
     * An action of a call and its result.
     *
     * @param eventIds it names
     * @param memoryId it made, changed or asked to be indexed, or {@code null}
     * @param error code and message of its rejection, or {@code null}
     */
    record ActionStory(
            String type,
            @Nullable String reason,
            List<String> eventIds,
            @Nullable String memoryId,
            @Nullable String error) {}

    /** A version of a memory and what the index did with it. */
    record VersionStory(
            int version,
            String status,
            String content,
            List<Fact> facts,
            List<String> sources,
            int tokens,
            double committedMs,
            List<IndexStory> index) {}

    /** An operation on the index. */
    record IndexStory(
            String operation,
            String action,
            double requestedMs,
            @Nullable Double visibleMs,
            boolean superseded,
            @Nullable String error) {}

    /** Texts of events, as a call showed them. */
    record EventText(@Nullable String source, @Nullable String text) {
        /** What is shown where no call recorded the text. */
        static final EventText UNKNOWN = new EventText(null, null);
    }

    /** What a pass over the file found: texts and actions that {@code Rollouts} does not keep. */
    record Told(Map<String, EventText> events, Map<String, CallStory> calls, Map<String, String> queries) {}
}
