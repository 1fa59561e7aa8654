package io.fastmemory.evaluation.metric;

import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RunLine;
import java.nio.file.Path;

/** Checks of rollout lines that are well formed but cannot be true, so that no figure rests on them. */
final class LineCheck {
    private LineCheck() {}

    /** Checks a run line. */
    static void check(RunLine run, Path file, long line) throws InvalidRolloutException {
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
    static void check(QueryLine query, Path file, long line) throws InvalidRolloutException {
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
