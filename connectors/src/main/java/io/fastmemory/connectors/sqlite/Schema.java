package io.fastmemory.connectors.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables of a store file and their version.
 *
 * <p>Times are microseconds since 1970 (UTC). A row names the transaction it was committed in by {@code batch_id};
 * {@code commits} holds when that was.
 */
final class Schema {
    /** Stands in {@code PRAGMA user_version}; raise it with every change of a table. */
    static final int VERSION = 2;

    /** Marks the file as this program's ({@code FMWE}). */
    private static final int APPLICATION_ID = 0x464D5745;

    private static final List<String> TABLES = List.of(
            """
            CREATE TABLE commits (
                batch_id INTEGER PRIMARY KEY,
                committed_at_us INTEGER NOT NULL
            )""",
            """
            CREATE TABLE runs (
                run_id TEXT PRIMARY KEY,
                payload TEXT NOT NULL,
                batch_id INTEGER NOT NULL
            )""",
            """
            CREATE TABLE raw_events (
                sequence INTEGER PRIMARY KEY,
                run_id TEXT NOT NULL,
                event_id TEXT NOT NULL,
                entity_id TEXT NOT NULL,
                position TEXT NOT NULL,
                content_sha256 TEXT NOT NULL,
                json TEXT NOT NULL,
                batch_id INTEGER NOT NULL,
                UNIQUE (run_id, event_id)
            )""",
            """
            CREATE TABLE decisions (
                run_id TEXT NOT NULL,
                entity_id TEXT NOT NULL,
                call_seq INTEGER NOT NULL,
                payload TEXT NOT NULL,
                batch_id INTEGER NOT NULL,
                PRIMARY KEY (run_id, entity_id, call_seq)
            )""",
            """
            CREATE TABLE asks (
                run_id TEXT NOT NULL,
                entity_id TEXT NOT NULL,
                call_seq INTEGER NOT NULL,
                times INTEGER NOT NULL,
                PRIMARY KEY (run_id, entity_id, call_seq)
            ) WITHOUT ROWID""",
            """
            CREATE TABLE answers (
                run_id TEXT NOT NULL,
                query_id TEXT NOT NULL,
                payload TEXT NOT NULL,
                batch_id INTEGER NOT NULL,
                PRIMARY KEY (run_id, query_id)
            )""",
            // The JSON is the version; every other column but the key is derived from it.
            """
            CREATE TABLE memory_versions (
                run_id TEXT NOT NULL,
                memory_id TEXT NOT NULL,
                version INTEGER NOT NULL,
                json TEXT NOT NULL,
                batch_id INTEGER NOT NULL,
                entity_id TEXT NOT NULL AS (json ->> '$.entity_id') STORED,
                status TEXT NOT NULL AS (json ->> '$.status') STORED,
                scope TEXT AS (json ->> '$.scope'),
                session_id TEXT AS (json ->> '$.session_id'),
                call_seq INTEGER AS (json ->> '$.call_seq'),
                layer TEXT AS (json ->> '$.layer'),
                content TEXT AS (json ->> '$.content'),
                facts TEXT AS (json -> '$.facts'),
                tokens INTEGER AS (json ->> '$.tokens'),
                source_event_ids TEXT AS (json -> '$.source_event_ids'),
                verbatim INTEGER AS (json ->> '$.verbatim'),
                fallback INTEGER AS (json ->> '$.fallback'),
                superseded_by TEXT AS (json ->> '$.superseded_by'),
                created_stream_ms INTEGER AS (json ->> '$.created_stream_ms'),
                updated_stream_ms INTEGER AS (json ->> '$.updated_stream_ms'),
                newest_source_ms INTEGER AS (json ->> '$.newest_source_ms'),
                event_time TEXT AS (json ->> '$.event_time'),
                expires_stream_ms INTEGER AS (json ->> '$.expires_stream_ms'),
                decided_at TEXT AS (json ->> '$.decided_at'),
                PRIMARY KEY (run_id, memory_id, version)
            )""",
            """
            CREATE VIEW current_memory AS
                SELECT m.*, c.committed_at_us
                FROM memory_versions m JOIN commits c USING (batch_id)
                WHERE m.version = (SELECT max(n.version) FROM memory_versions n
                                   WHERE n.run_id = m.run_id AND n.memory_id = m.memory_id)""",
            """
            CREATE TABLE index_times (
                run_id TEXT NOT NULL,
                memory_id TEXT NOT NULL,
                version INTEGER NOT NULL,
                operation TEXT NOT NULL,
                acknowledged_at_us INTEGER,
                visible_at_us INTEGER,
                PRIMARY KEY (run_id, memory_id, version, operation)
            ) WITHOUT ROWID""");

    private Schema() {}

    /**
     * Creates the tables in an empty file, and checks the version of any other, in one transaction.
     *
     * @throws StoreException.Permanent if the file is another program's or another version's
     */
    static void ensure(SqliteSession session, Path file) throws SQLException {
        session.execute("BEGIN IMMEDIATE");
        try {
            long version = session.number("PRAGMA user_version");
            long owner = session.number("PRAGMA application_id");
            boolean empty = session.number("SELECT count(*) FROM sqlite_master") == 0;
            if (empty && version == 0 && owner == 0) {
                for (String table : TABLES) {
                    session.execute(table);
                }
                session.execute("PRAGMA application_id = " + APPLICATION_ID);
                session.execute("PRAGMA user_version = " + VERSION);
            } else if (owner != APPLICATION_ID) {
                throw new StoreException.Permanent(
                        "cannot open " + file + ": it is the database of another program; choose another path");
            } else if (version != VERSION) {
                throw new StoreException.Permanent("cannot open " + file + ": expected schema version " + VERSION + ": "
                        + version + "; " + (version > VERSION ? "use the newer release that wrote it" : "it is too old")
                        + ", or choose another path");
            }
            session.execute("COMMIT");
        } catch (SQLException | RuntimeException e) {
            try {
                session.execute("ROLLBACK");
            } catch (SQLException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
    }
}
