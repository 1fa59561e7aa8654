package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.sqlite.MemoryStore;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.memory.EntityUnderTest;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path directory;

    @Test
    void knowsTheEntityOfAVectorWhoseMemoryIdDoesNotShowIt() throws IOException {
        String longName = "e".repeat(200);
        MemoryVersion version = new EntityUnderTest(longName, EntityUnderTest.budgets())
                .decide(EntityUnderTest.event(longName, "e1", 0, "tea"), EntityUnderTest.write("tea", "e1"))
                .versions()
                .get(0);
        assertThat(version.memoryId()).startsWith("h:");
        ServicesInProcess world = new ServicesInProcess();
        world.storePath = directory.resolve("memory.db");
        world.hasIndex = true;
        world.vectors.add(new VectorIndex.Entry(version.toIndexDocument(), new float[] {1}));
        try (SqliteFile file = world.openStore()) {
            new MemoryStore(file).put("r1", List.of(version)).join();
        }

        RunRecord.writeEnd(config(), world, NOW, 0L);

        List<String> entities = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve("parts/digests.jsonl"))) {
            JsonNode digest = Json.MAPPER.readTree(line);
            entities.add(digest.path("kind").asText() + " "
                    + digest.path("entity_id").asText());
        }
        assertThat(entities).containsExactlyInAnyOrder("store_digest " + longName, "index_digest " + longName);
    }

    @Test
    void recordsThatAnIndexWhichIsGoneHoldsNothingAndDoesNotMakeItAnew() throws IOException {
        ServicesInProcess world = new ServicesInProcess();
        world.storePath = directory.resolve("memory.db");

        RunRecord.writeEnd(config(), world, NOW, 0L);

        assertThat(directory.resolve("parts/end.jsonl")).exists();
        assertThat(directory.resolve("parts/digests.jsonl")).isEmptyFile();
        assertThat(world.hasIndex).isFalse();
    }

    @Test
    void writesThroughNoLinkThatLiesInWait() throws IOException {
        Path precious = Files.writeString(directory.resolve("precious.txt"), "precious");
        Files.createSymbolicLink(
                Files.createDirectories(directory.resolve("parts")).resolve("end.jsonl.writing"), precious);
        ServicesInProcess world = new ServicesInProcess();
        world.storePath = directory.resolve("memory.db");

        RunRecord.writeEnd(config(), world, NOW, 0L);

        assertThat(precious).hasContent("precious");
        assertThat(directory.resolve("parts/end.jsonl")).isRegularFile();
    }

    @Test
    void knowsTheVersionsOfTheRun() throws IOException {
        assertThat(RunRecord.versions()).containsKeys("java", "flink");
        assertThat(RunRecord.versions().get("fmw")).matches("\\d+\\.\\d+.*");
    }

    private JobConfig config() {
        return JobConfig.from(
                Configuration.fromMap(Map.of(
                        "fmw.run.id", "r1",
                        "fmw.output.path", directory.toString(),
                        "fmw.source.dataset", "/data",
                        "fmw.index.control-plane-url", "http://localhost:1")),
                NOW);
    }
}
