package io.fastmemory.job.reader;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.sqlite.AnswerLog;
import io.fastmemory.connectors.sqlite.AnswerRow;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Json;
import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Answers what another run's log says was answered to the same query from the same memories, without a model. Where the
 * memories differ the answer fails as {@value #NOT_RECORDED}.
 */
public final class ReplayReader implements Reader {
    /** The word for a query the other run did not answer from these memories. */
    public static final String NOT_RECORDED = "not_recorded";

    private final SqliteFile file;
    private final AnswerLog log;
    private final String runId;

    /**
     * A reader on another run's log.
     *
     * @param file the other run's store; closed with the reader
     * @param runId the other run
     */
    public ReplayReader(SqliteFile file, String runId) {
        this.file = file;
        this.log = new AnswerLog(file);
        this.runId = runId;
    }

    @Override
    public CompletableFuture<ReaderOutcome> answer(Query query, List<Hit> hits) {
        return log.find(runId, query.queryId()).thenApply(row -> outcome(row, hits));
    }

    private static ReaderOutcome outcome(@Nullable AnswerRow row, List<Hit> hits) {
        if (row == null) {
            return ReaderOutcome.failed(NOT_RECORDED);
        }
        JsonNode recorded = Json.read(row.payload(), JsonNode.class);
        List<String> shown = new ArrayList<>();
        JsonNode recordedHits = recorded.path("retrieved").path("hits");
        for (int i = 0; i < recorded.path("reader_hits").asInt(); i++) {
            JsonNode hit = recordedHits.path(i);
            shown.add(hit.path("memory_id").asText() + "/" + hit.path("version").asInt());
        }
        if (!shown.equals(
                hits.stream().map(hit -> hit.memoryId() + "/" + hit.version()).toList())) {
            return ReaderOutcome.failed(NOT_RECORDED);
        }
        JsonNode outcome = recorded.path("outcome");
        return outcome.hasNonNull("answer")
                ? ReaderOutcome.of(Json.read(outcome.path("answer").toString(), Answer.class))
                : ReaderOutcome.failed(outcome.path("failure").asText());
    }

    @Override
    public void close() {
        file.close();
    }
}
