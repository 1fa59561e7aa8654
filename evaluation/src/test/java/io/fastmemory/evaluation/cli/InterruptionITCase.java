package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run whose process is told to end half-way. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class InterruptionITCase {
    private static final int TERMINATED = 128 + 15;
    private static final Pattern TO_GO_ON = Pattern.compile("to go on with this run: .* --out \\S+ (--option .*)");

    @TempDir
    private Path directory;

    @Test
    void leavesTheFiguresOfWhatItHadWrittenAndIsGoneOnWith() throws Exception {
        Path runDir = directory.resolve("run");
        List<String> options;
        try (FmwProcess fmw = run(runDir, "--speed=0.1x")) { // five minutes: it does not end by itself
            while (!hasOutcomes(runDir.resolve("parts/raw_rollouts"))) {
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
            fmw.terminate();

            assertThat(fmw.exitCode(Duration.ofMinutes(1))).as(fmw.printed()).isEqualTo(TERMINATED);
            assertThat(fmw.printed()).contains("interrupted: ").contains("not finished");
            options = howToGoOn(fmw);
        }
        JsonNode summary = Json.MAPPER.readTree(Files.readString(runDir.resolve("eval_summary.json")));
        assertThat(summary.at("/time/time_to_raw_write/count").asLong()).isBetween(1L, 199L);
        assertThat(summary.path("wall_s").isNull()).isTrue();

        assertThat(interruptedBeforeACheckpoint(runDir, options)).isEqualTo(options);

        List<String> goingOn = new ArrayList<>(options);
        goingOn.add("--speed=max"); // what has not come yet comes at once
        try (FmwProcess fmw = run(runDir, goingOn.toArray(String[]::new))) {
            assertThat(fmw.exitCode(Duration.ofMinutes(2))).as(fmw.printed()).isZero();
        }
        summary = Json.MAPPER.readTree(Files.readString(runDir.resolve("eval_summary.json")));
        assertThat(summary.at("/time/time_to_raw_write/count").asLong()).isEqualTo(200);
        assertThat(summary.at("/reconciliation/differences")).isEmpty();
    }

    /** The hint of a run that is gone on with and ends before it has a checkpoint of its own. */
    private List<String> interruptedBeforeACheckpoint(Path runDir, List<String> options) throws Exception {
        List<String> goingOn = new ArrayList<>(options);
        goingOn.add("--speed=0.1x");
        goingOn.add("--option=execution.checkpointing.interval=1h");
        goingOn.add("--option=execution.checkpointing.min-pause=1h"); // which the first one waits for
        try (FmwProcess fmw = run(runDir, goingOn.toArray(String[]::new))) {
            while (!fmw.printed().contains("note: the job was ready")) { // its start is long ago
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
            fmw.terminate();
            assertThat(fmw.exitCode(Duration.ofMinutes(1))).as(fmw.printed()).isEqualTo(TERMINATED);
            return howToGoOn(fmw);
        }
    }

    private static List<String> howToGoOn(FmwProcess fmw) throws IOException {
        Matcher hint = TO_GO_ON.matcher(fmw.printed());
        assertThat(hint.find()).as(fmw.printed()).isTrue();
        return List.of(hint.group(1).split(" "));
    }

    private FmwProcess run(Path runDir, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "run",
                "--out=" + runDir,
                "--option=fmw.run.start-delay=1s",
                "--option=fmw.embedding.type=hashed",
                "--option=execution.checkpointing.interval=500ms"));
        command.addAll(List.of(more));
        return FmwProcess.start(directory, Map.of(), command.toArray(String[]::new));
    }

    /** Whether a finished part has an event's outcome: the first parts may hold only the run's own line and labels. */
    private static boolean hasOutcomes(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        List<Path> parts;
        try (Stream<Path> files = Files.list(folder)) {
            parts = files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .toList();
        }
        for (Path part : parts) {
            if (Files.readString(part).contains("\"kind\":\"event\"")) {
                return true;
            }
        }
        return false;
    }
}
