package io.fastmemory.connectors.sqlite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryVersion;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Every version of every memory; key (run_id, memory_id, version), never changed. The view {@code current_memory} shows
 * the latest of each.
 */
public final class MemoryStore {
    private static final String FIND_WITH_TIME = """
            SELECT json, batch_id, coalesce(committed_at_us, 0) FROM memory_versions LEFT JOIN commits USING (batch_id)
            WHERE run_id = ? AND memory_id = ? AND version = ?""";
    private static final String INSERT =
            "INSERT INTO memory_versions (run_id, memory_id, version, json, batch_id) VALUES (?, ?, ?, ?, ?)";
    private static final String HISTORY =
            "SELECT json FROM memory_versions WHERE run_id = ? AND memory_id = ? ORDER BY version";
    private static final String ALL = """
            SELECT memory_id, version, json, batch_id, coalesce(committed_at_us, 0)
            FROM memory_versions LEFT JOIN commits USING (batch_id) WHERE run_id = ? ORDER BY memory_id, version""";
    private static final String LATEST = "SELECT json FROM current_memory WHERE run_id = ? ORDER BY memory_id";
    private static final String ACTIVE = """
            SELECT entity_id, memory_id, version FROM current_memory
            WHERE run_id = ? AND status = 'active' ORDER BY memory_id""";

    private static final String ENTITIES = "SELECT DISTINCT memory_id, entity_id FROM memory_versions WHERE run_id = ?";

    /** Escapes all but ASCII, so that even half a surrogate pair comes back as it was. */
    private static final ObjectWriter LOSSLESS = Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private final SqliteFile file;

    /** A view of the file, which stays its opener's to close. */
    public MemoryStore(SqliteFile file) {
        this.file = file;
    }

    /**
     * Stores versions, all or none. One that is stored already with the same content is left as it is;
     * {@code decidedAt} is not compared, since the log's time may have been made exact in between.
     *
     * @return per version, in order, when it was first committed
     */
    public CompletableFuture<List<Instant>> put(String runId, List<MemoryVersion> versions) {
        List<MemoryVersion> all = List.copyOf(versions);
        List<String> json = all.stream().map(MemoryStore::toJson).toList();
        int characters = json.stream().mapToInt(String::length).sum();
        return file.write(characters, transaction -> {
            List<@Nullable Instant> first = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                first.add(put(transaction, runId, all.get(i), json.get(i)));
            }
            return at -> first.stream().map(time -> time == null ? at : time).toList();
        });
    }

    /** First commit time, or {@code null} if this transaction is the first. */
    private static @Nullable Instant put(WriteTransaction transaction, String runId, MemoryVersion memory, String json)
            throws SQLException {
        try (ResultSet stored = transaction
                .bind(FIND_WITH_TIME, runId, memory.memoryId(), memory.version())
                .executeQuery()) {
            if (stored.next()) {
                if (!undated(stored.getString(1)).equals(undated(json))) {
                    throw new StoreException.Permanent("memory " + memory.memoryId() + " version " + memory.version()
                            + " of run " + runId + " is stored with other content");
                }
                return transaction.committedAt(stored.getLong(2), stored.getLong(3));
            }
        }
        transaction
                .bind(INSERT, runId, memory.memoryId(), memory.version(), json, transaction.stamp())
                .executeUpdate();
        return null;
    }

    private static JsonNode undated(String json) {
        ObjectNode version = Json.read(json, ObjectNode.class);
        version.remove("decided_at");
        return version;
    }

    private static String toJson(MemoryVersion version) {
        try {
            return LOSSLESS.writeValueAsString(version);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("memory " + version.memoryId() + " cannot be written as JSON", e);
        }
    }

    /** All versions of a memory, oldest first; empty if there is none. */
    public CompletableFuture<List<MemoryVersion>> history(String runId, String memoryId) {
        return versions(HISTORY, runId, memoryId);
    }

    /** The latest version of each memory of a run, whatever its status, in order of memory id. */
    public CompletableFuture<List<MemoryVersion>> latest(String runId) {
        return versions(LATEST, runId);
    }

    /** Every row of a run, in order of memory id and version. */
    public CompletableFuture<List<StoredVersion>> all(String runId) {
        return file.read(session -> {
            List<StoredVersion> found = new ArrayList<>();
            try (ResultSet row = session.bind(ALL, runId).executeQuery()) {
                while (row.next()) {
                    found.add(new StoredVersion(
                            row.getString(1),
                            row.getInt(2),
                            Json.read(row.getString(3), MemoryVersion.class),
                            file.times().of(row.getLong(4), row.getLong(5))));
                }
            }
            return found;
        });
    }

    private CompletableFuture<List<MemoryVersion>> versions(String sql, Object... parameters) {
        return file.read(session -> {
            List<MemoryVersion> found = new ArrayList<>();
            try (ResultSet row = session.bind(sql, parameters).executeQuery()) {
                while (row.next()) {
                    found.add(Json.read(row.getString(1), MemoryVersion.class));
                }
            }
            return found;
        });
    }

    /** The entity of each memory that a run ever had, by memory id. */
    public CompletableFuture<Map<String, String>> entities(String runId) {
        return file.read(session -> {
            Map<String, String> found = new HashMap<>();
            try (ResultSet row = session.bind(ENTITIES, runId).executeQuery()) {
                while (row.next()) {
                    found.put(row.getString(1), row.getString(2));
                }
            }
            return found;
        });
    }

    /** The memories of a run whose latest version is active, in order of memory id. */
    public CompletableFuture<List<MemoryRef>> activeVersions(String runId) {
        return file.read(session -> {
            List<MemoryRef> found = new ArrayList<>();
            try (ResultSet row = session.bind(ACTIVE, runId).executeQuery()) {
                while (row.next()) {
                    found.add(new MemoryRef(row.getString(1), row.getString(2), row.getInt(3)));
                }
            }
            return found;
        });
    }
}
