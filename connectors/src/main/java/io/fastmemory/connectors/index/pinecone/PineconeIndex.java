package io.fastmemory.connectors.index.pinecone;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.connectors.index.VectorIndexException.Reason;
import io.fastmemory.connectors.llm.SafeExcerpt;
import io.grpc.Status;
import io.pinecone.configs.PineconeConfig;
import io.pinecone.configs.PineconeConnection;
import io.pinecone.proto.DeleteRequest;
import io.pinecone.proto.FetchRequest;
import io.pinecone.proto.FetchResponse;
import io.pinecone.proto.ListRequest;
import io.pinecone.proto.QueryRequest;
import io.pinecone.proto.QueryResponse;
import io.pinecone.proto.UpsertRequest;
import io.pinecone.proto.Vector;
import io.pinecone.proto.VectorServiceGrpc.VectorServiceFutureStub;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One namespace of a Pinecone index over the official client; a compatible server is spoken to by the same code. It
 * owns its connection. Every attempt has a deadline; failures that may pass are tried again after a random wait.
 *
 * @see <a href="https://docs.pinecone.io/reference/api/database-limits">Database limits</a>
 */
public final class PineconeIndex implements VectorIndex {
    private static final int MAX_UPSERT_RECORDS = 1_000;
    /** Under the documented 2 MB, which count the whole request. */
    private static final int MAX_UPSERT_BYTES = 1_900_000;

    private static final int MAX_DELETE_IDS = 1_000;
    /** So many records with full metadata stay under the client's 64 MB of an answer. */
    private static final int MAX_FETCH_IDS = 500;

    private static final int LIST_PAGE = 100;

    private final PineconeOptions options;
    private final PineconeConnection connection;
    private final VectorServiceFutureStub stub;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pinecone-index-retries");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();
    private final LongAdder retries = new LongAdder();
    private final IndexPresence presence;
    private final List<Consumer<Collection<String>>> unansweredListeners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    private PineconeIndex(PineconeOptions options, String host, PineconeConnection connection) {
        this.options = options;
        this.presence = new IndexPresence(options, host);
        this.connection = connection;
        this.stub = connection.getAsyncStub();
    }

    /**
     * Opens the index, creating it if it is absent and waiting until it is ready. Blocks.
     *
     * @throws VectorIndexException if it cannot be reached, the key is refused or its dimension is another
     */
    public static PineconeIndex open(PineconeOptions options) {
        return connected(options, new PineconeIndexLocator(options).locateOrCreate());
    }

    /**
     * Opens an index that was written to before, and never creates one. Blocks.
     *
     * @throws VectorIndexException as {@link #open}, or with {@link Reason#NOT_FOUND} if it is not there
     */
    public static PineconeIndex reopen(PineconeOptions options) {
        return connected(options, new PineconeIndexLocator(options).locate());
    }

    private static PineconeIndex connected(PineconeOptions options, String host) {
        PineconeConfig config = new PineconeConfig(options.apiKey());
        config.setHost(host);
        config.setTLSEnabled(PineconeIndexLocator.usesTls(options));
        return new PineconeIndex(options, host, new PineconeConnection(config, options.indexName()));
    }

