package io.fastmemory.evaluation.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** The state that a job which did not come to its end has left to go on from. */
final class LastCheckpoint {
    private static final String PREFIX = "chk-";
    private static final String COMPLETE = "_metadata";

    private LastCheckpoint() {}

    /**
     * The newest complete checkpoint of a job.
     *
     * @param checkpoints the folder of the run's checkpoints
     */
    static Optional<Path> of(Path checkpoints, String jobId) throws IOException {
        Path ofJob = checkpoints.resolve(jobId);
        if (!Files.isDirectory(ofJob)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(ofJob)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve(COMPLETE)))
                    .filter(folder -> number(folder) >= 0)
                    .max(Comparator.comparingLong(LastCheckpoint::number));
        }
    }

    /** The number in the name of a checkpoint's folder, or -1 if it is another folder. */
    private static long number(Path folder) {
        String name = String.valueOf(folder.getFileName());
        if (!name.matches(PREFIX + "\\d{1,18}")) {
            return -1;
        }
        return Long.parseLong(name.substring(PREFIX.length()));
    }
}
