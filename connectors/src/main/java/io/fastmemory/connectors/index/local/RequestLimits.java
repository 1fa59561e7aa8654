package io.fastmemory.connectors.index.local;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.fastmemory.connectors.index.MetadataSize;
import io.pinecone.proto.DeleteRequest;
import io.pinecone.proto.FetchRequest;
import io.pinecone.proto.QueryRequest;
import io.pinecone.proto.UpdateRequest;
import io.pinecone.proto.UpsertRequest;
import io.pinecone.proto.Vector;
import java.util.List;
import java.util.Map;

/**
 * The documented limits of the service. What breaks one is refused as a whole.
 *
 * @see <a href="https://docs.pinecone.io/reference/api/database-limits">Database limits</a>
 */
final class RequestLimits {
    static final int MAX_UPSERT_RECORDS = 1_000;
    static final int MAX_UPSERT_BYTES = 2_000_000;
    static final int MAX_METADATA_BYTES = 40 * 1024;
    static final int MAX_ID_CHARACTERS = 512;
    static final int MAX_IDS = 1_000;
    static final int MAX_TOP_K = 10_000;
    static final int MAX_LIST_LIMIT = 100;

    private final int dimension;

    RequestLimits(int dimension) {
        this.dimension = dimension;
    }

    void check(UpsertRequest request) {
        if (request.getVectorsCount() > MAX_UPSERT_RECORDS) {
            throw broken("an upsert takes at most " + MAX_UPSERT_RECORDS + " records", request.getVectorsCount());
        }
        if (request.getSerializedSize() > MAX_UPSERT_BYTES) {
            throw broken("an upsert takes at most " + MAX_UPSERT_BYTES + " bytes", request.getSerializedSize());
        }
        for (Vector vector : request.getVectorsList()) {
            id(vector.getId());
            values(vector.getId(), vector.getValuesList());
            if (vector.hasSparseValues()) {
                throw broken("sparse values must be absent: this index is dense", vector.getId());
            }
            metadata(vector.getId(), vector.getMetadata());
        }
    }

    void check(UpdateRequest request) {
        if (request.hasSparseValues()) {
            throw broken("sparse values must be absent: this index is dense", request.getId());
        }
        if (request.hasFilter() == !request.getId().isEmpty()) {
            throw broken("an update takes either an id or a filter", request.hasFilter() ? "both" : "neither");
        }
        if (!request.hasFilter()) {
            id(request.getId());
        } else if (request.getValuesCount() > 0) {
            throw broken("an update by filter takes metadata only", request.getValuesCount() + " values");
        }
        if (request.getValuesCount() > 0) {
            values(request.getId(), request.getValuesList());
        }
        metadata(request.getId(), request.getSetMetadata());
    }

    void check(DeleteRequest request) {
        int ways =
                (request.getIdsCount() > 0 ? 1 : 0) + (request.getDeleteAll() ? 1 : 0) + (request.hasFilter() ? 1 : 0);
        if (ways != 1) {
            throw broken("a delete takes exactly one of ids, a filter and delete_all", ways + " of them");
        }
        ids(request.getIdsList());
    }

    void check(FetchRequest request) {
        if (request.getIdsCount() == 0) {
            throw broken("a fetch takes at least one id", 0);
        }
        ids(request.getIdsList());
    }

    void check(QueryRequest request) {
        if (request.getTopK() < 1 || request.getTopK() > MAX_TOP_K) {
            throw broken("top_k must be 1 to " + MAX_TOP_K, request.getTopK());
        }
        if (request.getId().isEmpty() == (request.getVectorCount() == 0)) {
            throw broken(
                    "a query takes either a vector or an id", request.getId().isEmpty() ? "neither" : "both");
        }
        if (request.getId().isEmpty()) {
            values("(query)", request.getVectorList());
        }
        if (request.hasSparseVector()) {
            throw broken("a sparse vector must be absent: this index is dense", "one");
        }
    }

    int listLimit(boolean given, int limit) {
        if (!given) {
            return MAX_LIST_LIMIT;
        }
        if (limit < 1 || limit > MAX_LIST_LIMIT) {
            throw broken("limit must be 1 to " + MAX_LIST_LIMIT, limit);
        }
        return limit;
    }

    private static void ids(List<String> ids) {
        if (ids.size() > MAX_IDS) {
            throw broken("a request takes at most " + MAX_IDS + " ids", ids.size());
        }
        ids.forEach(RequestLimits::id);
    }

    private static void id(String id) {
        if (id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
            throw broken("an id must have 1 to " + MAX_ID_CHARACTERS + " characters", id.length());
        }
    }

    private void values(String id, List<Float> values) {
        if (values.size() != dimension) {
            throw broken(
                    "Vector dimension " + values.size() + " does not match the dimension of the index " + dimension,
                    "id " + id);
        }
        boolean zero = true;
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw broken("values must be finite for id " + id, value);
            }
            zero &= value == 0;
        }
        if (zero) {
            throw broken("Dense vectors must contain at least one non-zero value", "id " + id);
        }
    }

    private static void metadata(String id, Struct metadata) {
        int bytes = MetadataSize.bytes(metadata);
        if (bytes > MAX_METADATA_BYTES) {
            throw broken("metadata of id " + id + " must have at most " + MAX_METADATA_BYTES + " bytes", bytes);
        }
        for (Map.Entry<String, Value> field : metadata.getFieldsMap().entrySet()) {
            Value value = field.getValue();
            boolean fine = value.hasStringValue() || value.hasNumberValue() || value.hasBoolValue();
            if (value.hasListValue()) {
                fine = value.getListValue().getValuesList().stream().allMatch(Value::hasStringValue);
            }
            if (!fine) {
                throw broken(
                        "metadata must be a string, number, boolean or list of strings: field " + field.getKey()
                                + " of id " + id,
                        value.getKindCase());
            }
        }
    }

    private static IllegalArgumentException broken(String rule, Object found) {
        return new IllegalArgumentException(rule + ": " + found);
    }
}