    @Override
    public CompletableFuture<Void> upsert(List<Entry> entries) {
        Map<String, Entry> newest = new LinkedHashMap<>();
        entries.forEach(entry -> newest.put(entry.document().memoryId(), entry));
        List<CompletableFuture<?>> requests = new ArrayList<>();
        UpsertRequest.Builder batch = UpsertRequest.newBuilder().setNamespace(options.namespace());
        int bytes = 0;
        for (Entry entry : newest.values()) {
            Vector vector;
            try {
                vector = vector(entry);
            } catch (VectorIndexException e) {
                return CompletableFuture.failedFuture(e);
            }
            int size = vector.getSerializedSize() + 8;
            if (batch.getVectorsCount() == MAX_UPSERT_RECORDS
                    || (batch.getVectorsCount() > 0 && bytes + size > MAX_UPSERT_BYTES)) {
                requests.add(send(batch.build()));
                batch.clearVectors();
                bytes = 0;
            }
            batch.addVectors(vector);
            bytes += size;
        }
        if (batch.getVectorsCount() > 0) {
            requests.add(send(batch.build()));
        }
        return CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<?> send(UpsertRequest request) {
        List<String> ids = request.getVectorsList().stream().map(Vector::getId).toList();
        return call("upsert", ids, attempt -> attempt.upsert(request));
    }

    private Vector vector(Entry entry) {
        if (entry.vector().length != options.dimension()) {
            throw new VectorIndexException(
                    Reason.DIMENSION_MISMATCH,
                    "vector of memory " + entry.document().memoryId() + " must have dimension " + options.dimension()
                            + ": " + entry.vector().length,
                    null);
        }
        Vector.Builder vector = Vector.newBuilder().setId(entry.document().memoryId());
        for (float value : entry.vector()) {
            vector.addValues(value);
        }
        return vector.setMetadata(DocumentMetadata.of(entry.document())).build();
    }

    @Override
    public CompletableFuture<Void> delete(Collection<String> memoryIds) {
        List<CompletableFuture<?>> requests = new ArrayList<>();
        for (List<String> ids : chunks(memoryIds, MAX_DELETE_IDS)) {
            DeleteRequest request = DeleteRequest.newBuilder()
                    .setNamespace(options.namespace())
                    .addAllIds(ids)
                    .build();
            requests.add(this.<Object>call("delete", ids, attempt -> generic(attempt.delete(request)))
                    .exceptionally(PineconeIndex::absentNamespaceIsEmpty));
        }
        return CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new));
    }

    /** The service answers "not found" to a delete when nothing was ever written to the namespace. */
    private static Object absentNamespaceIsEmpty(Throwable failure) {
        VectorIndexException known = known(failure);
        if (known.reason() == Reason.NOT_FOUND) {
            return "nothing to delete";
        }
        throw known;
    }

    private static ListenableFuture<Object> generic(ListenableFuture<?> future) {
        return Futures.transform(future, answer -> (Object) answer, Runnable::run);
    }

    @Override
    public CompletableFuture<List<Hit>> search(Search search) {
        QueryRequest.Builder request = QueryRequest.newBuilder()
                .setNamespace(options.namespace())
                .setTopK(search.topK())
                .setIncludeMetadata(true)
                .setFilter(readableBy(search));
        for (float value : search.vector()) {
            request.addVector(value);
        }
        QueryRequest query = request.build();
        return call("query", List.of(), attempt -> attempt.query(query)).thenApply(PineconeIndex::hits);
    }

    private static Struct readableBy(Search search) {
        Struct entities = condition(DocumentMetadata.ENTITY_ID, "$in", DocumentMetadata.texts(search.entityIds()));
        if (!search.includeGlobal()) {
            return entities;
        }
        ListValue.Builder either = ListValue.newBuilder();
        if (!search.entityIds().isEmpty()) {
            either.addValues(Value.newBuilder().setStructValue(entities));
        }
        either.addValues(Value.newBuilder()
                .setStructValue(condition(DocumentMetadata.SCOPE, "$eq", DocumentMetadata.text("global"))));
        return Struct.newBuilder()
                .putFields("$or", Value.newBuilder().setListValue(either).build())
                .build();
    }

    private static Struct condition(String field, String operator, Value operand) {
        Struct test = Struct.newBuilder().putFields(operator, operand).build();
        return Struct.newBuilder()
                .putFields(field, Value.newBuilder().setStructValue(test).build())
                .build();
    }

    private static List<Hit> hits(QueryResponse response) {
        return response.getMatchesList().stream()
                .map(match -> new Hit(DocumentMetadata.read(match.getId(), match.getMetadata()), match.getScore()))
                .toList();
    }

    @Override
    public CompletableFuture<Map<String, Integer>> visibleVersions(Collection<String> memoryIds) {
        return fetched(memoryIds, new HashMap<>(), (versions, response) -> {
            response.getVectorsMap()
                    .forEach((id, vector) -> versions.put(id, DocumentMetadata.version(id, vector.getMetadata())));
            return versions;
        });
    }

    @Override
    public CompletableFuture<List<Entry>> fetch(Collection<String> memoryIds) {
        return fetched(memoryIds, new ArrayList<>(), (entries, response) -> {
            response.getVectorsMap().forEach((id, vector) -> entries.add(entry(id, vector)));
            return entries;
        });
    }

    private <T> CompletableFuture<T> fetched(
            Collection<String> memoryIds, T none, BiFunction<T, FetchResponse, T> withMore) {
        CompletableFuture<T> all = CompletableFuture.completedFuture(none);
        for (List<String> ids : chunks(memoryIds, MAX_FETCH_IDS)) {
            FetchRequest request = FetchRequest.newBuilder()
                    .setNamespace(options.namespace())
                    .addAllIds(ids)
                    .build();
            all = all.thenCombine(call("fetch", List.of(), attempt -> attempt.fetch(request)), withMore);
        }
        return all;
    }

    private static Entry entry(String id, Vector vector) {
        float[] values = new float[vector.getValuesCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = vector.getValues(i);
        }
        return new Entry(DocumentMetadata.read(id, vector.getMetadata()), values);
    }

    @Override
    public CompletableFuture<List<String>> listIds() {
        CompletableFuture<List<String>> ids = new CompletableFuture<>();
        listPage(null, new ArrayList<>(), ids);
        return ids;
    }

    private void listPage(@Nullable String token, List<String> sofar, CompletableFuture<List<String>> ids) {
        ListRequest.Builder request =
                ListRequest.newBuilder().setNamespace(options.namespace()).setLimit(LIST_PAGE);
        if (token != null) {
            request.setPaginationToken(token);
        }
        ListRequest page = request.build();
        call("list", List.of(), attempt -> attempt.list(page)).whenComplete((response, failure) -> {
            if (failure != null) {
                ids.completeExceptionally(known(failure));
                return;
            }
            response.getVectorsList().forEach(item -> sofar.add(item.getId()));
            String next = response.getPagination().getNext();
            if (next.isEmpty()) {
                ids.complete(List.copyOf(sofar));
            } else {
                listPage(next, sofar, ids);
            }
        });
    }

    /** How many attempts were made after a first one. */
    public long retries() {
        return retries.sum();
    }

    /**
     * One request with its retries.
     *
     * @param written ids it writes, empty for a read
     */
    private record Call<T>(
            String operation,
            Collection<String> written,
            Function<VectorServiceFutureStub, ListenableFuture<T>> request,
            CompletableFuture<T> result) {}

    private <T> CompletableFuture<T> call(
            String operation,
            Collection<String> written,
            Function<VectorServiceFutureStub, ListenableFuture<T>> request) {
        CompletableFuture<T> result = new CompletableFuture<>();
        open.add(result);
        result.whenComplete((answer, failure) -> open.remove(result));
        attempt(new Call<>(operation, written, request, result), 0);
        return result;
    }

    private <T> void attempt(Call<T> call, int retry) {
        if (closed) {
            call.result().completeExceptionally(closedException());
            return;
        }
        if (retry > 0) {
            connection.getChannel().resetConnectBackoff(); // the pauses are ours: a server that is back is seen at once
        }
        ListenableFuture<T> answer = call.request()
                .apply(stub.withDeadlineAfter(options.requestTimeout().toNanos(), TimeUnit.NANOSECONDS));
        Futures.addCallback(
                answer,
                new FutureCallback<T>() {
                    @Override
                    public void onSuccess(@Nullable T response) {
                        call.result().complete(response);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        failed(call, retry, failure);
                    }
                },
                Runnable::run);
    }

    private <T> void failed(Call<T> call, int retry, Throwable failure) {
        Status.Code code = Status.fromThrowable(failure).getCode();
        if (!call.written().isEmpty() && isUnanswered(code)) {
            unansweredListeners.forEach(listener -> listener.accept(call.written()));
        }
        if (mayPass(code) && retry < options.maxRetries() && !closed) {
            retries.increment();
            retryLater(call, retry + 1);
        } else if (reason(code) == Reason.UNAVAILABLE && !closed) {
            presence.whatBecameOfIt()
                    .thenAccept(gone -> call.result()
                            .completeExceptionally(
                                    gone.isEmpty()
                                            ? exception(call, retry, failure)
                                            : PineconeIndexLocator.gone(options, gone)));
        } else {
            call.result().completeExceptionally(exception(call, retry, failure));
        }
    }

    /** Whether the service may have carried the request out, or may do so yet. */
    private static boolean isUnanswered(Status.Code code) {
        switch (code) {
            case UNAVAILABLE:
            case DEADLINE_EXCEEDED:
            case ABORTED:
            case CANCELLED:
            case UNKNOWN:
            case INTERNAL:
            case DATA_LOSS:
                return true;
            default:
                return false;
        }
    }

    private <T> void retryLater(Call<T> call, int retry) {
        try {
            timer.schedule(() -> attempt(call, retry), backoffNanos(options, retry), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException shutDown) {
            call.result().completeExceptionally(closedException());
        }
    }

    @Override
    public void onUnansweredWrite(Consumer<Collection<String>> listener) {
        unansweredListeners.add(listener);
    }

    /** A random wait up to a bound that doubles with each retry, so that callers do not come back together. */
    static long backoffNanos(PineconeOptions options, int retry) {
        long bound = options.minBackoff().toNanos() << Math.min(retry - 1, 20);
        long capped = Math.max(1, Math.min(bound, options.maxBackoff().toNanos()));
        return ThreadLocalRandom.current().nextLong(capped / 2, capped + 1);
    }

    private static boolean mayPass(Status.Code code) {
        return code == Status.Code.UNAVAILABLE
                || code == Status.Code.RESOURCE_EXHAUSTED
                || code == Status.Code.ABORTED
                || code == Status.Code.CANCELLED // by a server that goes; what this client cancels asks for no retry
                || code == Status.Code.DEADLINE_EXCEEDED;
    }

    private VectorIndexException exception(Call<?> call, int retry, Throwable failure) {
        if (closed) {
            return closedException();
        }
        Status status = Status.fromThrowable(failure);
        return new VectorIndexException(
                reason(status.getCode()),
                call.operation() + " on index " + options.indexName() + " must succeed within "
                        + (options.maxRetries() + 1)
                        + " attempts: " + status.getCode() + " at attempt " + (retry + 1) + ", " + told(status),
                null);
    }

    /** What the service or the connection said. The failure itself is not kept: a service may answer with the key. */
    private String told(Status status) {
        String description = status.getDescription() == null ? "" : status.getDescription();
        String beneath =
                status.getCause() == null ? "" : ": " + status.getCause().getMessage();
        return SafeExcerpt.of(options.apiKey(), description + beneath);
    }

    private static Reason reason(Status.Code code) {
        switch (code) {
            case UNAVAILABLE:
            case ABORTED:
            case CANCELLED:
                return Reason.UNAVAILABLE;
            case RESOURCE_EXHAUSTED:
                return Reason.RATE_LIMITED;
            case DEADLINE_EXCEEDED:
                return Reason.TIMEOUT;
            case UNAUTHENTICATED:
            case PERMISSION_DENIED:
                return Reason.UNAUTHORIZED;
            case NOT_FOUND:
                return Reason.NOT_FOUND;
            default:
                return Reason.REJECTED;
        }
    }

    private VectorIndexException closedException() {
        return new VectorIndexException(Reason.CLOSED, "the index is closed: " + options.indexName(), null);
    }

    private static VectorIndexException known(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof VectorIndexException exception
                ? exception
                : new VectorIndexException(
                        Reason.REJECTED, "unexpected " + cause.getClass().getName(), cause);
    }

    private static List<List<String>> chunks(Collection<String> ids, int size) {
        List<String> distinct = List.copyOf(new LinkedHashSet<>(ids));
        List<List<String>> chunks = new ArrayList<>();
        for (int from = 0; from < distinct.size(); from += size) {
            chunks.add(distinct.subList(from, Math.min(distinct.size(), from + size)));
        }
        return chunks;
    }

    /** Fails what is still under way and closes the connection. */
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        presence.close();
        connection.close();
        List.copyOf(open).forEach(call -> call.completeExceptionally(closedException()));
    }

    @Override
    public String toString() {
        return "PineconeIndex[" + options + "]";
    }
}
