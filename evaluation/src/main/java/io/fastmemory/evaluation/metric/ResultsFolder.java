package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that holds the runs, whose {@code latest} and top-level files point at the run that started last.
 *
 * <p>They are relative symbolic links, or copies where the file system has none.
 */
final class ResultsFolder {
    private static final String LATEST = "latest";
    private static final List<String> FILES = List.of(Rollouts.FILE, MetricsCsv.FILE, EvalSummary.FILE);

    private ResultsFolder() {}

    /** Points the folder above {@code runDir} at it, unless it points at a run that started later. */
    static void pointAtLatest(Path runDir) throws IOException {
        Path run = runDir.toRealPath();
        Path results = run.getParent();
        if (results == null || run.getFileName().toString().equals(LATEST) || isOlder(run, results.resolve(LATEST))) {
            return;
        }
        for (String name : FILES) {
            point(results, name, run.resolve(name));
        }
        point(results, LATEST, run);
    }

    private static boolean isOlder(Path run, Path latest) throws IOException {
        Path file = latest.resolve(EvalSummary.FILE);
        return Files.exists(file) && startedAt(run.resolve(EvalSummary.FILE)).isBefore(startedAt(file));
    }

    private static Instant startedAt(Path summary) throws IOException {
        JsonNode startedAt = Json.MAPPER.readTree(Files.readString(summary)).path("started_at");
        return startedAt.isTextual() ? Instant.parse(startedAt.asText()) : Instant.MIN;
    }

    private static void point(Path results, String name, Path target) throws IOException {
        Path link = results.resolve(name);
        Path temporary = results.resolve("." + name + ".tmp");
        deleteTree(temporary);
        try {
            Files.createSymbolicLink(temporary, results.relativize(target));
        } catch (UnsupportedOperationException | FileSystemException e) {
            copy(target, temporary);
        }
        if (Files.isDirectory(link, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.exists(link.resolve(EvalSummary.FILE))) {
                throw new FileAlreadyExistsException(link + " is in the way: expected a link or a copy of a run");
            }
            deleteTree(link);
        }
        Files.move(temporary, link, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Copies a file, or the files of a run's folder without its parts. */
    static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        if (Files.isDirectory(from)) {
            try (Stream<Path> files = Files.list(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
    }

    /** Deletes a link, a file, or a copied folder of files. */
    private static void deleteTree(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(path);
    }
}
