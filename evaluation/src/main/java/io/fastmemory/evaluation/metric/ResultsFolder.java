package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder named {@code results} that holds runs, whose {@code latest} and top-level files are relative symbolic links to
 * the run that started last. A folder of any other name is its owner's and left alone, as is all that is no link.
 */
final class ResultsFolder {
    private static final Logger LOG = LoggerFactory.getLogger(ResultsFolder.class);
    private static final String NAME = "results";
    private static final String LATEST = "latest";
    private static final List<String> FILES = List.of(Rollouts.FILE, MetricsCsv.FILE, EvalSummary.FILE);

    private ResultsFolder() {}

    /**
     * Points the results folder above {@code runDir}, if there is one, at it, unless it points at a later run. What hinders
     * it is a note: the run itself is evaluated.
     */
    static void pointAtLatest(Path runDir) {
        pointAtLatest(runDir, LOG::warn);
    }

    static void pointAtLatest(Path runDir, Consumer<String> notes) {
        try {
            point(runDir, notes);
        } catch (IOException | RuntimeException e) { // a summary of another run that is no summary, too
            notes.accept("the results folder of " + runDir + " does not point at it: " + e);
        }
    }

    private static void point(Path runDir, Consumer<String> notes) throws IOException {
        Path run = runDir.toRealPath();
        Path results = run.getParent();
        if (results == null || !isResults(results, runDir) || isOlder(run, results.resolve(LATEST))) {
            return;
        }
        for (String name : FILES) {
            point(results, name, run.resolve(name), notes);
        }
        point(results, LATEST, run, notes);
    }

    /** Whether the folder above a run is named so, itself or by the link that the run was named through. */
    private static boolean isResults(Path realParent, Path runDir) throws IOException {
        Path given = runDir.toAbsolutePath().normalize().getParent();
        return isNamed(realParent)
                || (given != null && isNamed(given) && given.toRealPath().equals(realParent));
    }

    private static boolean isNamed(Path folder) {
        return folder.getFileName() != null && folder.getFileName().toString().equals(NAME);
    }

    private static boolean isOlder(Path run, Path latest) throws IOException {
        Path file = latest.resolve(EvalSummary.FILE);
        return Files.exists(file) && startedAt(run.resolve(EvalSummary.FILE)).isBefore(startedAt(file));
    }

    private static Instant startedAt(Path summary) throws IOException {
        JsonNode startedAt = Json.MAPPER.readTree(Files.readString(summary)).path("started_at");
        return startedAt.isTextual() ? Instant.parse(startedAt.asText()) : Instant.MIN;
    }

    private static void point(Path results, String name, Path target, Consumer<String> notes) throws IOException {
        Path link = results.resolve(name);
        if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
            notes.accept(link + " is left as it is: expected a link to the latest run, found another file");
            return;
        }
        Path temporary = ResultFile.unforeseen(results.resolve("." + name), ".tmp"); // runs may end at the same time
        try {
            Files.createSymbolicLink(temporary, results.relativize(target));
            Files.move(temporary, link, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (UnsupportedOperationException | FileSystemException e) { // a file system without links, or a full one
            notes.accept(link + " cannot point at the latest run: " + e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
