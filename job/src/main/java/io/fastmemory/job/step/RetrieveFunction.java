package io.fastmemory.job.step;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.IndexOpeningException;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.source.TimelineRecord;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Embeds each query and searches the index among the memories of its entities, as they are visible at that moment. */
public final class RetrieveFunction extends AsyncStep<TimelineRecord, RetrievedQuery> implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(RetrieveFunction.class);

    private final Backends backends;
    private final int hits;
    private final boolean includeGlobal;
    private final Clock clock;
    private transient EmbeddingClient embeddings;
    private transient VectorIndex index;
    private transient boolean restored;
    private transient Histogram retrievalMillis;

    @SuppressWarnings("NullAway.Init")
    public RetrieveFunction(Backends backends, int hits, boolean includeGlobal, Clock clock) {
        this.backends = backends;
        this.hits = hits;
        this.includeGlobal = includeGlobal;
        this.clock = clock;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        restored = context.isRestored();
    }

    /** Has no state: what is under way is the operator's. */
    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public void open(OpenContext context) {
        embeddings = backends.openEmbeddings();
        int dimension = embeddings.dimension();
        index = restored ? backends.reopenIndex(dimension) : backends.openIndex(dimension);
        retrievalMillis = StepMetrics.histogram(getRuntimeContext(), "retrievalMillis");
    }

    @Override
    public void asyncInvoke(TimelineRecord arrived, ResultFuture<RetrievedQuery> retrieved) {
        Query query = Objects.requireNonNull(arrived.query(), "only queries are retrieved for");
        Instant startedAt = clock.instant();
        embeddings
                .embed(List.of(query.text()))
                .thenCompose(vectors ->
                        index.search(new VectorIndex.Search(vectors.get(0), query.entityIds(), includeGlobal, hits)))
                .whenComplete((found, failure) -> {
                    retrievalMillis.update(
                            Duration.between(startedAt, clock.instant()).toMillis());
                    if (failure == null) {
                        retrieved.complete(List.of(found(arrived, query, found)));
                    } else if (unwrapped(failure) instanceof IndexOpeningException) {
                        failJobOn(failure, retrieved); // as it would at its start
                    } else if (!isEnding()) {
                        retrieved.complete(List.of(failed(arrived, query, reason(query, failure))));
                    }
                });
    }

    private RetrievedQuery found(TimelineRecord arrived, Query query, List<VectorIndex.Hit> found) {
        List<Hit> recorded = found.stream().map(RetrieveFunction::recorded).toList();
        return new RetrievedQuery(query, arrived.position(), arrived.arrivalAt(), clock.instant(), recorded, null);
    }

    private static Hit recorded(VectorIndex.Hit hit) {
        IndexDocument document = hit.document();
        return new Hit(
                document.memoryId(),
                document.version(),
                hit.score(),
                document.content(),
                document.facts(),
                document.sourceEventIds(),
                document.verbatim(),
                document.newestSourceMs(),
                document.eventTime());
    }

    private static RetrievedQuery failed(TimelineRecord arrived, Query query, String reason) {
        return new RetrievedQuery(query, arrived.position(), arrived.arrivalAt(), null, List.of(), reason);
    }

    private static String reason(Query query, Throwable failure) {
        Throwable cause = unwrapped(failure);
        LOG.warn("retrieval failed: query={} reason={}", query.queryId(), String.valueOf(cause));
        return cause.getClass().getSimpleName();
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public void timeout(TimelineRecord arrived, ResultFuture<RetrievedQuery> retrieved) {
        Query query = Objects.requireNonNull(arrived.query(), "only queries are retrieved for");
        LOG.warn("retrieval timed out: query={}", query.queryId());
        retrieved.complete(List.of(failed(arrived, query, "timeout")));
    }

    @Override
    void release() {
        if (index != null) {
            index.close();
        }
        if (embeddings != null) {
            embeddings.close();
        }
    }
}
