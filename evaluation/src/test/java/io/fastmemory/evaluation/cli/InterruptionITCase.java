package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run whose process is told to end half-way. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class InterruptionITCase {
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path directory;

    @Test
    void leavesTheFiguresOfWhatItHadWritten() throws Exception {
        Path runDir = directory.resolve("run");
        try (FmwProcess fmw = FmwProcess.start(
                directory,
                Map.of(),
                "run",
                "--out=" + runDir,
                "--speed=0.1x", // five minutes: it does not end by itself
                "--option=fmw.run.start-delay=1s",
                "--option=fmw.embedding.type=hashed",
                "--option=execution.checkpointing.interval=500ms")) {
            while (finishedParts(runDir.resolve("parts/raw_rollouts")) == 0) {
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
            fmw.terminate();

            assertThat(fmw.exitCode(Duration.ofMinutes(1))).as(fmw.printed()).isEqualTo(TERMINATED);
            assertThat(fmw.printed()).contains("interrupted: ").contains("not finished");
        }
        JsonNode summary = Json.MAPPER.readTree(Files.readString(runDir.resolve("eval_summary.json")));
        assertThat(summary.at("/time/time_to_raw_write/count").asLong()).isBetween(1L, 199L);
        assertThat(summary.path("wall_s").isNull()).isTrue();
    }

    private static long finishedParts(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .filter(file -> file.toFile().length() > 0)
                    .count();
        }
    }
}
