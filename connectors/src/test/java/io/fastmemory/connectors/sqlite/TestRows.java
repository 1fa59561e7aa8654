package io.fastmemory.connectors.sqlite;

import io.fastmemory.model.Fact;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.Scope;
import java.time.Instant;
import java.util.List;

/** Rows that tests store. */
final class TestRows {
    /** How many calls two processes race for. */
    static final int CALLS = 500;

    private TestRows() {}

    static RawRow event(int number) {
        return event("e" + number, "stream.jsonl:" + number, "sha-" + number);
    }

    static RawRow event(String runId, int number) {
        RawRow row = event(number);
        return new RawRow(runId, row.eventId(), row.entityId(), row.position(), row.contentSha256(), row.json());
    }

    static RawRow event(String eventId, String position, String sha256) {
        return new RawRow("run", eventId, "entity", position, sha256, "{\"text\":\"" + "x".repeat(200) + "\"}");
    }

    static MemoryVersion memory(String memoryId, int version, MemoryStatus status, String content) {
        return new MemoryVersion(
                memoryId,
                version,
                "entity",
                Scope.SESSION,
                "session",
                7,
                status,
                Layer.OBSERVATION,
                content,
                List.of(Fact.of("Ann", "city", content)),
                3,
                List.of("e1", "e2"),
                false,
                true,
                null,
                10,
                20,
                15,
                Instant.parse("2024-05-01T10:00:00Z"),
                99L,
                Instant.parse("2026-01-01T00:00:00.000001Z"));
    }

    static MemoryVersion decidedAt(MemoryVersion memory, Instant decidedAt) {
        return new MemoryVersion(
                memory.memoryId(),
                memory.version(),
                memory.entityId(),
                memory.scope(),
                memory.sessionId(),
                memory.callSeq(),
                memory.status(),
                memory.layer(),
                memory.content(),
                memory.facts(),
                memory.tokens(),
                memory.sourceEventIds(),
                memory.verbatim(),
                memory.fallback(),
                memory.supersededBy(),
                memory.createdStreamMs(),
                memory.updatedStreamMs(),
                memory.newestSourceMs(),
                memory.eventTime(),
                memory.expiresStreamMs(),
                decidedAt);
    }
}
