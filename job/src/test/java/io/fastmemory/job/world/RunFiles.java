package io.fastmemory.job.world;

import io.fastmemory.job.RedriveParts;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Json;
import io.fastmemory.model.Undecided;
import io.fastmemory.model.rollout.RolloutLine;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the committed part files of a run and of its redrives hold. */
public record RunFiles(Path parts) {

    /** Every rollout line. */
    public List<RolloutLine> rollouts() throws IOException {
        return read("raw_rollouts", RolloutLine.class);
    }

    /** The rollout lines of one kind. */
    public <T extends RolloutLine> List<T> rollouts(Class<T> kind) throws IOException {
        return rollouts().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Every dead letter. */
    public List<DeadLetter> deadLetters() throws IOException {
        return read("dead_letter", DeadLetter.class);
    }

    /** Every parked event. */
    public List<Undecided> undecided() throws IOException {
        return read("undecided", Undecided.class);
    }

    private <T> List<T> read(String folder, Class<T> type) throws IOException {
        List<T> lines = new ArrayList<>(read(parts.resolve(folder), type));
        if (!Files.exists(parts)) {
            return lines;
        }
        try (DirectoryStream<Path> redrives = Files.newDirectoryStream(parts, RedriveParts.SHOWN + "*")) {
            for (Path redrive : redrives) {
                lines.addAll(read(redrive.resolve(folder), type));
            }
        }
        return lines;
    }

    private static <T> List<T> read(Path folder, Class<T> type) throws IOException {
        List<T> lines = new ArrayList<>();
        if (!Files.exists(folder)) {
            return lines;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            // Files that are still being written are hidden: their names begin with a dot.
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("part-"))
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    lines.add(Json.read(line, type));
                }
            }
        }
        return lines;
    }
}
