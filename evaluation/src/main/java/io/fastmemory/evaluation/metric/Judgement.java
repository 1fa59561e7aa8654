package io.fastmemory.evaluation.metric;

import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.scoring.CauseOfFailure;
import io.fastmemory.model.scoring.Causes;
import io.fastmemory.model.scoring.Causes.Blame;
import io.fastmemory.model.scoring.Verdict;
import io.fastmemory.model.scoring.Verdicts;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Judges recorded queries again, with the whole run at hand, by the same pure functions the job used. */
final class Judgement {
    private final RecordedLife life;
    private final Map<String, Blame> blames = new HashMap<>();

    Judgement(Rollouts rollouts) {
        life = new RecordedLife(rollouts);
    }

    /** Checks that the recorded verdict follows from the query line itself. */
    static void checkVerdict(QueryLine query, Path file, long line) throws InvalidRolloutException {
        Verdict expected = Verdicts.judge(
                query.asks(),
                query.deadlineMs(),
                query.arrivalAt(),
                query.answeredAt(),
                query.gold(),
                query.answer(),
                query.hits(),
                query.readerHits());
        if (!expected.equals(query.verdict())) {
            throw new InvalidRolloutException(
                    file,
                    line,
                    "expected the verdict of query " + query.queryId() + " to follow from its answer: " + expected
                            + ", found " + query.verdict());
        }
    }

    /** Judges a query with the whole run at hand and remembers why it failed. */
    void judge(QueryLine query) {
        Blame blame = Causes.blame(query, life);
        if (blame != null) {
            blames.put(query.queryId(), blame);
        }
    }

    /** Checks that the recorded cause of a judged query follows from the run. */
    void checkCause(QueryLine query, Path file, long line) throws InvalidRolloutException {
        CauseOfFailure expected = cause(query.queryId());
        if (!Objects.equals(expected, query.cause())) {
            throw new InvalidRolloutException(
                    file,
                    line,
                    "expected the cause of query " + query.queryId() + " to follow from the run: " + expected
                            + ", found " + query.cause());
        }
    }

    /** Why a judged query failed, by all that the run recorded; {@code null} if it succeeded. */
    @Nullable
    CauseOfFailure cause(String queryId) {
        Blame blame = blames.get(queryId);
        return blame == null ? null : blame.cause();
    }

    /** Why each judged query failed, by its id. */
    Map<String, Blame> blames() {
        return Collections.unmodifiableMap(blames);
    }
}
