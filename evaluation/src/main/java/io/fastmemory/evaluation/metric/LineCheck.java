package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.rollout.VersionLine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks of rollout lines that are well formed but cannot be true, so that no figure rests on them.
 *
 * <p>Times are of one wall clock, which may be set while the job runs: one that comes before what must come first by no
 * more than {@link #CLOCK_STEP} is borne. What a replay may reorder has only to come after the run start: the index keeps
 * the first times of a version, even where it is asked for again.
 */
final class LineCheck {
    /** How far a clock may be set back while the job runs. */
    static final Duration CLOCK_STEP = Duration.ofSeconds(1);

    private static final String START = "/started_at of the run";

    private static final List<String> OUTCOMES = List.of("decided", "parked", "fallback_stored");
    private static final List<String> INPUT_OUTCOMES = List.of("redelivered", "dead_letter", "unlabelled_query");
    private static final List<String> INDEX_OPERATIONS = List.of("upsert", "delete");

    private final Path file;
    private final long line;

    private LineCheck(Path file, long line) {
        this.file = file;
        this.line = line;
    }

    /**
     * Checks a line.
     *
     * @param run the run it is of, or {@code null} where that is not known yet
     * @throws InvalidRolloutException naming file, line and field
     */
    static void check(RolloutLine it, @Nullable RunLine run, Path file, long line) throws InvalidRolloutException {
        LineCheck check = new LineCheck(file, line);
        Instant start = run == null ? Instant.MIN : run.startedAt();
        if (it instanceof RunLine first) {
            check(first, file, line);
        } else if (it instanceof InputLine input) {
            check.word("/outcome", input.outcome(), INPUT_OUTCOMES);
        } else if (it instanceof EventLine event) {
            check.event(event, start);
        } else if (it instanceof CallLine call) {
            check.call(call, start);
        } else if (it instanceof VersionLine version) {
            check.version(version, start);
        } else if (it instanceof IndexLine operation) {
            check.index(operation, start);
        } else if (it instanceof QueryLine query) {
            check(query, file, line);
            check.query(query, start);
        } else if (it instanceof DigestLine digest) {
            check.digest(digest);
        } else if (it instanceof EndLine end) {
            check.order("/ended_at", end.endedAt(), START, start);
            check.count("/restarts", end.restarts() == null ? 0 : end.restarts());
            check.count("/store_bytes", end.storeBytes());
        }
    }

    private void event(EventLine event, Instant start) throws InvalidRolloutException {
        word("/outcome", event.outcome(), OUTCOMES);
        count("/offset_ms", event.offsetMs());
        count("/tokens", event.tokens());
        count("/call_seq", event.callSeq());
        order("/arrival_at", event.arrivalAt(), START, start);
        order("/raw_committed_at", event.rawCommittedAt(), "/arrival_at", event.arrivalAt());
        order("/called_at", event.calledAt(), "/raw_committed_at", event.rawCommittedAt());
        order("/decided_at", event.decidedAt(), "/called_at", event.calledAt());
    }

    private void call(CallLine call, Instant start) throws InvalidRolloutException {
        word("/outcome", call.outcome(), OUTCOMES);
        count("/call_seq", call.callSeq());
        count("/stream_ms", call.streamMs());
        count("/prompt_tokens", call.promptTokens());
        count("/completion_tokens", call.completionTokens());
        count("/llm_calls", call.llmCalls());
        count("/http_retries", call.httpRetries());
        count("/reasked", call.reasked());
        if (call.request() != null && !call.request().isNull()) {
            limit(call.request(), Rollouts.LATENCY_LIMIT);
            limit(call.request(), Rollouts.STORAGE_LIMIT);
            limit(call.request(), Rollouts.INDEXING_LIMIT);
        }
        order("/called_at", call.calledAt(), START, start);
        order("/answered_at", call.answeredAt(), "/called_at", call.calledAt());
        order("/decided_at", call.decidedAt(), "/called_at", call.calledAt());
        order("/decided_at", call.decidedAt(), "/answered_at", call.answeredAt());
    }

    private void version(VersionLine line, Instant start) throws InvalidRolloutException {
        MemoryVersion memory = line.memory();
        count("/memory/version", memory.version());
        count("/memory/tokens", memory.tokens());
        count("/memory/call_seq", memory.callSeq());
        count("/memory/newest_source_ms", memory.newestSourceMs());
        order("/memory/decided_at", memory.decidedAt(), START, start);
        order("/committed_at", line.committedAt(), "/memory/decided_at", memory.decidedAt());
    }

    private void index(IndexLine operation, Instant start) throws InvalidRolloutException {
        word("/operation", operation.operation(), INDEX_OPERATIONS);
        count("/version", operation.version());
        count("/call_seq", operation.callSeq());
        count("/due_stream_ms", operation.dueStreamMs());
        order("/requested_at", operation.requestedAt(), START, start);
        order("/submitted_at", operation.submittedAt(), "/requested_at", operation.requestedAt());
        order("/acknowledged_at", operation.acknowledgedAt(), START, start);
        order("/visible_at", operation.visibleAt(), START, start);
    }

    private void query(QueryLine query, Instant start) throws InvalidRolloutException {
        count("/offset_ms", query.offsetMs());
        count("/reader_hits", query.readerHits());
        count("/repairs", query.repairs());
        count("/prompt_tokens", query.promptTokens());
        count("/completion_tokens", query.completionTokens());
        count("/llm_calls", query.llmCalls());
        count("/http_retries", query.httpRetries());
        order("/arrival_at", query.arrivalAt(), START, start);
        order("/retrieved_at", query.retrievedAt(), "/arrival_at", query.arrivalAt());
        order("/answered_at", query.answeredAt(), "/arrival_at", query.arrivalAt());
        order("/answered_at", query.answeredAt(), "/retrieved_at", query.retrievedAt());
    }

    private void digest(DigestLine digest) throws InvalidRolloutException {
        if (digest instanceof DigestLine.State state) {
            memories("/active", state.active());
            memories("/indexed", state.indexed());
            count("/tokens", state.tokens());
            count("/calls", state.calls());
            count("/pending", state.pending());
        } else if (digest instanceof DigestLine.Store store) {
            memories("/active", store.active());
        } else if (digest instanceof DigestLine.Index index) {
            memories("/indexed", index.indexed());
        }
    }

    private void memories(String field, List<DigestLine.MemoryRef> memories) throws InvalidRolloutException {
        for (int i = 0; i < memories.size(); i++) {
            count(field + "/" + i + "/version", memories.get(i).version());
        }
    }

    private void word(String field, String found, List<String> known) throws InvalidRolloutException {
        if (!known.contains(found)) {
            throw invalid(file, line, field, "one of " + String.join(", ", known), found);
        }
    }

    private void count(String field, long found) throws InvalidRolloutException {
        if (found < 0) {
            throw invalid(file, line, field, "at least 0", found);
        }
    }

    private void limit(JsonNode request, String pointer) throws InvalidRolloutException {
        JsonNode limit = request.at(pointer);
        String found = limit.isMissingNode() ? "none" : limit.toString();
        if (!limit.isIntegralNumber() || !limit.canConvertToLong()) {
            throw invalid(file, line, "/request" + pointer, "a whole number", found);
        }
        count("/request" + pointer, limit.asLong());
    }

    private void order(String field, @Nullable Instant at, String earlierField, @Nullable Instant earlier)
            throws InvalidRolloutException {
        if (at != null
                && earlier != null
                && at.isBefore(earlier)
                && earlier.minus(CLOCK_STEP).isAfter(at)) {
            throw invalid(file, line, field, "no time before " + earlierField + ", " + earlier, at);
        }
    }

    /** Checks a run line. */
    private static void check(RunLine run, Path file, long line) throws InvalidRolloutException {
        if (!Double.isFinite(run.speed()) || run.speed() < 0) {
            throw invalid(file, line, "/speed", "a number of at least 0", run.speed());
        }
        if (!Double.isFinite(run.temperature())) {
            throw invalid(file, line, "/temperature", "a number", run.temperature());
        }
        if (run.dataset().events() < 0 || run.dataset().queries() < 0) {
            throw invalid(file, line, "/dataset", "counts of at least 0", run.dataset());
        }
    }

    /** Checks a query line: its label, its verdict's shape, and its numbers. */
    private static void check(QueryLine query, Path file, long line) throws InvalidRolloutException {
        GoldQuery gold = query.gold();
        if (!gold.queryId().equals(query.queryId())) {
            throw invalid(file, line, "/gold/query_id", "the label of query " + query.queryId(), gold.queryId());
        }
        if (query.entityIds().isEmpty()) {
            throw invalid(file, line, "/entity_ids", "at least one entity of query " + query.queryId(), "none");
        }
        if (gold.abstain() != gold.required().isEmpty()) {
            throw invalid(
                    file,
                    line,
                    "/gold/required",
                    gold.abstain() ? "no required fact where abstaining is right" : "at least one required fact",
                    gold.required().size());
        }
        if (query.verdict().asks().size() != gold.required().size()) {
            throw invalid(
                    file,
                    line,
                    "/verdict/asks",
                    "one verdict for each of " + gold.required().size() + " required facts",
                    query.verdict().asks().size());
        }
        for (QueryLine.Hit hit : query.hits()) {
            if (!Double.isFinite(hit.score())) {
                throw invalid(file, line, "/hits", "a number as the score of memory " + hit.memoryId(), hit.score());
            }
        }
    }

    private static InvalidRolloutException invalid(Path file, long line, String field, String expected, Object found) {
        return new InvalidRolloutException(file, line, field + ": expected " + expected + ", found " + found);
    }
}
