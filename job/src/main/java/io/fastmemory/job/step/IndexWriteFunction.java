package io.fastmemory.job.step;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.IndexReceipt;
import io.fastmemory.connectors.index.IndexReceipt.Operation;
import io.fastmemory.connectors.index.IndexWriter;
import io.fastmemory.connectors.index.IndexWriterOptions;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.sqlite.IndexJournal;
import io.fastmemory.connectors.sqlite.IndexTimes;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.memory.IndexRequest;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.rollout.IndexLine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds memories and writes them to the vector index in batches, and measures when each becomes visible.
 *
 * <p>A marker is done at once: in an ordered wait it comes out behind all operations before it.
 *
 * <p>Failure: operations under way are made again; they are idempotent by memory id, and their first times are kept in a
 * journal, so that a replay does not move them. An operation that fails for good is recorded with its error; an index that
 * is gone ends the job, as what was written to it is lost.
 */
public final class IndexWriteFunction extends AsyncStep<IndexRequest, IndexedMemory> implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(IndexWriteFunction.class);

    private final String runId;
    private final Backends backends;
    private final IndexWriterOptions options;
    private final Clock clock;
    private transient SqliteFile file;
    private transient IndexJournal journal;
    private transient EmbeddingClient embeddings;
    private transient VectorIndex index;
    private transient IndexWriter writer;
    private transient AtomicLong backlog;
    private transient boolean restored;
    private transient Histogram indexMillis;
    private transient Counter failed;

    @SuppressWarnings("NullAway.Init")
    public IndexWriteFunction(String runId, Backends backends, IndexWriterOptions options, Clock clock) {
        this.runId = runId;
        this.backends = backends;
        this.options = options;
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
        file = backends.openStore();
        journal = new IndexJournal(file);
        embeddings = backends.openEmbeddings();
        int dimension = embeddings.dimension();
        // Without a state the job begins anew and writes everything again, also to an index that is created for it.
        index = restored ? backends.reopenIndex(dimension) : backends.openIndex(dimension);
        boolean again = journal.begin(
                        runId, getRuntimeContext().getJobInfo().getJobId().toHexString(), clock.instant())
                .join();
        boolean follows = again || restored || options.followsAnother();
        writer = new IndexWriter(index, embeddings, clock, options.followingAnother(follows), this::seen);
        backlog = new AtomicLong();
        var metrics = getRuntimeContext().getMetricGroup();
        metrics.gauge("indexBacklog", () -> backlog.get());
        indexMillis = StepMetrics.histogram(getRuntimeContext(), "timeToIndexedMemoryMillis");
        failed = metrics.counter("indexOperationsFailed");
        metrics.gauge("indexWritesRetried", () -> writer.counters().retried());
        metrics.gauge("indexWritesUndoneAndRepeated", () -> writer.counters().rewritten());
    }

    @Override
    public void asyncInvoke(IndexRequest request, ResultFuture<IndexedMemory> written) {
        if (request.marker() != null) {
            written.complete(List.of(new IndexedMemory(null, List.of(), request.marker())));
            return;
        }
        IndexDocument document = request.document();
        List<String> sources = document == null ? List.of() : document.sourceEventIds();
        backlog.incrementAndGet();
        (request.takenBackAt() == null ? carryOut(request) : recall(request)).whenComplete((line, failure) -> {
            backlog.decrementAndGet();
            if (failure != null) {
                failJobOn(failure, written);
            } else {
                measure(request, line);
                written.complete(List.of(new IndexedMemory(line, sources, null)));
            }
        });
    }

    private CompletableFuture<IndexLine> carryOut(IndexRequest request) {
        Instant submittedAt = clock.instant();
        IndexDocument document = request.document();
        CompletableFuture<IndexReceipt> receipt =
                document == null ? writer.delete(request.memoryId(), request.version()) : writer.upsert(document);
        return receipt.thenCompose(done -> recordFirst(done)
                .thenApply(first -> line(request, submittedAt, first, done.superseded(), done.error())));
    }

    private CompletableFuture<IndexTimes> recordFirst(IndexReceipt done) {
        return journal.recordFirst(
                runId,
                done.memoryId(),
                done.version(),
                word(done.operation()),
                new IndexTimes(done.acknowledgedAt(), done.visibleAt()));
    }

    /** What readers see has its time, also if this attempt of the job fails before the receipt comes. */
    private void seen(IndexReceipt firstSight) {
        recordFirst(firstSight).whenComplete((first, failure) -> {
            if (failure != null && !isEnding()) {
                LOG.warn(
                        "first sight is not recorded, its receipt will try again memory={}",
                        firstSight.memoryId(),
                        failure);
            }
        });
    }

    /** An attempt of the job before this one may have come to carry it out, and readers may have seen it then. */
    private CompletableFuture<IndexLine> recall(IndexRequest request) {
        Instant takenBackAt = Objects.requireNonNull(request.takenBackAt());
        return journal.find(runId, request.memoryId(), request.version(), word(operation(request)))
                .thenApply(first ->
                        line(request, takenBackAt, first == null ? new IndexTimes(null, null) : first, true, null));
    }

    private static Operation operation(IndexRequest request) {
        return request.document() == null ? Operation.DELETE : Operation.UPSERT;
    }

    private static String word(Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT);
    }

    private void measure(IndexRequest request, IndexLine line) {
        Instant visibleAt = line.visibleAt();
        if (visibleAt != null && request.document() != null) {
            indexMillis.update(Duration.between(request.arrivedAt(), visibleAt).toMillis());
        }
        if (line.error() != null) {
            failed.inc();
        }
    }

    private static IndexLine line(
            IndexRequest request, Instant submittedAt, IndexTimes first, boolean superseded, @Nullable String error) {
        return new IndexLine(
                request.memoryId(),
                request.version(),
                request.entityId(),
                request.callSeq(),
                word(operation(request)),
                request.action(),
                request.dueStreamMs(),
                request.atEnd(),
                request.requestedAt(),
                submittedAt,
                first.acknowledgedAt(),
                first.visibleAt(),
                superseded,
                error);
    }

    @Override
    void release() {
        if (writer != null) {
            writer.close();
        }
        if (index != null) {
            index.close();
        }
        if (embeddings != null) {
            embeddings.close();
        }
        if (file != null) {
            file.close();
        }
    }
}
