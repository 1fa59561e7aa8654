package io.fastmemory.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the sinks of a redrive write: a folder that nobody reads, until all of it is shown at once by giving it a name.
 *
 * <p>A redrive that is killed, even while its sinks finish their files one after the other, has therefore left either
 * nothing that counts or everything.
 */
public final class RedriveParts {
    /** What the names of shown folders begin with, below {@link MemoryWriteJob#PARTS}; a number follows, from 1 on. */
    public static final String SHOWN = "redrive-";

    private static final String HIDDEN = ".redrive";

    private RedriveParts() {}

    /** The folder that the sinks of a redrive of the run write to. */
    static Path hidden(JobConfig config) {
        return parts(config).resolve(HIDDEN);
    }

    /**
     * Makes an empty folder for a redrive of the run, instead of what an earlier one has left that did not come to its end.
     *
     * @return whether there was one, which may have left writes under way
     * @throws IOException if something cannot be removed or made there
     */
    public static boolean begin(JobConfig config) throws IOException {
        Path hidden = hidden(config);
        boolean left = Files.exists(hidden);
        if (left) {
            remove(hidden);
        }
        Files.createDirectories(hidden);
        return left;
    }

    private static void remove(Path hidden) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> left = Files.walk(hidden)) {
            deepestFirst = left.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }

    /**
     * Shows what the redrive has written, whose job has come to its end. One redrive of a run at a time.
     *
     * @throws IOException if the folder cannot be renamed
     */
    public static void show(JobConfig config) throws IOException {
        Path hidden = hidden(config);
        int number = 1;
        while (Files.exists(parts(config).resolve(SHOWN + number))) {
            number++;
        }
        Files.move(hidden, parts(config).resolve(SHOWN + number), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path parts(JobConfig config) {
        return Path.of(config.outputPath(), MemoryWriteJob.PARTS);
    }
}
