package io.fastmemory.evaluation.suite;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.job.source.Speed;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one run of a suite, and whether the run in it is finished.
 *
 * <p>A run is finished when its summary holds the end of the job; that of an interrupted run does not. What is not finished
 * is removed only if the suite made it, which a marker file says.
 */
final class RunFolder {
    private static final String MARKER = ".eval-suite";

    private final Path folder;
    private final SuiteRun run;

    RunFolder(Path folder, SuiteRun run) {
        this.folder = folder;
        this.run = run;
    }

    /**
     * The summary, if the run in the folder is finished.
     *
     * @throws io.fastmemory.evaluation.metric.InvalidRolloutException if it cannot be read, or does not follow from the
     *     rollouts beside it
     */
    Optional<EvalSummary> finished() throws IOException {
        Optional<EvalSummary> written = written();
        if (written.isPresent()) {
            Evaluator.evaluated(folder);
        }
        return written;
    }

    /** The same as it was written, for who has just made the run. */
    Optional<EvalSummary> written() throws IOException {
        Path file = folder.resolve(EvalSummary.FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        EvalSummary summary = EvalSummary.read(file);
        return summary.wallS() == null ? Optional.empty() : Optional.of(summary);
    }

    /** Why a finished run is none of this suite: the file, each field, what was expected and found; empty if it is. */
    Optional<String> misfit(EvalSummary summary, SuiteSettings settings, String datasetSha256) {
        List<String> differences = new ArrayList<>();
        compare(differences, "run_id", run.runId(), summary.runId());
        compare(differences, "policy", run.policy(), summary.policy());
        compare(differences, "dataset/sha256", datasetSha256, summary.dataset().sha256());
        compare(differences, "config/seed", run.seed(), summary.config().seed());
        compare(differences, "reader", settings.reader(), summary.reader());
        compare(
                differences,
                "config/queries",
                settings.queries(),
                summary.config().queries());
        double speed = Speed.parse(settings.speed()).factor();
        compare(differences, "config/speed", speed, summary.config().speed());
        compare(
                differences,
                "config/evaluation",
                settings.evaluation(),
                summary.config().evaluation());
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of(folder.resolve(EvalSummary.FILE) + ": " + String.join("; ", differences)
                        + ". Move the run away to have it made again");
    }

    private static void compare(List<String> differences, String field, Object expected, @Nullable Object found) {
        if (!expected.equals(found)) {
            differences.add("expected " + field + " " + expected + ", found " + found);
        }
    }

    /**
     * Makes the folder anew and marks it as the suite's.
     *
     * @throws IOException if it holds files that the suite did not make
     */
    void begin() throws IOException {
        if (Files.isSymbolicLink(folder) || (Files.exists(folder) && !isOwn() && !isEmpty())) {
            throw new IOException("expected " + folder + " to be free or an unfinished run of this suite, found other"
                    + " files there; move them away");
        }
        if (Files.exists(folder)) {
            remove(folder);
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(MARKER), "Made by fmw eval-suite, which removes this folder if unfinished.\n");
    }

    private boolean isOwn() {
        return Files.isRegularFile(folder.resolve(MARKER));
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    /** Removes a folder and what is in it; the marker goes last, so that a second attempt can go on. */
    static void remove(Path folder) throws IOException {
        Path marker = folder.resolve(MARKER);
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.equals(marker)) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                if (visited.equals(folder)) {
                    Files.deleteIfExists(marker);
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
