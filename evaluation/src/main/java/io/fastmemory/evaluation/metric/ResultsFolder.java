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

    /** Points the results folder above {@code runDir}, if there is one, at it, unless it points at a later run. */
    static void pointAtLatest(Path runDir) throws IOException {
        Path run = runDir.toRealPath();
        Path results = run.getParent();
        if (results == null || !isResults(results, runDir) || isOlder(run, results.resolve(LATEST))) {
            return;
        }
        for (String name : FILES) {
            point(results, name, run.resolve(name));
        }
        point(results, LATEST, run);
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

    private static void point(Path results, String name, Path target) throws IOException {
        Path link = results.resolve(name);
        if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
            LOG.warn("{} is left as it is: expected a link to the latest run, found another file", link);
            return;
        }
        Path temporary = results.resolve("." + name + ".tmp");
        Files.deleteIfExists(temporary);
        try {
            Files.createSymbolicLink(temporary, results.relativize(target));
        } catch (UnsupportedOperationException | FileSystemException e) {
            LOG.warn("{} cannot point at the latest run: the file system makes no links ({})", link, e.toString());
            return;
        }
        Files.move(temporary, link, StandardCopyOption.REPLACE_EXISTING);
    }
}
