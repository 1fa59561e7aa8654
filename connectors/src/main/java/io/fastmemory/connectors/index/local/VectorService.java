package io.fastmemory.connectors.index.local;

import com.google.protobuf.Struct;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.pinecone.proto.CreateNamespaceRequest;
import io.pinecone.proto.DeleteNamespaceRequest;
import io.pinecone.proto.DeleteRequest;
import io.pinecone.proto.DeleteResponse;
import io.pinecone.proto.DescribeIndexStatsRequest;
import io.pinecone.proto.DescribeIndexStatsResponse;
import io.pinecone.proto.DescribeNamespaceRequest;
import io.pinecone.proto.FetchByMetadataRequest;
import io.pinecone.proto.FetchByMetadataResponse;
import io.pinecone.proto.FetchRequest;
import io.pinecone.proto.FetchResponse;
import io.pinecone.proto.ListItem;
import io.pinecone.proto.ListNamespacesRequest;
import io.pinecone.proto.ListNamespacesResponse;
import io.pinecone.proto.ListRequest;
import io.pinecone.proto.ListResponse;
import io.pinecone.proto.NamespaceDescription;
import io.pinecone.proto.NamespaceSummary;
import io.pinecone.proto.Pagination;
import io.pinecone.proto.QueryRequest;
import io.pinecone.proto.QueryResponse;
import io.pinecone.proto.RequestUnion;
import io.pinecone.proto.UpdateRequest;
import io.pinecone.proto.UpdateResponse;
import io.pinecone.proto.UpsertRequest;
import io.pinecone.proto.UpsertResponse;
import io.pinecone.proto.Usage;
import io.pinecone.proto.Vector;
import io.pinecone.proto.VectorServiceGrpc;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data plane of one index: the methods gRPC calls, and {@link HttpDataPlane} for HTTP. */
final class VectorService extends VectorServiceGrpc.VectorServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(VectorService.class);

    private final ServedIndex index;
    private final RequestGate gate;
    private final RequestLimits limits;

    VectorService(ServedIndex index, RequestGate gate) {
        this.index = index;
        this.gate = gate;
        this.limits = new RequestLimits(index.definition().dimension());
    }

    @Override
    public void upsert(UpsertRequest request, StreamObserver<UpsertResponse> responses) {
        write(
                responses,
                () -> {
                    limits.check(request);
                    return RequestUnion.newBuilder().setUpsert(request).build();
                },
                () -> {
                    gate.upsertedVectors.add(request.getVectorsCount());
                    return UpsertResponse.newBuilder()
                            .setUpsertedCount(request.getVectorsCount())
                            .build();
                });
    }

    @Override
    public void update(UpdateRequest request, StreamObserver<UpdateResponse> responses) {
        if (request.getDryRun()) {
            read(responses, () -> accept(request));
            return;
        }
        AtomicReference<UpdateResponse> acknowledgement = new AtomicReference<>();
        write(
                responses,
                () -> {
                    acknowledgement.set(accept(request));
                    return RequestUnion.newBuilder().setUpdate(request).build();
                },
                acknowledgement::get);
    }

    /** Checks an update; the matches it tells are those readers see now, the change meets what is there in its turn. */
    private UpdateResponse accept(UpdateRequest request) {
        limits.check(request);
        UpdateResponse.Builder response = UpdateResponse.newBuilder();
        if (request.hasFilter()) {
            MetadataFilter filter = MetadataFilter.parse(request.getFilter());
            response.setMatchedRecords(index.namespace(request.getNamespace()).count(filter));
        }
        return response.build();
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> responses) {
        write(
                responses,
                () -> {
                    limits.check(request);
                    MetadataFilter.parse(request.getFilter());
                    requireNamespace(request.getNamespace());
                    return RequestUnion.newBuilder().setDelete(request).build();
                },
                () -> {
                    gate.deletes.increment();
                    return DeleteResponse.getDefaultInstance();
                });
    }

    @Override
    public void createNamespace(CreateNamespaceRequest request, StreamObserver<NamespaceDescription> responses) {
        write(
                responses,
                () -> RequestUnion.newBuilder()
                        .setUpsert(UpsertRequest.newBuilder().setNamespace(request.getName()))
                        .build(),
                () -> {
                    NamespaceDescription.Builder created =
                            NamespaceDescription.newBuilder().setName(request.getName());
                    if (request.hasSchema()) { // told back once, without effect: every field can be filtered here
                        created.setSchema(request.getSchema());
                    }
                    return created.build();
                });
    }

    @Override
    public void deleteNamespace(DeleteNamespaceRequest request, StreamObserver<DeleteResponse> responses) {
        write(
                responses,
                () -> {
                    requireNamespace(request.getNamespace());
                    return RequestUnion.newBuilder()
                            .setDelete(DeleteRequest.newBuilder()
                                    .setNamespace(request.getNamespace())
                                    .setDeleteAll(true))
                            .build();
                },
                DeleteResponse::getDefaultInstance);
    }

    @Override
    public void fetch(FetchRequest request, StreamObserver<FetchResponse> responses) {
        read(responses, () -> {
            limits.check(request);
            Namespace namespace = index.namespace(request.getNamespace());
            FetchResponse.Builder response = FetchResponse.newBuilder()
                    .setNamespace(request.getNamespace())
                    .setUsage(usage());
            for (String id : request.getIdsList()) {
                Vector vector = namespace.fetch(id);
                if (vector != null) {
                    response.putVectors(id, vector);
                }
            }
            return response.build();
        });
    }

    @Override
    public void fetchByMetadata(FetchByMetadataRequest request, StreamObserver<FetchByMetadataResponse> responses) {
        read(responses, () -> {
            Namespace namespace = index.namespace(request.getNamespace());
            Namespace.IdPage page = namespace.list(
                    "",
                    after(request.hasPaginationToken(), request.getPaginationToken()),
                    MetadataFilter.parse(request.getFilter()),
                    limits.listLimit(request.hasLimit(), request.getLimit()));
            FetchByMetadataResponse.Builder response = FetchByMetadataResponse.newBuilder()
                    .setNamespace(request.getNamespace())
                    .setUsage(usage());
            for (String id : page.ids()) {
                Vector vector = namespace.fetch(id);
                if (vector != null) {
                    response.putVectors(id, vector);
                }
            }
            if (page.continueAfter() != null) {
                response.setPagination(pagination(page.continueAfter()));
            }
            return response.build();
        });
    }

    @Override
    public void list(ListRequest request, StreamObserver<ListResponse> responses) {
        read(responses, () -> {
            Namespace.IdPage page = index.namespace(request.getNamespace())
                    .list(
                            request.getPrefix(),
                            after(request.hasPaginationToken(), request.getPaginationToken()),
                            null,
                            limits.listLimit(request.hasLimit(), request.getLimit()));
            ListResponse.Builder response = ListResponse.newBuilder()
                    .setNamespace(request.getNamespace())
                    .setUsage(usage());
            page.ids().forEach(id -> response.addVectors(ListItem.newBuilder().setId(id)));
            if (page.continueAfter() != null) {
                response.setPagination(pagination(page.continueAfter()));
            }
            return response.build();
        });
    }

    @Override
    public void query(QueryRequest request, StreamObserver<QueryResponse> responses) {
        read(responses, () -> {
            limits.check(request);
            MetadataFilter filter = filterOf(request.hasFilter(), request.getFilter());
            Namespace namespace = index.namespace(request.getNamespace());
            QueryResponse.Builder response = QueryResponse.newBuilder()
                    .setNamespace(request.getNamespace())
                    .setUsage(usage());
            float[] vector = queryVector(request, namespace);
            if (vector != null) {
                response.addAllMatches(namespace.search(
                        vector, filter, request.getTopK(), request.getIncludeValues(), request.getIncludeMetadata()));
            }
            gate.queries.increment();
            return response.build();
        });
    }

    @Override
    public void describeIndexStats(
            DescribeIndexStatsRequest request, StreamObserver<DescribeIndexStatsResponse> responses) {
        read(responses, () -> {
            if (request.hasFilter() && request.getFilter().getFieldsCount() > 0) {
                throw new IllegalArgumentException("serverless indexes do not support describing stats with a filter");
            }
            DescribeIndexStatsResponse.Builder response = DescribeIndexStatsResponse.newBuilder()
                    .setDimension(index.definition().dimension())
                    .setMetric(index.definition().metric())
                    .setVectorType("dense");
            int total = 0;
            for (Map.Entry<String, Integer> entry : index.counts().entrySet()) {
                total += entry.getValue();
                response.putNamespaces(
                        entry.getKey(),
                        NamespaceSummary.newBuilder()
                                .setVectorCount(entry.getValue())
                                .build());
            }
            return response.setTotalVectorCount(total).build();
        });
    }

    @Override
    public void listNamespaces(ListNamespacesRequest request, StreamObserver<ListNamespacesResponse> responses) {
        read(responses, () -> {
            int limit = limits.listLimit(request.hasLimit(), request.getLimit());
            String after = after(request.hasPaginationToken(), request.getPaginationToken());
            NavigableMap<String, Namespace> rest =
                    after == null ? index.namespaces() : index.namespaces().tailMap(after, false);
            ListNamespacesResponse.Builder response = ListNamespacesResponse.newBuilder();
            String last = "";
            for (Map.Entry<String, Namespace> entry : rest.entrySet()) {
                if (!entry.getKey().startsWith(request.getPrefix())) {
                    continue;
                }
                if (response.getNamespacesCount() == limit) {
                    response.setPagination(pagination(last));
                    break;
                }
                response.addNamespaces(describe(entry.getKey(), entry.getValue()));
                last = entry.getKey();
            }
            return response.setTotalCount(index.namespaces().size()).build();
        });
    }

    @Override
    public void describeNamespace(DescribeNamespaceRequest request, StreamObserver<NamespaceDescription> responses) {
        read(responses, () -> {
            requireNamespace(request.getNamespace());
            return describe(request.getNamespace(), index.namespace(request.getNamespace()));
        });
    }

    private static NamespaceDescription describe(String name, Namespace namespace) {
        return NamespaceDescription.newBuilder()
                .setName(name)
                .setRecordCount(namespace.size())
                .build();
    }

    private void requireNamespace(String namespace) {
        if (!index.hasNamespace(namespace)) {
            throw Status.NOT_FOUND.withDescription("Namespace not found").asRuntimeException();
        }
    }

    private static @Nullable MetadataFilter filterOf(boolean given, Struct filter) {
        return given && filter.getFieldsCount() > 0 ? MetadataFilter.parse(filter) : null;
    }

    /** The vector to search with; {@code null} when it is to be taken from an id that is not there. */
    private static float @Nullable [] queryVector(QueryRequest request, Namespace namespace) {
        List<Float> values = request.getVectorList();
        if (values.isEmpty()) {
            Vector stored = namespace.fetch(request.getId());
            if (stored == null) {
                return null;
            }
            values = stored.getValuesList();
        }
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = values.get(i);
        }
        return vector;
    }

    private static Usage usage() {
        return Usage.newBuilder().setReadUnits(1).build();
    }

    private static Pagination pagination(String last) {
        return Pagination.newBuilder()
                .setNext(Base64.getUrlEncoder().encodeToString(last.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private static @Nullable String after(boolean given, String token) {
        return !given || token.isEmpty()
                ? null
                : new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    }

    private <A> void read(StreamObserver<A> responses, Supplier<A> answer) {
        try {
            A response = answer.get();
            responses.onNext(response);
            responses.onCompleted();
        } catch (RuntimeException e) {
            responses.onError(refusal(e));
        }
    }

    private <A> void write(StreamObserver<A> responses, Supplier<RequestUnion> request, Supplier<A> acknowledgement) {
        RequestUnion accepted;
        try {
            accepted = request.get();
        } catch (RuntimeException e) {
            responses.onError(refusal(e));
            return;
        }
        index.write(accepted).whenComplete((done, failure) -> {
            if (failure == null) {
                responses.onNext(acknowledgement.get());
                responses.onCompleted();
            } else {
                LOG.warn("write not logged index={}", index.definition().name(), failure);
                responses.onError(Status.UNAVAILABLE
                        .withDescription("the write could not be logged")
                        .asRuntimeException());
            }
        });
    }

    private RuntimeException refusal(RuntimeException failure) {
        if (failure instanceof StatusRuntimeException) {
            return failure;
        }
        if (failure instanceof IllegalArgumentException) {
            gate.rejected.increment();
            return Status.INVALID_ARGUMENT.withDescription(failure.getMessage()).asRuntimeException();
        }
        LOG.warn("request failed index={}", index.definition().name(), failure);
        return Status.INTERNAL
                .withDescription(failure.getClass().getSimpleName())
                .asRuntimeException();
    }
}
